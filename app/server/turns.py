"""Short work in turns: what runs for many runners at the same time is done later for each of
them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 250  # ms, some ten turns: whoever has waited so long starts all the same
_busy = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Wait until nobody else is at work in here, but not for long; a decorator too.

    Python runs one thread at a time, and hands over every 5 ms or wherever numpy has more to count.
    Four that share it so are all done when the last is; one after the other three are done before,
    and no time is lost to handing over.
    """
    mine = _busy.acquire(timeout=PATIENCE / 1000)
    try:
        yield
    finally:
        if mine:
            _busy.release()
