"""What a thread is about, in the words that the page puts round it: what one does, where it hurts, what this is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from .sources import allow, folder, read_toml
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
    for key in keys:
        if key not in raw:
            raise ValueError(f"{path}: the key {key!r} is missing; it must have {', '.join(keys)}.")
    groups = raw.pop("groups")
    if not isinstance(groups, dict):
        raise ValueError(f"{path}: groups is {groups!r}; it must be a table of headings.")
    for key, text in {**raw, **{f"[groups] {name}": heading for name, heading in groups.items()}}.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{path}: {key} is {text!r}; it must be a text, not empty.")
    return About(**raw, groups=groups, studies=(path.parent / "literature.csv").is_file())


def check_about(path: Path, told: About, variables: Variables) -> None:
    """Raise a `ValueError` for the heading of a group that no factor is in."""
    allow(f"{path}: [groups]", "group", told.groups, {factor.group for factor in variables.factors})
