"""Codings: other interpretations of doubtful claims and figures, laid over a folder's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import allow
from .files import read_toml
from .schema import NAMES, TABLE, TEXT, Kind, Place, Schema, each

FOLDER = "codings"
LEFT_OUT = "without"  # the key that names the keys of a table to leave out
HEAD = Schema({"title": TEXT, "why": TEXT}, others=TABLE)
CELLS = Schema({}, others=Kind("a text", lambda value: isinstance(value, str)))

Tables = dict[str, Any]
Rows = list[tuple[Place, dict[str, str]]]


@dataclass(frozen=True)
class Coding:
    """Values that take the place of those in variables.toml, words.csv and claims.csv.

    Attributes
    ----------
    path : Path
        The file.
    title, why : str
        What is interpreted in another way, and why it could be.
    tables : mapping
        Tables of variables.toml by layer and name. Each key replaces the same key there; the keys
        listed under `without` are left out.
    words, claims : mapping
        Cells of words.csv by strength word, and of claims.csv by id: from column to text.

    Examples
    --------
    >>> from lumbayes.data.coding import read_coding
    >>> from lumbayes.data.files import folder
    >>> read_coding(folder(), "first").title
    'As first coded'
    """

    path: Path
    title: str
    why: str
    tables: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, Mapping[str, str]]
    claims: Mapping[str, Mapping[str, str]]

    def place(self, *head: str) -> Place:
        """Return the place of one table of the coding, for messages."""
        return Place(self.path, f"[{'.'.join(head)}]")


def codings(path: Path) -> list[str]:
    """Return the names of the codings of a folder of priors, sorted; [] if it has none.

    Examples
    --------
    >>> from lumbayes.data.coding import codings
    >>> from lumbayes.data.files import folder
    >>> "first" in codings(folder())
    True
    """
    return sorted(file.stem for file in (path / FOLDER).glob("*.toml"))


def read_coding(path: Path, name: str) -> Coding:
    """Read a coding of a folder of priors.

    Parameters
    ----------
    path : Path
        The folder.
    name : str
        The name of a file in `codings/`, without suffix, such as "first".

    Raises
    ------
    ValueError
        If there is no such file.
    Problem
        If the file lacks a title or a reason, or if a cell is not a text.
    """
    allow("load", "coding", [name], codings(path))
    file = path / FOLDER / f"{name}.toml"
    raw = read_toml(file)
    HEAD.check(Place(file), raw)
    title, why, words, claims = (raw.pop(key, {}) for key in ("title", "why", "words", "claims"))
    coding = Coding(file, title, why, raw, words, claims)
    places = [(coding.place("words", reading), row) for reading, row in words.items()]
    places += [(coding.place("claims", claim), row) for claim, row in claims.items()]
    each(CELLS.check, places)
    return coding


def coded_tables(raw: Tables, coding: Coding | None) -> Tables:
    """Return the tables of variables.toml with those of a coding laid over them.

    Without a coding they are returned as they are.

    Raises
    ------
    Problem
        If variables.toml does not have a table of the coding, or a key that it leaves out.
    """
    if coding is None:
        return raw
    coded = dict(raw)
    for layer, tables in coding.tables.items():
        Place(coding.path).require_known("table", [layer], raw)
        if not all(TABLE.fits(table) for table in tables.values()):
            coded[layer] = _overlaid(coding.place(layer), raw[layer], tables)  # as [pooling]
            continue
        coding.place(layer).require_known("table", tables, raw[layer])
        coded[layer] = raw[layer] | {
            name: _overlaid(coding.place(layer, name), raw[layer][name], table)
            for name, table in tables.items()
        }
    return coded


def _overlaid(place: Place, table: Mapping[str, Any], changes: Mapping[str, Any]) -> Tables:
    left_out = changes.get(LEFT_OUT, [])
    NAMES.check(place, LEFT_OUT, left_out)
    place.require_known(f"key to leave out ({LEFT_OUT})", left_out, table)
    merged = {**table, **changes}
    return {key: value for key, value in merged.items() if key not in (LEFT_OUT, *left_out)}


def coded_rows(rows: Rows, coding: Coding | None, head: str) -> Rows:
    """Return the rows of words.csv or claims.csv with the cells of a coding laid over them.

    Parameters
    ----------
    rows : list of (Place, dict)
        Each row with its place. A changed row gets its place in the coding.
    coding : Coding or None
        None changes nothing.
    head : {"words", "claims"}
        Which of the two files the rows are from.

    Raises
    ------
    Problem
        If the file does not have a row or a column of the coding.
    """
    if coding is None:
        return rows
    changes = coding.words if head == "words" else coding.claims
    coding.place(head).require_known("row", changes, [place.table for place, _ in rows])
    coded = []
    for place, row in rows:
        cells = changes.get(place.table)
        if cells is None:
            coded.append((place, row))
        else:
            own = coding.place(head, place.table)
            own.require_known("column", cells, row)
            coded.append((own, {**row, **cells}))
    return coded


def table_path(path: Path, coding: Coding | None, layer: str, name: str) -> Path:
    """Return the file to name for a mistake in this table: that of the coding, if it changes it."""
    return coding.path if coding and name in coding.tables.get(layer, {}) else path
