"""The model's share of a move on the page, against a page with a constant model.

.venv/bin/python -W ignore tests/benchmarks/bench_page.py           all, about six minutes on
                                                                    two quiet cores
.venv/bin/python -W ignore tests/benchmarks/bench_page.py --quick   a few moves, to see that
                                                                    it runs

Two servers run the same files. In the second, every function of the model that the page calls gives
back one of two tables computed beforehand, so that what is left is Streamlit and the browser. Moves
alternate between both.

one runner   real Chromium: from the key on the slider (or the tap on an answer) to the bar, painted
20 runners   raw sessions on one process, each moves the slider once a second: from sending to the
             answer. Four times on each page alternately, and each time they begin at other
             moments, the same on both pages
memory       the process after 100 moves and after 600, by its resident set (Linux)
"""

import argparse
import asyncio
import itertools
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / place) for place in ("model", "app", "tests/browser")]

import websockets
from playwright.sync_api import sync_playwright
from seeing import drag, past_safety, slider, wait_until_ready
from streamlit.proto.BackMsg_pb2 import BackMsg

import lumbayes
from conftest import FLAGS, NAMES, free_port, wait_for_server

FACTOR = "weak_core"  # whose slider moves, as a belief
ANSWER = "hills"  # whose end words are tapped
RUNNERS, SECONDS, ROUNDS, WARMING = 20, 15, 4, 3
NUMBER, FIRST_NUMBER = re.compile(r'"number":\d+'), 1000
# The root of the page's component; from the key or the tap until its bar has changed and a frame
# with it is drawn.
SHADOW = """[...document.querySelectorAll("*")].map((e) => e.shadowRoot)
    .find((root) => root?.querySelector(".page"))"""
WATCH = f"""(cause) => new Promise((resolve) => {{
  const root = {SHADOW}
  const tick = `[data-row="${{cause}}"] .tick:not(.ghost)`
  const bar = () => root.querySelector(tick)?.getAttribute("style")
  const before = bar()
  let since
  const start = () => {{ since ??= performance.now() }}
  for (const kind of ["keydown", "mousedown"])
    addEventListener(kind, start, {{capture: true, once: true}})
  const watcher = new MutationObserver(() => {{
    if (since === undefined || bar() === before || !bar()) return
    watcher.disconnect()
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - since)))
  }})
  watcher.observe(root, {{subtree: true, childList: true, attributes: true}})
}})"""


def serve(port, constant):
    """The page's server in this process; with `constant`, the model returns fixed tables."""
    if constant:
        make_constant()
    from streamlit.web import cli

    sys.argv = ["streamlit", "run", str(ROOT / "app" / "streamlit_app.py"), *settings(port)]
    cli.main()


def settings(port):
    """As the browser tests start it: this machine alone, and silent."""
    return [
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.headless=true",
        "--logger.level=error",
    ]


def make_constant():
    """Put two results, computed beforehand, in the place of the function that the page calls."""
    from state import result

    base = lumbayes.load()
    pain = base.given(**{base.variables.outcome.name: base.variables.outcome.states[-1]})
    cases = [pain, pain.given(**{FACTOR: "yes", ANSWER: "yes"})]
    kinds = (None, FACTOR)
    found = {(i, k): result.result(case, focus=k) for i, case in enumerate(cases) for k in kinds}

    turn = itertools.cycle(range(len(cases)))

    def constant(case, focus=None, **_):
        return found[next(turn), FACTOR if focus else None]

    result.result = constant


