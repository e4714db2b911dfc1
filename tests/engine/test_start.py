"""The start of a fresh process: what it imports, what it does not wait for, and what a spoilt cache
does to it.
"""

import os
import shutil
import subprocess
import sys

import pytest

HEAVY = ["pgmpy", "scipy.stats", "sklearn", "streamlit", "torch", "matplotlib"]
SINGLE = "from lumbayes import load; case = load(); case.posterior('weak_core')"
TABLE = "from lumbayes import contributions; found = contributions(case.given(back_pain='yes', hills='yes'))"
MANY = "contributions(case, draws=20_000)"  # so many that the compiled loop is waited for
LOOP = "import sys; print('lumbayes.engine.kernels.sweep' in sys.modules)"
FIGURE = "print(found.contribution['hills'].hex())"


def fresh(*lines, **variables):
    """A process of its own that runs these lines."""
    environment = {**os.environ, "PYTHONWARNINGS": "error::UserWarning", **variables}
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process):
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0 and "Traceback" not in error, error
    return out.split()


def loaded(*lines):
    """The modules in memory after these lines."""
    return set(said(fresh(*lines, "import sys; print(*sys.modules)")))


def test_a_posterior_waits_for_no_compiler_and_no_second_engine():
    modules = loaded(SINGLE)
    assert "lumbayes.case" in modules
    assert modules & {*HEAVY, "numba", "llvmlite", "scipy"} == set()


def test_contributions_bring_in_the_compiled_loop_and_nothing_else():
    modules = loaded(SINGLE, TABLE, MANY)
    assert "numba" in modules
    assert modules & set(HEAVY) == set()


def test_a_frame_of_runners_needs_no_second_engine():
    asked = "import pandas; from lumbayes import posteriors; posteriors(case, pandas.DataFrame({'plank_seconds': [22]}))"
    assert loaded(SINGLE, asked) & set(HEAVY) == set()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """An empty folder for compiled loops, filled by two processes that start at once; what both of
    them said.
    """
    folder = tmp_path_factory.mktemp("compiled")
    pair = [fresh(SINGLE, TABLE, FIGURE, MANY, LOOP, NUMBA_CACHE_DIR=str(folder)) for _ in range(2)]
    return folder, [said(process) for process in pair]


def test_two_processes_may_start_at_once(compiled):
    folder, (first, second) = compiled
    assert first == second
    assert first[1] == "True"
    assert [*folder.rglob("*.nbi")], "nothing was kept"


COUNTED = (
    "from lumbayes.kernel import around, fold, mix, relay, sweep\n"
    "print(sum(sum(f.stats.cache_misses.values()) for f in (around, fold, mix, relay, sweep)))"
)


def test_what_was_compiled_once_is_not_compiled_again(compiled):
    folder, (first, _) = compiled
    assert said(fresh(SINGLE, TABLE, FIGURE, MANY, LOOP, COUNTED, NUMBA_CACHE_DIR=str(folder))) == [
        *first,
        "0",
    ]


def one_byte_changed(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


SPOILT = {
    "emptied index": ("nbi", lambda content: b""),
    "shortened code": ("nbc", lambda content: content[:1000]),
    "one byte of the code": ("nbc", one_byte_changed),
    "stamps of something else": ("sha256", lambda content: content[::-1]),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_cache_is_made_again(compiled, tmp_path, what):
    """It is told by its stamp, so what it would have said never matters; and the next process finds
    all in order.
    """
    folder, (first, _) = compiled
    suffix, spoil = SPOILT[what]
    spoilt = shutil.copytree(folder, tmp_path / "spoilt")
    files = [*spoilt.rglob(f"*sweep*.{suffix}")]
    assert files
    for path in files:
        path.write_bytes(spoil(path.read_bytes()))
    asked = (SINGLE, TABLE, FIGURE, MANY, LOOP, COUNTED)
    for compilations in "10":
        assert said(fresh(*asked, NUMBA_CACHE_DIR=str(spoilt))) == [*first, compilations]
