"""The Dockerfile, checked without a build: what it copies, its user, how it starts."""

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from fnmatch import fnmatch

import pytest


@pytest.fixture(scope="module")
def steps(root) -> list[tuple[str, str]]:
    """The Dockerfile's steps: instruction and rest, without comments and line breaks."""
    text = re.sub(r"(?m)^#.*\n", "", (root / "Dockerfile").read_text(encoding="utf-8")).replace(
        "\\\n", " "
    )
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def only(steps, instruction: str) -> list[str]:
    """What follows each step of one kind."""
    return [rest for kind, rest in steps if kind == instruction]


def test_every_file_that_is_copied_exists_and_reaches_the_builder(steps, root):
    copied = [source for rest in only(steps, "COPY") for source in shlex.split(rest)[:-1]]
    assert {"pyproject.toml", "requirements.lock", "model", "priors", "app"} <= set(copied)
    let_in = [
        line[1:]
        for line in (root / ".dockerignore").read_text(encoding="utf-8").split()
        if line[0] == "!"
    ]
    assert [source for source in copied if not (root / source).exists()] == []
    assert sorted(copied) == sorted(let_in), (
        "the builder sees what is copied and nothing else of this disk"
    )


def test_no_one_runs_it_as_root_and_nothing_is_fetched_but_pinned_packages(steps):
    kinds = [kind for kind, _ in steps]
    assert only(steps, "USER") == ["page"] and kinds.index("USER") < kinds.index("CMD")
    runs = " ".join(only(steps, "RUN"))
    assert "ADD" not in kinds and "://" not in runs
    assert not re.search(r"apt-get|apk|curl|wget|gcc|--extra|\[dev\]", runs)
    installs = re.findall(r"pip install[^&]*", runs)
    assert installs and all(
        "--constraint requirements.lock" in line or "--no-deps" in line for line in installs
    )
    assert not any(fnmatch(rest, "*:latest") for rest in only(steps, "FROM"))


def test_what_is_installed_is_what_the_project_needs_without_its_tests(steps, root, tmp_path):
    line = next(rest for rest in only(steps, "RUN") if "needed.txt" in rest).split("&&")[0].strip()
    command = line.replace("python -c", f"{shlex.quote(sys.executable)} -c").replace(
        "needed.txt", f"{tmp_path}/needed.txt"
    )
    subprocess.run(["sh", "-c", command], cwd=root, check=True)
    needed = (tmp_path / "needed.txt").read_text(encoding="utf-8")
    assert all(f"{name}>=" in needed for name in ("streamlit", "numba", "reportlab"))
    assert not any(name in needed for name in ("pytest", "vl-convert", "dask"))


def test_its_command_starts_the_page_and_its_health_check_tells_a_well_page_from_none(
    steps, root, tmp_path
):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    check = re.search(r"CMD (\[.*\])", only(steps, "HEALTHCHECK")[0])[1].replace("8501", str(port))
    healthy = [sys.executable, *json.loads(check)[1:]]
    assert subprocess.run(healthy, capture_output=True, check=False).returncode != 0
    words = [
        word.replace("8501", str(port)).replace("0.0.0.0", "127.0.0.1")
        for word in json.loads(only(steps, "CMD")[0])
    ]
    with (tmp_path / "log").open("wb") as log:
        page = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=root, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 90
        while page.poll() is None and time.monotonic() < deadline:
            if subprocess.run(healthy, capture_output=True, check=False).returncode == 0:
                break
            time.sleep(1)
        else:
            pytest.fail((tmp_path / "log").read_text(errors="replace"))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(page.pid, signal.SIGTERM)
        page.wait(20)
