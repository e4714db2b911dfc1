"""What a thread is about, in the words that the page puts round it: what one does, where it hurts, what this is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .sources import allow, each, folder, read_toml
from .variables import Variables


@dataclass(frozen=True)
class About:
    """The page's words for one thread: `person` does an `activity` (plural `activities`) and the `part` hurts.

    `what` says what the page shows, `what_not` what it is not, `next` what comes after the safety questions; `groups`
    are the headings over the factors, `studies` whether figures of studies lie beside the thread (literature.csv).
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
    studies: bool = False


def about(priors: str | Path = "thread") -> About:
    """What the thread is about, from about.toml; what is wrong in it is a `ValueError` naming file and key."""
    path = folder(priors) / "about.toml"
    raw, keys = read_toml(path), [field.name for field in fields(About) if field.name != "studies"]
    allow(str(path), "key", raw, keys)
    groups = raw.get("groups")
    headings = [(f"{path}: [groups]", name, groups) for name in groups] if isinstance(groups, dict) else []
    each(_check_text, [*((str(path), key, raw) for key in keys if key != "groups"), *headings])
    if not headings:
        raise ValueError(f"{path}: groups is {groups!r}; it must be a table of headings, as in [groups].")
    return About(**raw, studies=(path.parent / "literature.csv").is_file())


def _check_text(where: str, key: str, table: Mapping[str, Any]) -> None:
    if key not in table:
        raise ValueError(f"{where}: the key {key!r} is missing; every text of the page must be there.")
    if not isinstance(table[key], str) or not table[key].strip():
        raise ValueError(f"{where}: {key} is {table[key]!r}; it must be a text, not empty.")


def check_about(path: Path, told: About, variables: Variables) -> None:
    """Raise a `ValueError` for the heading of a group that no factor is in."""
    allow(f"{path}: [groups]", "group", told.groups, {factor.group for factor in variables.factors})
