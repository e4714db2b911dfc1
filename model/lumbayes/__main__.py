"""The command `lumbayes`: open the page, or check a folder of priors."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from . import load
from .sources import HERE


def page() -> Path:
    """The page's script: beside the package in a wheel, at the top of a checkout."""
    inside = HERE / "_app" / "streamlit_app.py"
    return inside if inside.is_file() else HERE.parents[1] / "app" / "streamlit_app.py"


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 when a folder is not right."""
    parser = argparse.ArgumentParser(prog="lumbayes", description="What a thread says of back pain after a run.")
    commands = parser.add_subparsers(dest="command", required=True)
    app = commands.add_parser("app", help="open the page")
    app.add_argument("options", nargs=argparse.REMAINDER, help="options of `streamlit run`")
    check = commands.add_parser("check", help="check a folder of priors, line by line")
    check.add_argument("folder", nargs="?", default="thread", help="a folder like priors/ (default: the thread's own)")
    given = parser.parse_args(argv)
    if given.command == "app":
        return subprocess.call([sys.executable, "-m", "streamlit", "run", str(page()), *given.options])
    return _check(given.folder)


def _check(folder: str) -> int:
    try:
        case = load(folder)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    priors = case.network.priors
    print(
        f"{len(case.network.variables)} variables, {len(priors)} priors, {len(priors.claims)} claims: nothing is wrong."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
