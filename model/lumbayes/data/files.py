"""Where the data of one thread lies, and how its files are read so that every mistake in them is
told in a sentence.
"""

from __future__ import annotations

import csv
import io
import os
import tomllib
from pathlib import Path
from typing import Any

from ..errors import allow, each

HERE = Path(__file__).resolve().parents[1]
ELSEWHERE = "LUMBAYES_PRIORS"
THREAD, LITERATURE = "thread", "literature"


def folder(priors: str | Path = THREAD) -> Path:
    """The data folder of a set of priors: "thread" is the one that comes with Lumbayes, and
    "literature" the studies in the same folder; anything else is a path.

    Where the environment names a folder in LUMBAYES_PRIORS, that one is "the thread", for the page
    too.
    """
    if str(priors) in (THREAD, LITERATURE):
        priors = os.environ.get(ELSEWHERE) or THREAD
    if str(priors) in (THREAD, LITERATURE):
        return HERE / "_priors" if (HERE / "_priors").is_dir() else HERE.parents[1] / "priors"
    if not Path(priors).is_dir():
        allowed = f"{THREAD!r}, {LITERATURE!r} or the path of a folder like priors/"
        raise ValueError(f"No set of priors {str(priors)!r}: give {allowed}.")
    return Path(priors)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary; a broken one is a `ValueError` that names file and place."""
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as broken:
        raise ValueError(f"{path}: not valid TOML: {broken}.") from broken


def read_rows(path: Path, columns: tuple[str, ...], *key: str) -> list[tuple[str, dict[str, str]]]:
    """The rows of a CSV file as `(where, row)`, all text; `key` must be unique and the columns
    exactly `columns`.
    """
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        _check_header(f"{path}: line 1", list(reader.fieldnames or ()), columns)
        rows = [(f"{path}: line {reader.line_num}: {_key(row, key)}", dict(row)) for row in reader]
    except csv.Error as broken:
        where = f"{path}: line {reader.reader.line_num}"
        hint = 'look for a stray quote up to there (a " in a cell is doubled)'
        raise ValueError(f"{where}: not valid CSV: {broken}; {hint}.") from broken
    _check_rows(rows, key)
    return rows


def _text(path: Path) -> str:
    """The text of a UTF-8 file, with or without the mark that Excel puts before it; its line ends
    as they are.
    """
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file; a set of priors needs one.")
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line, byte = content[: broken.start].count(b"\n") + 1, content[broken.start]
        found = f"line {line}: the byte 0x{byte:02x} is not UTF-8"
        raise ValueError(f"{path}: {found}; save the file as UTF-8.") from broken


def _check_header(where: str, found: list[str], columns: tuple[str, ...]) -> None:
    allow(where, "column", found, columns)
    for column in columns:
        if found.count(column) != 1:
            how = "is missing" if column not in found else "stands there twice"
            raise ValueError(
                f"{where}: the column {column!r} {how}; the columns are {', '.join(columns)}."
            )


def _key(row: dict[str, Any], key: tuple[str, ...]) -> str:
    return " ".join(str(row[column]) for column in key).strip()


def _check_rows(rows: list[tuple[str, Any]], key: tuple[str, ...]) -> None:
    seen: dict[str, str] = {}

    def check(where: str, row: dict[str, Any]) -> None:
        name = _key(row, key)
        if None in row or None in row.values():
            raise ValueError(
                f"{where}: the row has more or fewer cells than the header; look for a stray comma."
            )
        if not name:
            raise ValueError(f"{where}its {key[0]} is empty; every row needs one.")
        if name in seen:
            raise ValueError(
                f"{where}: {key[0]} {name!r} stands already at {seen[name]}; it must be unique."
            )
        seen[name] = where

    each(check, rows)
