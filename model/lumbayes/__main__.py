"""The command `lumbayes`: open the page, check or make a folder of priors, score a file."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from .batch.score_files import score
from .checks import problems
from .data.claims_file import TO_CODE
from .data.files import ELSEWHERE, HERE, LITERATURE, THREAD
from .data.files import folder as data_folder
from .data.means import means_as_read
from .data.new_thread import has_placeholders, new_thread
from .loading import load
from .safety import red_flags

if TYPE_CHECKING:
    from .case import Case

MAX_NAMED = 12  # rows to code that a line names; the rest are counted
INTERRUPTED = 130  # exit code of a command stopped by Ctrl-C


def page() -> Path:
    """Return the path of the script of the page, in an installed package or in a checkout."""
    inside = HERE / "_app" / "streamlit_app.py"
    return inside if inside.is_file() else HERE.parents[1] / "app" / "streamlit_app.py"


def main(argv: list[str] | None = None) -> int:
    """Run one of the commands `app`, `check`, `new` and `score`, and return its exit code.

    Parameters
    ----------
    argv : list of str, optional
        The words after `lumbayes` on the command line, which are the default.

    Returns
    -------
    int
        0 when done, 1 if a folder or file has a mistake, 130 if interrupted while scoring. `app`
        returns the exit code of Streamlit.

    Raises
    ------
    SystemExit
        For an unknown command or option (code 2), and after `--help` or `--version` (code 0).

    Examples
    --------
    >>> from lumbayes.__main__ import main
    >>> main(["check"])
    variables.toml
    ...
    fine: 91 claims, 15 words, 38 variables, 116 priors, 54 safety questions.
    0
    """
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    if options.command == "app":
        return _open_page(options.priors, rest)
    if rest:
        parser.error(f"unknown: {' '.join(rest)}; only `app` passes options on, to `streamlit run`")
    if options.command == "new":
        return _new(Path(options.folder), Path(options.thread))
    return _score(options) if options.command == "score" else _check(options.folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lumbayes",
        description="A thread's claims about back pain after a run, as a Bayesian network.",
    )
    parser.add_argument("--version", action="version", version=f"lumbayes {version('lumbayes')}")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_app(commands)
    _add_check(commands)
    _add_new(commands)
    _add_score(commands)
    return parser


def _add_app(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    app = commands.add_parser(
        "app", help="open the page in a browser; other options go to `streamlit run`"
    )
    app.add_argument(
        "--priors", default="", help="folder of priors for the page (default: the thread's)"
    )


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check", help="list every error in a folder of priors, or the mean of each figure in it"
    )
    check.add_argument(
        "folder", nargs="?", default="thread", help="folder to check (default: the thread's priors)"
    )


def _add_new(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = commands.add_parser(
        "new", help="lay out a folder of priors for a thread of your own, its statements to code"
    )
    new.add_argument("folder", help="folder to make; an existing one is left alone")
    new.add_argument(
        "thread",
        help="text file with the question, then the replies, each numbered at the start of its "
        "first line: 1. …, 2. …; for example: lumbayes new elbow thread.txt",
    )


def _add_score(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    many = commands.add_parser(
        "score", help="compute contributions for a file of runners, one runner a row"
    )
    many.add_argument(
        "source",
        help="file of findings with one column a variable: .parquet, .csv, .tsv, .csv.gz, .tsv.gz "
        "or .xlsx; for example: lumbayes score runners.csv -o scored.parquet --keep id --tidy",
    )
    many.add_argument(
        "-o", "--output", required=True, help="file for the results, .parquet or .csv"
    )
    many.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="COLUMN",
        help="copy this column to the results; may be repeated",
    )
    many.add_argument(
        "--intervals",
        action="store_true",
        help="add 90%% intervals (low, high); takes thousands of times as long",
    )
    many.add_argument(
        "--tidy",
        action="store_true",
        help="read y, true, 1, n/a, decimal commas and capitals by stated rules",
    )
    many.add_argument(
        "--sep",
        default="",
        metavar="CHARACTER",
        help="what parts the cells of a text (default: by its first line)",
    )
    many.add_argument(
        "--priors",
        default="thread",
        help="thread, literature or a folder of priors (default: thread)",
    )
    many.add_argument(
        "--chunk", type=int, default=0, metavar="ROWS", help="rows held in memory at a time"
    )


def _open_page(priors: str, options: list[str]) -> int:
    """Open the page on a folder of priors, or print what is wrong with the folder."""
    wrong = [*_missing_packages(), *_wrong_for_page(priors, options)]
    if _print_problems(wrong or (problems(priors) if priors else [])):
        return 1
    environment = dict(os.environ)
    if priors not in ("", THREAD):
        environment[ELSEWHERE] = str(Path(priors).resolve())
    command = [sys.executable, "-m", "streamlit", "run", str(page()), *options]
    return subprocess.call(command, env=environment)


def _wrong_for_page(priors: str, options: list[str]) -> list[str]:
    """Return what the page cannot be opened on: studies, or a folder that no option names."""
    if priors == LITERATURE:
        return [
            f"app: --priors is {LITERATURE!r}; the page shows claims, and studies hold no claims: "
            "give the path of a folder like priors/, or leave it out. In Python the studies are "
            f"load({LITERATURE!r})."
        ]
    follows_option = [False, *(o.startswith("-") and "=" not in o for o in options)]
    pairs = zip(options, follows_option, strict=False)  # nothing follows the last
    loose = [o for o, is_value in pairs if not (o.startswith("-") or is_value)]
    return [
        f"app: found {o!r}, which no option names; for a folder of priors: "
        f"lumbayes app --priors {o}"
        for o in loose
    ]


def _missing_packages() -> list[str]:
    """Return what the page still needs: of its packages only one is optional."""
    if find_spec("reportlab"):
        return []
    return ["The page needs the package reportlab: pip install 'lumbayes[page]'"]


def _print_problems(problems: list[str]) -> bool:
    """Print the problems to standard error, a line each; return whether there are any."""
    for problem in problems:
        print(problem, file=sys.stderr)
    return bool(problems)


def _new(folder: Path, thread: Path) -> int:
    try:
        made = new_thread(folder, thread)
    except (ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    if made.left_out:
        print(f"left out as no statement: {', '.join(map(repr, made.left_out))}")
    print(
        f"{folder}: {len(made.statements)} statements of the question and {made.n_replies} replies "
        f"are rows of claims.csv, to be coded. Next: name the things of the thread in "
        f"variables.toml, code the rows, and run `lumbayes check {folder}`."
    )
    return 0


def _check(folder: str) -> int:
    if _print_problems(problems(folder)):
        return 1
    base = load(folder, base_rate=None)
    for note in [*_means(base), *_unfinished(base, data_folder(folder))]:
        print(note)
    counts = {
        "claims": len(base.priors.claims),
        "words": len(base.priors.words),
        "variables": len(base.variables),
        "priors": len(base.priors),
        "safety questions": len(red_flags(folder)),
    }
    print(f"fine: {', '.join(f'{count} {name}' for name, count in counts.items())}.")
    return 0


def _means(base: Case) -> Iterator[str]:
    """Return the mean of each figure beside its sentence, by file."""
    priors = base.priors
    means = means_as_read(priors.variables, priors.words, priors.claims)
    for file, of_file in groupby(means, key=lambda mean: mean.file):
        yield file
        yield from map(str, of_file)


def _unfinished(base: Case, path: Path) -> list[str]:
    """Return what is still as `lumbayes new` laid it out."""
    ids = [claim.id for claim in base.priors.claims if claim.used == TO_CODE]
    notes = []
    if ids:
        more = f" and {len(ids) - MAX_NAMED} more" if len(ids) > MAX_NAMED else ""
        notes.append(
            f"{len(ids)} of {len(base.priors.claims)} statements are still to be coded "
            f"(used is {TO_CODE!r}): {', '.join(ids[:MAX_NAMED])}{more}."
        )
    if has_placeholders(path):
        notes.append(
            "redflags.toml still holds the placeholders: write the warning signs of this body part "
            "before anybody else opens the page."
        )
    return notes


def _score(options: argparse.Namespace) -> int:
    try:
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always", UserWarning)
            n_rows = score(
                options.source,
                options.output,
                load(options.priors),
                keep=options.keep,
                intervals=options.intervals,
                chunk=options.chunk,
                tidy=options.tidy,
                sep=options.sep,
                progress=True,
            )
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to continue.", file=sys.stderr)
        return INTERRUPTED
    _print_problems([str(note.message) for note in noted])
    print(f"{n_rows:,} runners scored into {options.output}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
