"""The start of a fresh process: what it imports, and what is compiled and cached."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lumbayes

HEAVY = ["pgmpy", "scipy.stats", "sklearn", "streamlit", "torch", "matplotlib"]
SINGLE = "from lumbayes import load; case = load(); case.posterior('weak_core')"
TABLE = (
    "from lumbayes import contributions\n"
    "table = contributions(case.given(back_pain='yes', hills='yes'))"
)
MANY = "contributions(case, draws=20_000)"  # so many that the kernel is waited for
KERNEL = "import sys; print('lumbayes.engine.kernels.sweep' in sys.modules)"
FIGURE = "print(table.contribution['hills'].hex())"


def fresh(*lines, arguments=(), **variables):
    """A process of its own that runs these lines."""
    environment = {**os.environ, "PYTHONWARNINGS": "error::UserWarning", **variables}
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines), *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def printed(process):
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0 and "Traceback" not in error, error
    return out.split()


def loaded(*lines):
    """The modules in memory after these lines."""
    return set(printed(fresh(*lines, "import sys; print(*sys.modules)")))


def test_a_posterior_waits_for_no_compiler_and_no_second_engine():
    modules = loaded(SINGLE)
    assert "lumbayes.case" in modules
    assert modules & {*HEAVY, "numba", "llvmlite", "scipy"} == set()


def test_contributions_import_the_kernel_and_nothing_else_heavy():
    modules = loaded(SINGLE, TABLE, MANY)
    assert "numba" in modules
    assert modules & set(HEAVY) == set()


def test_a_frame_of_runners_needs_no_second_engine():
    frame = "import pandas; frame = pandas.DataFrame({'plank_seconds': [22]})"
    batch = "from lumbayes import posteriors; posteriors(case, frame)"
    assert loaded(SINGLE, frame, batch) & set(HEAVY) == set()


COUNTED = (
    "from lumbayes.engine.kernels.sweep import forward_filter, sweep\n"
    "print(sum(sum(f.stats.cache_misses.values()) for f in (forward_filter, sweep)))"
)


def test_what_was_compiled_once_is_not_compiled_again():
    lines = (SINGLE, TABLE, FIGURE, MANY, KERNEL)
    first = printed(fresh(*lines))
    assert first[1] == "True"
    assert printed(fresh(*lines, COUNTED)) == [*first, "0"]


TOGETHER = """
import runpy, sys, time
from pathlib import Path

file, name = map(Path, sys.argv[1:])
name.touch()
while len([*name.parent.glob("*.here")]) < 2:
    time.sleep(0.001)
functions = runpy.run_path(file)
print(*(functions[f"times_{i}"](2.0) for i in range(8)))
"""
TIMES = """
@compiled("float64(float64)")
def times_{i}(x):
    return {i} * x
"""


def test_two_processes_may_compile_at_once(tmp_path):
    file, cache = tmp_path / "several.py", {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    head = "from lumbayes.engine.kernels.jit import compiled"
    file.write_text("\n".join([head, *(TIMES.format(i=i) for i in range(8))]))
    names = [str(tmp_path / f"{name}.here") for name in ("first", "second")]
    pair = [fresh(TOGETHER, arguments=[str(file), name], **cache) for name in names]
    assert [printed(process) for process in pair] == [[str(2.0 * i) for i in range(8)]] * 2
    assert len([*tmp_path.rglob("*.nbi")]) == 8, "not all was cached"


SMALL_KERNEL = """
from lumbayes.engine.kernels.jit import compiled

@compiled("float64(float64)")
def double(x):
    return 2 * x

is_cached, frees_other_threads = double.stats.cache_path is not None, double.targetoptions["nogil"]
print(double(21), is_cached, frees_other_threads)
"""
DAMAGES = {
    "nothing": ("nbi", lambda content: content),
    "emptied index": ("nbi", lambda content: b""),
    "shortened code": ("nbc", lambda content: content[:1000]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_kernel_is_compiled_where_its_cache_cannot_be_read(tmp_path, damage):
    file, cache = tmp_path / "small.py", {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    file.write_text(SMALL_KERNEL)
    run = f"import runpy; runpy.run_path({str(file)!r})"
    assert printed(fresh(run, **cache)) == ["42.0", "True", "True"]
    suffix, change = DAMAGES[damage]
    files = [*tmp_path.rglob(f"*double*.{suffix}")]
    assert files
    for path in files:
        path.write_bytes(change(path.read_bytes()))
    result, _, frees_other_threads = printed(fresh(run, **cache))
    assert (result, frees_other_threads) == ("42.0", "True")


def test_a_kernel_is_compiled_where_nothing_can_be_cached(tmp_path):
    """As where no folder can be written to, which root always can."""
    file = tmp_path / "small.py"
    file.write_text(SMALL_KERNEL)
    nowhere = "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []"
    run = f"import runpy; runpy.run_path({str(file)!r})"
    assert printed(fresh(nowhere, run)) == ["42.0", "False", "True"]


ALLOWED = {"__future__", "jit", "filtering", "rounding", "collections.abc", "typing"}


def test_every_constant_of_a_kernel_stands_in_its_own_file():
    """numba compiles again when a kernel's own file changes, and only then."""
    kernels = Path(lumbayes.__file__).parent / "engine" / "kernels"
    for path in kernels.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        origins = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert origins <= ALLOWED, path
