"""The folder of a set of priors, and how its TOML and CSV files are read."""

from __future__ import annotations

import csv
import io
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .schema import Place, each

HERE = Path(__file__).resolve().parents[1]
ELSEWHERE = "LUMBAYES_PRIORS"
THREAD, LITERATURE = "thread", "literature"


def folder(priors: str | Path = THREAD) -> Path:
    """Return the data folder of a set of priors.

    "thread" and "literature" give the folder that comes with Lumbayes or, if the environment
    variable LUMBAYES_PRIORS is set, the folder that it names. Any other text, and any `Path`, is
    the path of a folder. Raises `ValueError` if there is no such folder.
    """
    if isinstance(priors, str) and priors in (THREAD, LITERATURE):
        elsewhere = os.environ.get(ELSEWHERE)
        if not elsewhere or elsewhere in (THREAD, LITERATURE):
            return shipped()
        priors = elsewhere
    if not str(priors) or not Path(priors).is_dir():
        allowed = f"{THREAD!r}, {LITERATURE!r} or the path of a folder like priors/"
        raise ValueError(f"No set of priors {str(priors)!r}: give {allowed}.")
    return Path(priors)


def shipped() -> Path:
    """Return the folder of priors that comes with Lumbayes, in a wheel or a checkout."""
    return HERE / "_priors" if (HERE / "_priors").is_dir() else HERE.parents[1] / "priors"


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary; raise a `Problem` with its line if it is broken."""
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())  # "at end of document"
        raise Place(path, line=line).problem(f"not valid TOML: {error}.") from error


def read_rows(
    path: Path, columns: tuple[str, ...], *key: str, optional: Mapping[str, str] | None = None
) -> list[tuple[Place, dict[str, str]]]:
    """Return the rows of a CSV file, all cells as text, each row with its place.

    The file must have exactly the columns `columns`. Those in `optional` may be left out as well;
    each then has the cell given there. The cells of the columns `key` identify a row. Raises the
    problems of all rows together: a wrong number of cells, an empty key, a key that occurs twice.
    """
    absent = dict(optional or {})
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: list[tuple[Place, dict[str, str]]] = []
    try:
        header = list(reader.fieldnames or ())
        _check_header(Place(path, line=1), header, columns, absent)
        for row in reader:
            place = Place(path, _key(row, key), line=reader.line_num)
            rows.append((place, {**absent, **row}))
    except csv.Error as error:
        place = Place(path, line=reader.reader.line_num)
        hint = 'look for a stray quote up to there (a " in a cell is doubled)'
        raise place.problem(f"not valid CSV: {error}; {hint}.") from error
    _check_rows(rows, key)
    return rows


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; raise a `Problem` if it is missing or not UTF-8."""
    if not path.is_file():
        raise Place(path).problem("there is no such file; a set of priors needs one.")
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(path, line=content[: error.start].count(b"\n") + 1)
        found = f"the byte 0x{content[error.start]:02x} is not UTF-8"
        raise place.problem(f"{found}; save the file as UTF-8.") from error


def _check_header(
    place: Place, found: list[str], columns: tuple[str, ...], optional: Iterable[str]
) -> None:
    place.require_known("column", found, (*columns, *optional))
    for column in (*columns, *(name for name in optional if name in found)):
        if found.count(column) != 1:
            how = "is missing" if column not in found else "stands there twice"
            allowed = f"the columns are {', '.join(columns)}"
            raise place.problem(f"the column {column!r} {how}; {allowed}.", column)


def _key(row: dict[str, Any], key: tuple[str, ...]) -> str:
    return " ".join(str(row[column]) for column in key).strip()


def _check_rows(rows: list[tuple[Place, dict[str, Any]]], key: tuple[str, ...]) -> None:
    """Raise a problem for a row of another width, and for a key that is empty or not unique."""
    seen: dict[str, Place] = {}

    def check(place: Place, row: dict[str, Any]) -> None:
        name = _key(row, key)
        if None in row or None in row.values():
            hint = "look for a stray comma"
            raise place.problem(f"the row has more or fewer cells than the header; {hint}.")
        if not name:
            raise place.problem(f"its {key[0]} is empty; every row needs one.", key[0])
        if name in seen:
            found = f"{key[0]} {name!r} stands already at {seen[name]}"
            raise place.problem(f"{found}; it must be unique.", key[0])
        seen[name] = place

    each(check, rows)
