"""What all tests share: the repository, the thread, Hypothesis settings and the tests' order."""

import hashlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"

settings.register_profile("lumbayes", deadline=None)
settings.register_profile("lumbayes-ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("lumbayes-ci" if IN_CI else "lumbayes")


# Tests that run an event loop of their own. Playwright's, once started, disturbs them.
EVENT_LOOPS = (
    "repository/test_notebooks.py",
    "repository/test_deploy.py",
    "batch/test_cluster.py",
    "app/test_sections.py",
    "app/test_tcp_nodelay.py",
)
# The other files that take longest, the longest first, so that the workers end at about
# the same time. `make check` leaves all of these out, and the browser tests.
LONG_FILES = (
    "diary/test_honest_intervals.py",
    "cohort/test_posterior.py",
    "inference/test_exact.py",
    "engine/test_start.py",
    "inference/test_doses.py",
    "repository/test_docstrings.py",
    "cohort/test_fit.py",
    "diary/test_rows_and_dates.py",
    "diary/test_diary.py",
    "explanation/test_summaries.py",
    "diary/test_stages.py",
    "test_attribution.py",
    "engine/test_discrete.py",
    "plot/test_charts.py",
    "test_serialization.py",
    "docs/many_runners.md",
    "engine/test_rare_findings.py",
    "activities/test_run_files.py",
    "test_case.py",
    "test_checks.py",
    "test_nonsense.py",
    "sensitivity_analysis/test_sensitivity.py",
    "diary/test_filtering.py",
    "batch/test_score_files.py",
    "diary/test_smc.py",
    "diary/test_claim_scores.py",
    "cohort/test_report.py",
    "cohort/test_convergence.py",
    "priors/test_codings.py",
    "network/test_saving.py",
    "priors/test_strengths.py",
    "docs/diary.md",
    "network/test_handover.py",
    "priors/test_joint_draws.py",
    "decisions/test_interventions.py",
    "engine/test_intervals.py",
    "batch/test_simulation.py",
    "explanation/test_comparison.py",
    "inference/test_contrasts.py",
    "activities/test_run_damage.py",
    "priors/test_pooling.py",
    "priors/test_level.py",
    "explanation/test_weight_of_evidence.py",
    "cohort/test_row_groups.py",
    "decisions/test_value_of_information.py",
    "app/test_below.py",
    "app/test_result.py",
    "diary/test_next_run_of_a_diary.py",
    "batch/test_frame.py",
)


def pytest_collection_modifyitems(config, items):
    """Mark the tests and put them in order.

    The first worker begins with the browser tests, the second with the event loops.
    Without workers the browser tests come last.
    """
    for item in items:
        file = _file(item.nodeid)
        if file.startswith("browser/"):
            item.add_marker("browser")
        if file in (*EVENT_LOOPS, *LONG_FILES):
            item.add_marker("slow")
    is_parallel = hasattr(config, "workerinput")
    items.sort(key=lambda item: _rank(_group(item.nodeid), is_parallel))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a group on one worker, so that what they share is made once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return ByGroup(config, log)


def _file(nodeid: str) -> str:
    """The file of a test, from tests/ on."""
    return nodeid.partition("::")[0].removeprefix("tests/")


def _group(nodeid: str) -> str:
    """The group of a test: the browser tests, those with event loops, or its file."""
    file = _file(nodeid)
    if file in EVENT_LOOPS:
        return "event loops"
    return "browser" if file.startswith("browser/") else file


def _rank(group: str, is_parallel: bool) -> int:
    if not is_parallel:
        return group == "browser"
    order = ["browser", "event loops", *LONG_FILES]
    return order.index(group) if group in order else len(order)


@pytest.fixture(autouse=True)
def _environment_is_left():
    """A test that leaves environment variables behind changes what later tests start."""
    before = dict(os.environ)
    yield
    left = {name for name, _ in before.items() ^ os.environ.items()} - {"PYTEST_CURRENT_TEST"}
    by_import = ("KMP_", "MPLBACKEND")  # a compiled library and Streamlit set them
    left = sorted(name for name in left if not name.startswith(by_import))
    assert not left, f"Environment variables are not as they were before this test: {left}"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def missing():
    """Call it with a reason when something outside is missing: a skip, but a failure in CI."""
    return pytest.fail if IN_CI else pytest.skip


@pytest.fixture(scope="session")
def thread_text(missing) -> str:
    """The thread with its newlines, for the offsets of claims.csv; known by its checksum."""
    checksum = thread_checksum(ROOT / "priors" / "README.md")
    if checksum is None:
        missing(
            "priors/README.md has no line 'sha256: <64 hex digits>' that says which thread was"
            " coded."
        )
    for path in thread_candidates(os.environ.get("LUMBAYES_THREAD"), ROOT):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == checksum:
            return path.read_bytes().decode("utf-8")
    missing(
        "The thread is not at hand, so its quotes cannot be checked. Save it as thread.txt beside"
        f" this folder, or name it in LUMBAYES_THREAD; its sha256 is {checksum}."
    )


def thread_checksum(dictionary: Path) -> str | None:
    """The checksum that the data dictionary gives for the thread."""
    text = dictionary.read_text(encoding="utf-8") if dictionary.is_file() else ""
    found = re.search(r"\bsha256:\s*`?([0-9a-f]{64})\b", text)
    return found.group(1) if found else None


def thread_candidates(named: str | None, root: Path) -> list[Path]:
    """Where the thread may be: the file named, else thread.txt in or near the root."""
    around = (root, *root.parents[:2])
    found = [
        path
        for folder in around
        for path in (folder / "thread.txt", *sorted(folder.glob("*/thread.txt")))
    ]
    return ([Path(named)] if named else []) + found
