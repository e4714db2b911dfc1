"""The command `lumbayes`: open the page, check a folder of priors, score a file of runners."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import load
from .about import about, check_about
from .claims import read_claims, read_words
from .coding import check_rows
from .example import check_example, example
from .literature import read_literature
from .priors import Priors
from .redflags import read_rules
from .scoring import score
from .sources import ELSEWHERE, HERE, folder
from .variables import read_variables


def page() -> Path:
    """The page's script: beside the package in a wheel, at the top of a checkout."""
    inside = HERE / "_app" / "streamlit_app.py"
    return inside if inside.is_file() else HERE.parents[1] / "app" / "streamlit_app.py"


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 when a folder or a file is not right."""
    parser = argparse.ArgumentParser(
        prog="lumbayes", description="What a thread says of a pain, as a Bayesian network."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    app = commands.add_parser("app", help="open the page; further options are those of `streamlit run`")
    app.add_argument("--priors", default="", help="a folder like priors/ that the page opens (default: the thread)")
    check = commands.add_parser("check", help="check a folder of priors, line by line")
    check.add_argument("folder", nargs="?", default="thread", help="a folder like priors/ (default: the thread's own)")
    many = commands.add_parser("score", help="answer a file of runners, one a row, however long")
    many.add_argument("source", help="the runners' findings, .parquet or .csv; a column is a question")
    many.add_argument("-o", "--output", required=True, help="where the answers go, .parquet or .csv")
    many.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="carry a column through")
    many.add_argument("--intervals", action="store_true", help="low and high too; takes thousands of times as long")
    many.add_argument("--priors", default="thread", help="thread, literature, or a folder like priors/")
    many.add_argument("--chunk", type=int, default=0, metavar="ROWS", help="how many rows are held at a time")
    given, options = parser.parse_known_args(argv)
    if given.command == "app":
        return _open(given.priors, options)
    if options:
        parser.error(f"unknown: {' '.join(options)}; only `app` hands options on, to `streamlit run`")
    return _score(given) if given.command == "score" else _check(given.folder)


def _open(priors: str, options: list[str]) -> int:
    """Open the page on a folder of priors, or say what is wrong with it."""
    told = problems(priors) if priors else []
    if told:
        print(*told, sep="\n", file=sys.stderr)
        return 1
    environment = {**os.environ, **({ELSEWHERE: str(Path(priors).resolve())} if priors else {})}
    return subprocess.call([sys.executable, "-m", "streamlit", "run", str(page()), *options], env=environment)


def problems(priors: str) -> list[str]:
    """Everything that can be found wrong in a folder of priors, a sentence each; what cannot be read hides the rest."""
    told: list[str] = []

    def read(reader: Callable[..., Any], *given: Any) -> Any:
        try:
            return None if any(found is None for found in given) else reader(*given)
        except ValueError as wrong:
            told.extend(str(wrong).splitlines())
            return None

    where = read(folder, priors)
    if where is not None:
        _read_all(where, read)
    if not told:
        read(load, priors)
    return told


def _read_all(where: Path, read: Callable[..., Any]) -> None:
    variables, words = read(read_variables, where / "variables.toml"), read(read_words, where / "words.csv")
    if variables is None or words is None:
        read(check_rows, where / "claims.csv")
    claims = read(read_claims, where / "claims.csv", variables, words)
    read(Priors, variables, claims, words)
    if (where / "literature.csv").is_file():
        read(read_literature, where / "literature.csv", variables)
    read(read_rules, where / "redflags.toml")
    read(check_about, where / "about.toml", read(about, where), variables)
    runner, ids = read(example, where), None if claims is None else [claim.id for claim in claims]
    read(check_example, where / "example.toml", runner, variables, ids)


def _check(priors: str) -> int:
    told = problems(priors)
    if told:
        print(*told, sep="\n", file=sys.stderr)
        return 1
    network = load(priors).network
    counts = f"{len(network.variables)} variables, {len(network.priors)} priors, {len(network.priors.claims)} claims"
    print(f"{counts}: nothing is wrong.")
    return 0


def _score(given: argparse.Namespace) -> int:
    options = {"keep": given.keep, "intervals": given.intervals, "chunk": given.chunk, "progress": True}
    try:
        rows = score(given.source, given.output, load(given.priors), **options)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(f"{rows:,} rows answered in {given.output}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
