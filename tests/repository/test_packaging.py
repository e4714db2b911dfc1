"""What is shipped: the lock, and the wheel that carries the model, its priors and its page."""

import re
import shutil
import subprocess
import tomllib
import zipfile
from email.parser import Parser
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)")


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def tools(root) -> list[str]:
    """The requirements of the tests."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["dependency-groups"]["dev"]


@pytest.fixture(scope="module")
def lock(root) -> str:
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def direct(project, tools) -> list[Requirement]:
    extras = chain(*project["optional-dependencies"].values())
    return [Requirement(line) for line in chain(project["dependencies"], extras, tools)]


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
def wheel_file(root, tmp_path_factory) -> Path:
    """The wheel, built here without any network."""
    from hatchling.builders.wheel import WheelBuilder

    folder = str(tmp_path_factory.mktemp("wheel"))
    return Path(next(WheelBuilder(str(root)).build(directory=folder, versions=["standard"])))


@pytest.fixture(scope="module")
def wheel(wheel_file) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel_file) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel_file):
    """What the wheel says of itself."""
    with zipfile.ZipFile(wheel_file) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


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


def test_the_wheel_names_the_licence_of_the_data_beside_that_of_the_code(metadata, wheel_file):
    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0"
    with zipfile.ZipFile(wheel_file) as archive:
        inside = {
            name: archive.read(name).decode() for name in archive.namelist() if "/licenses/" in name
        }
    files = [
        inside[name]
        for file in metadata.get_all("License-File")
        for name in inside
        if name.endswith(f"/licenses/{file}")
    ]
    assert len(files) == 2
    assert "MIT License" in files[0]
    assert "CC BY 4.0" in files[1] and "capphrase_counts.csv" in files[1]


def test_the_wheel_says_that_it_is_typed(wheel, metadata):
    assert "lumbayes/py.typed" in wheel
    assert "Typing :: Typed" in metadata.get_all("Classifier")


def test_a_plain_install_brings_no_tool_of_the_tests_and_the_named_libraries(metadata, tools):
    requirements = [Requirement(line) for line in metadata.get_all("Requires-Dist")]
    plain = {r.name for r in requirements if r.marker is None}
    assert {"pgmpy", "numpy", "pandas", "streamlit"} <= plain
    assert not {r.name for r in requirements} & {Requirement(line).name for line in tools}


@pytest.mark.parametrize(
    ("extra", "names"),
    [
        ("page", {"reportlab"}),
        ("notebooks", {"altair", "ipykernel", "vl-convert-python"}),
        ("cluster", {"dask", "distributed"}),
        ("excel", {"openpyxl"}),
    ],
)
def test_what_one_use_alone_needs_is_an_extra(extra, names, project):
    listed = project["optional-dependencies"][extra]
    assert {Requirement(line).name for line in listed} == names


def test_what_the_page_installs_is_what_its_host_installs(root):
    """The Makefile and the file for hosts name the same extra and the same lock."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    host = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "--constraint requirements.lock" in host and ".[page]" in host
    assert "--constraint requirements.lock --no-build-isolation --editable '.[page]'" in makefile
