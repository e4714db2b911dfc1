"""Reading redflags.toml: the safety questions, their groups, and the levels of the banner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import call
from pathlib import Path
from typing import Any

from .files import read_toml
from .schema import NAMES, TABLE, TEXT, WHOLE, Kind, Place, Schema, all_of, each, one_of

LEVELS = ("none", "see_someone", "urgent", "emergency")
ANSWERS = ("yes", "no", "not_sure")
HIDEABLE = ("ranking", "remedies", "keep_running")
SURE = ("seen", "second_hand", "judgement")

LIST = Kind("a list of texts, each once, none empty", lambda v: v == [] or NAMES.fits(v))
FILE = Schema(
    dict.fromkeys(("emergency_number", "ask_first", "still_open"), TEXT)
    | {"answers": NAMES}
    | dict.fromkeys(("levels", "group", "question"), TABLE)
)
LEVEL_KEYS = {"heading": TEXT, "hides": LIST, "say": TEXT, "not_sure": TEXT, "not_sure_say": TEXT}
LEVEL = Schema(LEVEL_KEYS, optional=("say", "not_sure", "not_sure_say"))
LOWEST_LEVEL = Schema(LEVEL_KEYS, optional=("not_sure", "not_sure_say"))
GROUP = Schema(
    {"level": one_of(*LEVELS[1:]), "say": TEXT, "needs": WHOLE, "only_if": TEXT},
    optional=("needs", "only_if"),
)
QUESTION = Schema(
    dict.fromkeys(("question", "about", "group", "basis"), TEXT)
    | {"sure": one_of(*SURE), "any_of": LIST},
    optional=("any_of",),
)


@dataclass(frozen=True, kw_only=True)
class RedFlag:
    """One safety question, its source, and the level that a yes can raise the banner to.

    `any_of` are its bullet points; `only_if` is the question that must be a yes before it is asked.
    """

    id: str
    question: str
    about: str
    group: str
    level: str
    basis: str
    sure: str
    any_of: tuple[str, ...] = ()
    only_if: str = ""

    def asked(self, answers: Mapping[str, str]) -> bool:
        """Return whether it is asked, given the answers so far.

        Examples
        --------
        >>> from lumbayes import red_flags
        >>> [flag.id for flag in red_flags() if not flag.asked({})][0]
        'before_35'
        """
        return not self.only_if or answers.get(self.only_if) == "yes"


@dataclass(frozen=True)
class Level:
    """One level of the banner: its heading, what it hides, and the level of a "not sure"."""

    heading: str
    hides: tuple[str, ...]
    say: str = ""
    not_sure: str = "none"
    not_sure_say: str = ""


@dataclass(frozen=True)
class Group:
    """Questions with one text: it is reached when `needs` of them are a yes."""

    level: str
    say: str
    flags: tuple[RedFlag, ...]
    needs: int = 1
    only_if: str = ""


@dataclass(frozen=True)
class Rules:
    """The content of redflags.toml."""

    ask_first: str
    still_open: str
    levels: Mapping[str, Level]
    groups: tuple[Group, ...]
    flags: tuple[RedFlag, ...]


def read_rules(path: Path) -> Rules:
    """Return the rules of redflags.toml; raise the problems of all its tables."""
    return _rules(path, path.read_bytes() if path.is_file() else b"")


@lru_cache(maxsize=8)
def _rules(path: Path, _: bytes) -> Rules:
    """Return the rules, read again only once the file's bytes differ: the page asks on each run."""
    raw = read_toml(path)
    FILE.check(Place(path), raw)
    all_of(TABLE, LEVELS, noun="level").check(Place(path, "[levels]"), raw["levels"])
    if sorted(raw["answers"]) != sorted(ANSWERS):
        allowed = f"it must be {', '.join(ANSWERS)}"
        raise Place(path).problem(f"answers is {raw['answers']}; {allowed}.", "answers")
    groups, questions = raw["group"], raw["question"]
    each(GROUP.check, [(Place(path, f"[group.{name}]"), groups[name]) for name in groups])
    heads: list[tuple[Any, ...]] = [
        (_level, Place(path, f"[levels.{name}]"), name, raw["levels"][name]) for name in LEVELS
    ]
    heads += [
        (_flag, Place(path, f"[question.{name}]"), name, questions[name], groups)
        for name in questions
    ]
    read = each(call, heads)
    levels, flags = dict(zip(LEVELS, read)), tuple(read[len(LEVELS) :])
    number = raw["emergency_number"]
    built = each(
        _group,
        [(Place(path, f"[group.{name}]"), name, groups[name], flags, number) for name in groups],
    )
    return Rules(raw["ask_first"], raw["still_open"], levels, tuple(built), flags)


def _level(place: Place, name: str, table: dict[str, Any]) -> Level:
    (LOWEST_LEVEL if name == LEVELS[0] else LEVEL).check(place, table)
    place.inside("hides").require_known("part of the page", table["hides"], HIDEABLE)
    not_sure = table.get("not_sure", "none")
    up_to_own = LEVELS[: LEVELS.index(name) + 1]
    place.inside("not_sure").require_known("level", [not_sure], up_to_own)
    if not_sure not in ("none", name) and "not_sure_say" not in table:
        found = f"not_sure raises the banner to {not_sure!r}"
        raise place.problem(f"{found}, so not_sure_say must give its text.", "not_sure")
    return Level(**{**table, "hides": tuple(table["hides"])})


def _flag(place: Place, name: str, table: dict[str, Any], groups: Mapping[str, Any]) -> RedFlag:
    QUESTION.check(place, table)
    place.inside("group").require_known("group", [table["group"]], groups)
    group = groups[table["group"]]
    values = {**table, "any_of": tuple(table.get("any_of", ()))}
    return RedFlag(id=name, level=group["level"], only_if=group.get("only_if", ""), **values)


def _group(
    place: Place, name: str, table: dict[str, Any], flags: Iterable[RedFlag], number: str
) -> Group:
    own = tuple(flag for flag in flags if flag.group == name)
    needs = table.get("needs", 1)
    if not 1 <= needs <= len(own):
        found = f"needs is {needs} and {len(own)} questions name this group"
        raise place.problem(f"{found}; give 1 to that many.", "needs", needs)
    if "only_if" in table:
        unconditional = [flag.id for flag in flags if not flag.only_if]
        place.inside("only_if").require_known("question", [table["only_if"]], unconditional)
    say = table["say"].replace("{emergency_number}", number)
    if "{" in say:
        allowed = "the only name to fill in is {emergency_number}"
        raise place.inside("say").problem(f"found {say!r}; {allowed}.", "say")
    return Group(**{**table, "say": say}, flags=own)
