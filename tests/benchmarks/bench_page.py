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
             last message. Four times on each page alternately, and each time they begin at other
             moments, the same on both pages
memory       the process after 100 moves and after 600, by its resident set (Linux)
"""

import argparse
import asyncio
import itertools
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / place) for place in ("model", "app", "tests/browser")]

import asked
import websockets
import wording
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import lumbayes
from conftest import FLAGS, NAMES, free_port, wait_for_server, wait_until_ready
from lumbayes import attribution, decisions

TEST, ANSWER = "plank_seconds", "hills"
FIRST_PLACE = 65  # on the slope, where one second moves the bar
RUNNERS, SECONDS, ROUNDS, WARMING = 20, 15, 4, 3
# from the key or the tap until the bar has changed and a frame with it has been drawn
WATCH = """([selector]) => new Promise((resolve) => {
  const bar = () => document.querySelector(selector)?.getAttribute("style"), before = bar()
  let since
  const start = (e) => { since ??= performance.now() }
  for (const kind of ["keydown", "mousedown"])
    addEventListener(kind, start, {capture: true, once: true})
  const watcher = new MutationObserver(() => {
    if (since === undefined || bar() === before || !bar()) return
    watcher.disconnect()
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - since)))
  })
  watcher.observe(document.body, {subtree: true, childList: true, attributes: true})
})"""


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
    """Put constants in the place of every function that the page's live path calls."""
    assert "standing" not in sys.modules, "the page has taken the real ones already"
    base = lumbayes.load()
    runner = base.given(**lumbayes.example().findings)
    cases = [runner, runner.given(**{TEST: float(FIRST_PLACE - 30)})]
    tables = [lumbayes.contributions(case) for case in cases]
    asking, stays = (
        lumbayes.next_question(runner),
        decisions.same_decision_probability(runner, samples=10),
    )
    fight = lumbayes.conflict(runner)
    outcome = base.variables.outcome.name
    hurt, frames = runner.posterior(outcome), {}

    def contributions(case, **_):
        return tables[(int(case.findings.get(TEST, 0)) + (case.findings.get(ANSWER) == "yes")) % 2]

    def posteriors(case, frame, **_):
        if len(frame) not in frames:
            frames[len(frame)] = many(case, frame)
        return frames[len(frame)]

    many = lumbayes.posteriors
    lumbayes.contributions, lumbayes.posteriors = contributions, posteriors
    attribution.measurement_profile = lambda case, test: SimpleNamespace(
        contributions=lambda reading: tables[int(reading) % 2]
    )
    lumbayes.next_question = lambda case: asking
    decisions.same_decision_probability = lambda case, **_: stays
    lumbayes.conflict = lambda case: fight
    lumbayes.Case.posterior = lambda case, name: hurt


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
    """A Chromium page with the thread's runner and the plank's slider; `sent` is its traffic."""

    def __init__(self, browser, address):
        self.page, self.sent = browser.new_page(viewport={"width": 1280, "height": 900}), []
        self.page.on("websocket", lambda socket: socket.on("framesent", self._keep))
        self.page.goto(address)
        wait_until_ready(self.page)
        for _ in wording.SAFETY:
            self.press("button", wording.NONE_OF_THESE)
        self.press("button", wording.EXAMPLE)
        variables = lumbayes.load().network.variables
        self.press("tab", wording.GROUPS[variables[variables[TEST].reads].group])
        self.page.get_by_text(asked.measured(variables[TEST])).click()
        wait_until_ready(self.page)
        self.slider = self.page.get_by_role("slider", name=variables[TEST].question)
        self.slider.focus()
        for _ in range(int(variables[TEST].start) - FIRST_PLACE):
            self.page.keyboard.press("ArrowLeft")
        self.rest()
        self.entered = len(self.sent)
        self.choices = self.page.get_by_role(
            "radiogroup", name=variables[ANSWER].question, include_hidden=True
        ).last
        self.reads, self.group = variables[TEST].reads, wording.GROUPS[variables[ANSWER].group]

    def _keep(self, payload):
        self.sent.append(payload if isinstance(payload, bytes) else payload.encode())

    def press(self, role, name):
        """Click what has that role and name."""
        self.page.get_by_role(role, name=name).click()
        self.rest()

    def rest(self):
        """Until the page and its slider rest."""
        self.page.wait_for_timeout(450)
        wait_until_ready(self.page)

    def move(self, key):
        """Milliseconds from a key on the slider to the bar it moves."""
        self.slider.focus()
        return self._timed(self.reads, lambda: self.page.keyboard.press(key))

    def answer(self, choice):
        """Milliseconds from a tap on an answer to the bar it moves."""
        button = self.choices.get_by_role("radio", name=choice, exact=True)
        return self._timed(ANSWER, button.click)

    def _timed(self, cause, act):
        self.page.evaluate(f"void (window.moved = ({WATCH})(['.st-key-cause-{cause} .scale i']))")
        act()
        took = self.page.evaluate("window.moved")
        self.rest()
        return took


