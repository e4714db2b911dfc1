"""A folder for a new thread: each statement as a row to code, and all other files to start from."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from string import Template
from typing import NamedTuple

from .claims import CLAIMS
from .claims_file import COLUMNS, TO_CODE
from .files import LITERATURE, THREAD, shipped
from .offsets import THREAD_TEXT
from .statements import Statement, statements_of

TEMPLATES = Path(__file__).parent / "new_thread_files"
REDFLAGS = "redflags.toml"
WORDS_FILE = "words.csv"  # what people take strength words to mean, whatever the thread
NOTE = "to be coded"
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # by the first bytes; else UTF-8


class NewThread(NamedTuple):
    """What `new_thread` made: the folder, the statements, and the lines that were left out."""

    folder: Path
    statements: list[Statement]
    left_out: list[str]

    @property
    def n_replies(self) -> int:
        """The number of replies with a statement."""
        return len({s.reply for s in self.statements} - {0})


def new_thread(folder: Path, thread: Path) -> NewThread:
    """Make a folder of priors for a thread, with its statements as rows of claims.csv to code.

    Parameters
    ----------
    folder : Path
        The folder to make. It must not exist, and its parent must.
    thread : Path
        The file with the text of the thread, in UTF-8 or UTF-16. See `statements_of` for the form.

    Returns
    -------
    NewThread
        The folder, the statements, and the lines that were left out.

    Raises
    ------
    ValueError
        If the folder exists or its parent does not, or if the thread cannot be read. Then nothing
        is written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from lumbayes.data.new_thread import new_thread
    >>> place = Path(tempfile.mkdtemp())
    >>> _ = (place / "thread.txt").write_text("Why does it ache?\\n\\n1. Too far. Rest!\\n")
    >>> len(new_thread(place / "ache", place / "thread.txt").statements)
    3
    """
    _check_folder(folder)
    text = _read(thread)
    try:
        statements, left_out = statements_of(text)
    except ValueError as error:
        raise ValueError(f"{thread}: {error}") from None
    contents = {
        THREAD_TEXT: text,
        str(CLAIMS): _claims(statements),
        WORDS_FILE: (shipped() / WORDS_FILE).read_text(encoding="utf-8"),
        **_filled_templates(statements),
    }
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return NewThread(folder, statements, left_out)


def _check_folder(folder: Path) -> None:
    if str(folder) in (THREAD, LITERATURE):
        raise ValueError(f"{folder}: the name of priors that come with Lumbayes; take another.")
    if folder.exists():
        raise ValueError(f"{folder}: it exists already, and nothing is written over; name another.")
    if not folder.parent.is_dir():
        raise ValueError(f"{folder}: there is no folder {folder.parent} to make it in.")


def _read(path: Path) -> str:
    """Return the text of a thread with the line ends of Unix."""
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file; give the thread as a text file.")
    content = path.read_bytes()
    encoding = ENCODINGS.get(content[:2], "utf-8-sig")
    try:
        return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        found = f"the byte at {error.start} is not UTF-8"
        raise ValueError(f"{path}: {found}; save the text as UTF-8.") from None


def _claims(statements: list[Statement]) -> str:
    """Return claims.csv with a row to code for each statement."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*COLUMNS[:3], "start", "end", *COLUMNS[3:]], restval="")
    writer.writeheader()
    for claim_id, statement in _with_ids(statements):
        offsets = {"start": statement.start, "end": statement.end, "quote": statement.quote}
        writer.writerow(
            {"id": claim_id, "answer": statement.reply, "used": TO_CODE, "note": NOTE, **offsets}
        )
    return text.getvalue()


def _with_ids(statements: list[Statement]) -> list[tuple[str, Statement]]:
    """Return the statements with ids: Q-01 of the question, A2-01 of reply 2."""
    count = Counter[int]()
    named = []
    for statement in statements:
        count[statement.reply] += 1
        head = f"A{statement.reply}" if statement.reply else "Q"
        named.append((f"{head}-{count[statement.reply]:02d}", statement))
    return named


def _filled_templates(statements: list[Statement]) -> dict[str, str]:
    """Return the other files, with the thread's first statement as its title."""
    claim_id, first = _with_ids(statements)[0]
    title = " ".join(first.quote.split()).replace("\\", "\\\\").replace('"', '\\"')
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.toml")}
    return {
        name: Template(text).substitute(title=title, first_claim=claim_id)
        for name, text in texts.items()
    }


def has_placeholders(folder: Path) -> bool:
    """Return whether redflags.toml is still as `new_thread` wrote it."""
    path = folder / REDFLAGS
    template = (TEMPLATES / REDFLAGS).read_text(encoding="utf-8")
    return path.read_text(encoding="utf-8") == template
