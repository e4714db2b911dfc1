"""The page's real server and a real Chromium, for the few things only a browser can see."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from seeing import wait_until_ready

from text.page_words import TITLE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# no sandbox: root may not have one; the rest keeps the browser from calling its maker
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()
SECONDS_TO_START = 90


@pytest.fixture(scope="session")
def chromium(missing) -> str:
    """The path of Chromium or Chrome; without one the browser tests are skipped (CI: fail)."""
    found = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, (*NAMES, ON_A_MAC))), None
    )
    if not found:
        missing(
            "No Chromium or Chrome here. To test the page in one, install it or set CHROMIUM to its"
            " path."
        )
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, chromium):
    """Playwright with the machine's own browser: nothing is downloaded."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@dataclass(frozen=True)
class Server:
    """The page's server: its address, its output, and every address it opened or called."""

    url: str
    log: Path
    sockets: Path


@pytest.fixture(scope="session")
def server(chromium, root, tmp_path_factory):
    """The page, served by the command a runner would type, its calls to anybody written down."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    evidence = Server(f"http://127.0.0.1:{port}", folder / "log.txt", folder / "sockets.txt")
    watched = os.pathsep.join(
        filter(None, [str(Path(__file__).with_name("watched")), os.environ.get("PYTHONPATH")])
    )
    environment = {**os.environ, "PYTHONPATH": watched, "LUMBAYES_SOCKETS": str(evidence.sockets)}
    streamlit = [sys.executable, "-m", "streamlit", "run", "app/streamlit_app.py"]
    with served(streamlit, port, evidence.log, cwd=root, env=environment):
        yield evidence


@pytest.fixture
def own_server(chromium, root, tmp_path):
    """A way to start this test's own server on one port, and the port."""
    port, running = free_port(), []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "streamlit", "run", "app/streamlit_app.py", *options(port)]
        log = tmp_path / f"log{len(running)}.txt"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=out, cwd=root, start_new_session=True
            )
        running.append(process)
        wait_for_server(process, port, log)
        return process

    yield port, start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


@pytest.fixture
def another_url(chromium, root, tmp_path):
    """The address of the page on another thread's folder, served by this project's own command."""
    port, ours = (
        free_port(),
        [sys.executable, "-m", "lumbayes", "app", "--priors", "tests/another_thread"],
    )
    with served(ours, port, tmp_path / "log.txt", cwd=root):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def served(words: list[str], port: int, log: Path, **where):
    """A page served by this command on a local port; ended with all its processes."""
    with log.open("wb") as out:
        quiet = {
            "stdin": subprocess.DEVNULL,
            "stdout": out,
            "stderr": subprocess.STDOUT,
            "start_new_session": True,
        }
        process = subprocess.Popen([*words, *options(port)], **quiet, **where)
        try:
            wait_for_server(process, port, log)
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(SECONDS_TO_START)


@pytest.fixture(scope="session")
def base_url(server):
    """The address of the page; `page.goto("/")` opens it."""
    return server.url


@pytest.fixture(scope="session")
def regular(browser_type, browser_type_launch_args, base_url, tmp_path_factory):
    """A browser that has the page's files already; what a visit keeps, it keeps in its tab.

    Its folder also holds the compiled scripts, so that a visit takes half the processor's time.
    """
    folder = tmp_path_factory.mktemp("browser")
    context = browser_type.launch_persistent_context(
        folder, base_url=base_url, **browser_type_launch_args
    )
    yield context
    context.close()


@pytest.fixture
def own_page(regular):
    """A new tab, watched: when the test ends, no request may have gone to another machine."""
    page, hosts = regular.new_page(), set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield page
    address = urlsplit(page.url)
    for tab in regular.pages[1:]:  # without the first one, empty, the browser would end
        tab.close()
    assert hosts <= {"127.0.0.1", None, ""}, "None and nothing: data: and blob: addresses"
    assert address.query == "", "no answer stands in the address"


@pytest.fixture
def start(own_page, ready):
    """The first safety card."""
    own_page.goto("/")
    ready(own_page)
    return own_page


# What a tab keeps of a runner with no warning sign who has settled both cards.
SETTLED_CARDS = """(title) => {
    const kept = { number: 2, safety: { first: "none", age: "age_18" } }
    sessionStorage[`lumbayes ${title}`] ??= JSON.stringify(kept)
}"""


@pytest.fixture
def screen(own_page, ready):
    """The page of a runner who has settled both cards and said nothing more."""
    own_page.add_init_script(f"({SETTLED_CARDS})({json.dumps(TITLE)})")
    own_page.goto("/")
    expect(own_page.locator(".panel")).to_be_visible()
    ready(own_page)
    return own_page


@pytest.fixture(scope="session")
def ready():
    """Call it with a page: it returns once the script is idle and everything is drawn."""
    return wait_until_ready


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def options(port: int) -> list[str]:
    """What makes the real command silent, on one port of this machine alone."""
    settings = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    return [f"--{name}={value}" for name, value in settings.items()]


def wait_for_server(server, port: int, log) -> None:
    """Return when the server is healthy; fail with its output when it ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"The page's server did not start. It said:\n{log.read_text(errors='replace')}")
