"""The command `lumbayes`: open the page, check a folder of priors, score a file of runners."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from .batch.files import score
from .checks import problems
from .data.files import ELSEWHERE, HERE
from .loading import load
from .safety import red_flags


def page() -> Path:
    """The page's script: beside the package in a wheel, at the top of a checkout."""
    inside = HERE / "_app" / "streamlit_app.py"
    return inside if inside.is_file() else HERE.parents[1] / "app" / "streamlit_app.py"


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 when a folder or a file is not right, 130
    when stopped.
    """
    parser = argparse.ArgumentParser(
        prog="lumbayes", description="What a thread says of a pain, as a Bayesian network."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    app = commands.add_parser(
        "app", help="open the page; further options are those of `streamlit run`"
    )
    app.add_argument(
        "--priors",
        default="",
        help="a folder like priors/ that the page opens (default: the thread)",
    )
    check = commands.add_parser("check", help="check a folder of priors, line by line")
    check.add_argument(
        "folder",
        nargs="?",
        default="thread",
        help="a folder like priors/ (default: the thread's own)",
    )
    many = commands.add_parser("score", help="answer a file of runners, one a row, however long")
    many.add_argument(
        "source", help="the runners' findings, .parquet or .csv; a column is a question"
    )
    many.add_argument(
        "-o", "--output", required=True, help="where the answers go, .parquet or .csv"
    )
    many.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help="carry a column through"
    )
    many.add_argument(
        "--intervals",
        action="store_true",
        help="low and high too; takes thousands of times as long",
    )
    many.add_argument(
        "--priors", default="thread", help="thread, literature, or a folder like priors/"
    )
    many.add_argument(
        "--chunk", type=int, default=0, metavar="ROWS", help="how many rows are held at a time"
    )
    given, options = parser.parse_known_args(argv)
    if given.command == "app":
        return _open(given.priors, options)
    if options:
        parser.error(
            f"unknown: {' '.join(options)}; only `app` hands options on, to `streamlit run`"
        )
    return _score(given) if given.command == "score" else _check(given.folder)


def _open(priors: str, options: list[str]) -> int:
    """Open the page on a folder of priors, or say what is wrong with it."""
    if priors and _tell(problems(priors)):
        return 1
    environment = {**os.environ, **({ELSEWHERE: str(Path(priors).resolve())} if priors else {})}
    return subprocess.call(
        [sys.executable, "-m", "streamlit", "run", str(page()), *options], env=environment
    )


def _tell(problems: list[str]) -> bool:
    """Print the problems, a line each; whether there were any."""
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return bool(problems)


def _check(priors: str) -> int:
    if _tell(problems(priors)):
        return 1
    network, flags = load(priors).network, red_flags(priors)
    told = {
        "claims": network.priors.claims,
        "words": network.priors.words,
        "variables": network.variables,
    }
    told |= {"priors": network.priors, "safety questions": flags}
    print(f"fine: {', '.join(f'{len(things)} {name}' for name, things in told.items())}.")
    return 0


def _score(given: argparse.Namespace) -> int:
    options = {
        "keep": given.keep,
        "intervals": given.intervals,
        "chunk": given.chunk,
        "progress": True,
    }
    try:
        rows = score(given.source, given.output, load(given.priors), **options)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(f"{rows:,} rows answered in {given.output}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