def one_runner(addresses, moves, browser):
    """Times of slider moves and taps on both pages alternately; and what the slider sent."""
    runners = [Runner(browser, address) for address in addresses]
    found = {"slider": ([], []), "answer": ([], [])}
    for turn in range(moves + WARMING):
        for side, runner in enumerate(runners):
            took = runner.move("ArrowLeft" if turn % 2 else "ArrowRight")
            found["slider"][side].append(took)
    frames = [recorded(runner) for runner in runners]
    for runner in runners:
        runner.press("tab", runner.group)
    for turn in range(moves + WARMING):
        for side, runner in enumerate(runners):
            found["answer"][side].append(runner.answer("No" if turn % 2 else "Yes"))
    return {kind: [side[WARMING:] for side in sides] for kind, sides in found.items()}, frames


def recorded(runner):
    """The messages that enter a runner, and two moves there and back, for raw sessions."""
    reruns = [
        payload
        for payload in runner.sent
        if BackMsg.FromString(payload).WhichOneof("type") == "rerun_script"
    ]
    moves = [payload for payload in reruns if b'"rests":false' in payload.replace(b" ", b"")]
    return [payload for payload in reruns if payload not in moves][: runner.entered], moves[-2:]


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
    """Milliseconds from sending a move to its last message, of all runners on one process.

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
        for payload in entering:
            await socket.send(payload)
            await finished(socket)
        await entered.wait()
        await asyncio.sleep(moment)
        end = time.perf_counter() + seconds
        for payload in itertools.cycle(moves):
            start = time.perf_counter()
            if start > end:
                return took
            await socket.send(payload)
            await finished(socket)
            took.append(1000 * (time.perf_counter() - start))
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - start)))


async def finished(socket):
    """Wait until the script has drawn something and says that it has finished.

    A part run by its key finishes twice.
    """
    drawn = False
    while True:
        kind = ForwardMsg.FromString(await socket.recv()).WhichOneof("type")
        drawn |= kind == "delta"
        if drawn and kind == "script_finished":
            return


async def long_session(address, entering, moves, count):
    """One raw session that moves as fast as it is answered."""
    url = address.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(
        url, subprotocols=["streamlit"], max_size=None, origin=address
    ) as socket:
        for payload in [*entering, *itertools.islice(itertools.cycle(moves), count)]:
            await socket.send(payload)
            await finished(socket)


def memory(pid):
    """The resident set of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return (
        int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        / 1024
    )


def told(name, model, constant):
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
        told("one runner, slider", *found["slider"])
        told("one runner, answer", *found["answer"])
        told(f"{runners} runners, slider", *crowds((page, plain), frames, runners, seconds, rounds))
        asyncio.run(long_session(page, *frames[0], 100))
        before = memory(pid)
        asyncio.run(long_session(page, *frames[0], many))
        print(f"memory: {before:.0f} MiB after 100 moves, {memory(pid):.0f} MiB after {many} more")


if __name__ == "__main__":
    main()