@contextmanager
def server(constant):
    """A page in a process of its own; yields its address and its process id."""
    port, log = free_port(), Path(f"/tmp/bench_page_{os.getpid()}_{constant:d}.txt")
    command = [
        sys.executable,
        "-W",
        "ignore",
        __file__,
        "--serve",
        str(port),
        *(["--constant"] if constant else []),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_for_server(process, port, log)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(20)
            log.unlink()


class Runner:
    """A Chromium page past the cards; `sent` is its traffic."""

    def __init__(self, browser, address):
        self.page, self.sent = browser.new_page(viewport={"width": 1280, "height": 1020}), []
        self.page.on("websocket", lambda socket: socket.on("framesent", self._keep))
        self.page.goto(address)
        past_safety(self.page)
        self.slider = slider(self.page, FACTOR)
        for more in self.page.locator("h3 .link").all()[:1]:
            more.click()  # the whole list of factors
        self.rest()
        self.entered = len(self.reruns())

    def _keep(self, payload):
        self.sent.append(payload if isinstance(payload, bytes) else payload.encode())

    def reruns(self):
        """The messages that ask for a run of the script."""
        kind = "rerun_script"
        return [p for p in self.sent if BackMsg.FromString(p).WhichOneof("type") == kind]

    def rest(self):
        """Until the page rests."""
        wait_until_ready(self.page)

    def move(self, key):
        """Milliseconds from a key on the slider to the bar it moves."""
        self.slider.focus()
        return self._timed(FACTOR, lambda: self.page.keyboard.press(key))

    def answer(self, i):
        """Milliseconds from a tap on an end word to the bar it moves."""
        button = self.page.locator(f'.row[data-name="{ANSWER}"] .end').nth(i)
        return self._timed(ANSWER, button.click)

    def _timed(self, cause, act):
        self.page.evaluate(f"void (window.moved = ({WATCH})('{cause}'))")
        act()
        took = self.page.evaluate("window.moved")
        self.rest()
        return took


def one_runner(addresses, moves, browser):
    """Times of slider moves and taps on both pages alternately; and what a drag sends."""
    runners = [Runner(browser, address) for address in addresses]
    found = {"slider": ([], []), "answer": ([], [])}
    for turn in range(moves + WARMING):
        for side, runner in enumerate(runners):
            took = runner.move("ArrowLeft" if turn % 2 else "ArrowRight")
            found["slider"][side].append(took)
    for turn in range(moves + WARMING):
        for side, runner in enumerate(runners):
            found["answer"][side].append(runner.answer(turn % 2))
    frames = [recorded(runner) for runner in runners]
    return {kind: [side[WARMING:] for side in sides] for kind, sides in found.items()}, frames


def recorded(runner):
    """The messages that enter a runner, and two moves of a drag, for raw sessions."""
    drag(runner.page, runner.slider, 0.5, 0.9, steps=20)
    runner.page.wait_for_timeout(500)
    runner.page.mouse.up()
    runner.rest()
    moves = [p for p in runner.reruns() if b'"resting":false' in p.replace(b" ", b"")]
    return runner.reruns()[: runner.entered], moves[-2:]


def crowds(addresses, frames, runners, seconds, rounds):
    """Times of the moves of many runners at once, on both pages by turns.

    How many happen to move together makes more of a difference than the page does: so the moments
    at which they begin are the same on both pages, and others in every round.
    """
    found = [], []
    for luck in range(rounds):
        for took, address, part in zip(found, addresses, frames, strict=True):
            took += asyncio.run(crowd(address, *part, runners, seconds, random.Random(luck)))
    return found


async def crowd(address, entering, moves, runners, seconds, luck):
    """Milliseconds from sending a move to its answer, of all runners on one process.

    They begin to move when all of them have entered their answers, each at a moment of its own.
    """
    entered = asyncio.Barrier(runners)
    sessions = [
        session(address, entering, moves, seconds, entered, luck.random()) for _ in range(runners)
    ]
    return list(itertools.chain(*await asyncio.gather(*sessions)))


async def session(address, entering, moves, seconds, entered, moment):
    """One raw session: entered as recorded, then moved once a second from its own moment on."""
    url, took = address.replace("http", "ws") + "/_stcore/stream", []
    async with websockets.connect(
        url, subprotocols=["streamlit"], max_size=None, origin=address
    ) as socket:
        await enter(socket, entering)
        await entered.wait()
        await asyncio.sleep(moment)
        end = time.perf_counter() + seconds
        for payload, number in numbered(moves):
            start = time.perf_counter()
            if start > end:
                return took
            await socket.send(payload)
            await answered(socket, number)
            took.append(1000 * (time.perf_counter() - start))
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - start)))


async def enter(socket, entering):
    """Send the messages that enter a runner, each after the one before has been dealt with."""
    for payload in entering:
        await socket.send(payload)
        await quiet(socket)


def numbered(moves):
    """Yield the moves over and over, each with a number that no message before it had."""
    for number, payload in enumerate(itertools.cycle(moves), FIRST_NUMBER):
        message = BackMsg.FromString(payload)
        for widget in message.rerun_script.widget_states.widgets:
            widget.json_value = NUMBER.sub(f'"number":{number}', widget.json_value)
        yield message.SerializeToString(), number


async def answered(socket, number):
    """Wait until the page has sent the answer to the message of this number."""
    pattern = re.compile(rb'"number": ?%d\b' % number)
    while not pattern.search(await socket.recv()):
        pass


async def quiet(socket):
    """Read on until nothing has come for a second: an answer at rest runs the script twice."""
    while True:
        try:
            await asyncio.wait_for(socket.recv(), 1)
        except TimeoutError:
            return


async def long_session(address, entering, moves, count):
    """One raw session that moves as fast as it is answered."""
    url = address.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(
        url, subprotocols=["streamlit"], max_size=None, origin=address
    ) as socket:
        await enter(socket, entering)
        for payload, number in itertools.islice(numbered(moves), count):
            await socket.send(payload)
            await answered(socket, number)


def memory(pid):
    """The resident set of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return (
        int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        / 1024
    )


def report(name, model, constant):
    """One line: medians and 95th percentiles of both pages in ms, and their ratios."""
    figures = [(statistics.median(x), statistics.quantiles(x, n=20)[-1]) for x in (model, constant)]
    (middle, late), (plain_middle, plain_late) = figures
    ratios = f"{middle / plain_middle:.2f} {late / plain_late:.2f}"
    print(
        f"{name:<28} {middle:7.1f} {late:7.1f}   {plain_middle:7.1f} {plain_late:7.1f}   {ratios}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a few moves, to see that it runs")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--constant", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.constant)
        return
    moves, runners, seconds, rounds, many = (
        (4, 3, 3, 1, 20) if options.quick else (50, RUNNERS, SECONDS, ROUNDS, 500)
    )
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    print("ms, median and 95th percentile     model             constant          ratio")
    with server(False) as (page, pid), server(True) as (plain, _):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            found, frames = one_runner((page, plain), moves, browser)
            browser.close()
        report("one runner, slider", *found["slider"])
        report("one runner, answer", *found["answer"])
        report(
            f"{runners} runners, slider", *crowds((page, plain), frames, runners, seconds, rounds)
        )
        asyncio.run(long_session(page, *frames[0], 100))
        before = memory(pid)
        asyncio.run(long_session(page, *frames[0], many))
        print(f"memory: {before:.0f} MiB after 100 moves, {memory(pid):.0f} MiB after {many} more")


if __name__ == "__main__":
    main()
