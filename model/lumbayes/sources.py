"""Where the data of one thread lies, and how its files are read so that every mistake in them is told in a sentence."""

from __future__ import annotations

import csv
import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def folder(priors: str | Path = "thread") -> Path:
    """The data folder of a set of priors: "thread" is the one that comes with Lumbayes, anything else is a path."""
    if str(priors) == "thread":
        return HERE / "_priors" if (HERE / "_priors").is_dir() else HERE.parents[1] / "priors"
    if not Path(priors).is_dir():
        raise ValueError(f"No set of priors {str(priors)!r}: give 'thread' or the path of a folder like priors/.")
    return Path(priors)


def unknown(what: str, found: object, allowed: Iterable[str]) -> str:
    """One sentence for a name that does not exist: what was found, the nearest match, what is allowed."""
    names = sorted(map(str, allowed))
    near = difflib.get_close_matches(str(found), names, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"Unknown {what} {str(found)!r}.{hint} Allowed: {', '.join(names)}."


def allow(where: str, what: str, found: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise a `ValueError` at `where` for the first name of `found` that is not in `allowed`."""
    names = list(allowed)
    for name in found:
        if name not in names:
            raise ValueError(f"{where}: {unknown(what, name, names)}")


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary; a broken one is a `ValueError` that names file and place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no such file; a set of priors needs one.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise ValueError(f"{path}: not valid TOML: {broken}.") from broken


def read_rows(path: Path, columns: tuple[str, ...], *key: str) -> list[tuple[str, dict[str, str]]]:
    """The rows of a CSV file as `(where, row)`, all text; `key` must be unique and the columns exactly `columns`."""
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file; a set of priors needs one.")
    with path.open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text, strict=True)
        allow(f"{path}: line 1", "column", reader.fieldnames or (), columns)
        allow(f"{path}: line 1: a column is missing", "header", columns, reader.fieldnames or ())
        rows = [(f"{path}: line {reader.line_num}: {_key(row, key)}", dict(row)) for row in reader]
    _check_rows(rows, key)
    return rows


def _key(row: dict[str, Any], key: tuple[str, ...]) -> str:
    return " ".join(str(row[column]) for column in key).strip()


def _check_rows(rows: list[tuple[str, Any]], key: tuple[str, ...]) -> None:
    seen: dict[str, str] = {}
    for where, row in rows:
        if None in row or None in row.values():
            raise ValueError(f"{where}: the row has more or fewer cells than the header; look for a stray comma.")
        name = _key(row, key)
        if name in seen:
            raise ValueError(f"{where}: {key[0]} {name!r} stands already at {seen[name]}; it must be unique.")
        seen[name] = where
