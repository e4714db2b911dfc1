"""One thread that computes results: what many runners ask for at once is done one after another.

Python runs one thread at a time. Four that share it are all done when the last is; one after the
other three are done before. And the memory that a result takes for a moment is taken once, not once
for every runner's thread.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_worker = ThreadPoolExecutor(1, thread_name_prefix="results")


def submit(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Have this done once all that was asked for before is done."""
    return _worker.submit(work, *args, **kwargs)


def computed(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what this comes to, in its turn; raise what it raises."""
    return submit(work, *args, **kwargs).result()
