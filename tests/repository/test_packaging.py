"""What is shipped: the lock, and the wheel that carries the model, its priors and its page."""

import re
import shutil
import subprocess
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)")


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def lock(root) -> str:
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def direct(project) -> list[Requirement]:
    return [
        Requirement(line)
        for line in project["dependencies"] + project["optional-dependencies"]["dev"]
    ]


def pins(lock: str) -> dict[str, set[str]]:
    """Each package of the lock with its versions: more than one where Pythons differ."""
    found: dict[str, set[str]] = {}
    for pin in filter(None, map(PIN.match, lock.splitlines())):
        found.setdefault(canonicalize_name(pin[1]), set()).add(pin[2])
    return found


def test_the_lock_names_no_address(lock):
    assert "://" not in lock
    assert "--" not in lock, "an option such as an index has got into the lock"
    assert not re.search(r"^[^#\n]*@", lock, re.MULTILINE), "a pin by address has got into the lock"


def test_every_line_of_the_lock_is_a_pin(lock):
    lines = [
        line for line in lock.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert [line for line in lines if not PIN.match(line)] == []


def test_every_direct_dependency_is_pinned_within_its_range(direct, lock):
    pinned = pins(lock)
    for requirement in direct:
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not pinned in requirements.lock: run `make lock`"
        outside = {version for version in versions if version not in requirement.specifier}
        assert not outside, (
            f"pyproject.toml wants {requirement}, requirements.lock has {outside}: run `make lock`"
        )


def test_every_direct_dependency_says_its_licence(direct, root):
    lines = (root / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for requirement in direct:
        line = next(
            line for line in lines if re.match(rf'\s*"{re.escape(requirement.name)}\b', line)
        )
        assert re.search(r'",\s+# \S', line), (
            f"say the licence of {requirement.name} in a comment beside it"
        )


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", ".venv/bin/python", "thread.txt"])
def test_git_ignores(name, root):
    if not shutil.which("git") or not (root / ".git").exists():
        pytest.skip("Not a git checkout, so there is nothing for git to ignore.")
    assert (
        subprocess.run(["git", "check-ignore", "-q", name], cwd=root, check=False).returncode == 0
    )


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> set[str]:
    """The names of the files in the wheel, built here without any network."""
    from hatchling.builders.wheel import WheelBuilder

    built = next(
        WheelBuilder(str(root)).build(
            directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
        )
    )
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_has_one_import_name(wheel):
    assert {name.split("/")[0] for name in wheel if ".dist-info/" not in name} == {"lumbayes"}


@pytest.mark.parametrize(
    ("folder", "inside"),
    [("model/lumbayes", "lumbayes"), ("priors", "lumbayes/_priors"), ("app", "lumbayes/_app")],
)
def test_the_wheel_carries_every_file_of(folder, inside, wheel, root):
    files = [
        path.relative_to(root / folder) for path in (root / folder).rglob("*") if path.is_file()
    ]
    expected = {f"{inside}/{path.as_posix()}" for path in files if "__pycache__" not in path.parts}
    assert expected, f"{folder}/ is empty"
    assert expected - wheel == set()


def test_the_wheel_carries_nothing_by_accident(wheel):
    assert [
        name
        for name in wheel
        if re.search(r"__pycache__|\.py[cod]$|\.DS_Store|secrets|\.nb[ic]$", name)
    ] == []
