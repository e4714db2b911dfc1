"""What a thread is about, in the words that the page puts round it: what one does, where it hurts,
what this is not.

The thread's own runner: the findings the question itself tells, each with the claims it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import call
from pathlib import Path
from typing import Any

from ..errors import allow, each
from .files import folder, read_toml

KEYS = {"title": str, "story": str, "findings": dict, "claims": dict}


@dataclass(frozen=True)
class Example:
    """A runner told in a sentence (`story`), as `findings` for `Case.given`, with the claim ids
    behind each.
    """

    title: str
    story: str
    findings: Mapping[str, str | float]
    claims: Mapping[str, tuple[str, ...]]


def example(priors: str | Path = "thread") -> Example:
    """The runner who asked the thread's question, from example.toml; what is wrong in it is a
    `ValueError`.
    """
    path = folder(priors) / "example.toml"
    raw = read_toml(path)
    allow(str(path), "key", raw, KEYS)
    for key, kind in KEYS.items():
        if not isinstance(raw.get(key), kind) or not raw[key]:
            found = f"{key} is {raw[key]!r}" if key in raw else f"the key {key!r} is missing"
            raise ValueError(
                f"{path}: {found}; it must be {'a text' if kind is str else 'a table'} that is not empty."
            )
    allow(f"{path}: [claims]", "finding", raw["claims"], raw["findings"])
    claims = each(
        _ids, [(f"{path}: [claims]", finding, ids) for finding, ids in raw["claims"].items()]
    )
    return Example(raw["title"], raw["story"], raw["findings"], dict(claims))


def _ids(where: str, finding: str, ids: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(ids, list) or not ids or not all(isinstance(id_, str) for id_ in ids):
        raise ValueError(
            f'{where}: {finding} is {ids!r}; it must be a list of claim ids, as in ["Q-01"].'
        )
    return finding, tuple(ids)


TABLES, RECORDED = ("groups", "recorded"), ("sports", "farthest", "fastest")
LARGEST = {
    "farthest": 40_000,
    "fastest": 300,
}  # km; km an hour: faster, and metres could be taken for km


@dataclass(frozen=True)
class Recorded:
    """What watches and apps write down of the activity: the names they give it, and what nobody
    goes beyond in one go.

    `sports` are compared by their letters and digits alone; `farthest` is in km, `fastest` in km an
    hour on average.
    """

    sports: tuple[str, ...]
    farthest: float
    fastest: float

    def names(self, sport: str) -> bool:
        """Whether a file that calls it so means this activity."""
        return _bare(sport) in map(_bare, self.sports)


@dataclass(frozen=True)
class ThreadInfo:
    """The page's words for one thread: `person` does an `activity` (plural `activities`) and the
    `part` hurts.

    `what` says what the page shows, `what_not` what it is not, `next` what comes after the safety
    questions; `groups` are the headings over the factors, `recorded` how files of watches and apps
    are read, `studies` whether figures of studies lie beside the thread (literature.csv).
    """

    title: str
    icon: str
    what: str
    what_not: str
    next: str
    person: str
    activity: str
    activities: str
    part: str
    groups: Mapping[str, str]
    recorded: Recorded
    studies: bool = False


def thread_info(priors: str | Path = "thread") -> ThreadInfo:
    """What the thread is about, from about.toml; what is wrong in it is a `ValueError` naming file
    and key.
    """
    path = folder(priors) / "about.toml"
    raw, keys = (
        read_toml(path),
        [field.name for field in fields(ThreadInfo) if field.name != "studies"],
    )
    allow(str(path), "key", raw, keys)
    tables = dict(zip(TABLES, each(_table, [(path, raw, name) for name in TABLES])))
    texts = [(_check_text, str(path), key, raw) for key in keys if key not in TABLES]
    texts += [
        (_check_text, f"{path}: [groups]", name, tables["groups"]) for name in tables["groups"]
    ]
    allow(f"{path}: [recorded]", "key", tables["recorded"], RECORDED)
    each(
        call,
        [
            *texts,
            *(
                (_check_recorded, f"{path}: [recorded]", key, tables["recorded"])
                for key in RECORDED
            ),
        ],
    )
    recorded = Recorded(**tables["recorded"] | {"sports": tuple(tables["recorded"]["sports"])})
    return ThreadInfo(
        **raw | {"recorded": recorded}, studies=(path.parent / "literature.csv").is_file()
    )


def _table(path: Path, raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    if not isinstance(found, dict) or not found:
        raise ValueError(
            f"{path}: {name} is {found!r}; it must be a table that is not empty, as in [{name}]."
        )
    return found


def _check_recorded(where: str, key: str, table: Mapping[str, Any]) -> None:
    found: Any = table.get(key)
    if key == "sports":
        names = (
            [_bare(name) for name in found if isinstance(name, str)]
            if isinstance(found, list)
            else []
        )
        if not names or not all(names) or len({*names}) < len(found):
            must = 'a list of names, each once, as watches and apps write them, as in ["run", "trail run"]'
            raise ValueError(f"{where}: sports is {found!r}; it must be {must}.")
    elif (
        isinstance(found, bool)
        or not isinstance(found, int | float)
        or not 0 < found <= LARGEST[key]
    ):
        raise ValueError(
            f"{where}: {key} is {found!r}; it must be a number above 0, {LARGEST[key]} at most."
        )


def _bare(sport: str) -> str:
    return "".join(filter(str.isalnum, sport.lower()))


def _check_text(where: str, key: str, table: Mapping[str, Any]) -> None:
    if key not in table:
        raise ValueError(
            f"{where}: the key {key!r} is missing; every text of the page must be there."
        )
    if not isinstance(table[key], str) or not table[key].strip():
        raise ValueError(f"{where}: {key} is {table[key]!r}; it must be a text, not empty.")
