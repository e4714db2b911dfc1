"""The safety questions as data: what is asked, in which groups, how serious each is, and what the
page must hide.

The safety questions a runner answers before anything else, and the banner that the answers ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .data.files import folder, read_toml
from .errors import allow, each, unknown

LEVELS = ("none", "see_someone", "urgent", "emergency")
ANSWERS = ("yes", "no", "not_sure")
HIDEABLE = ("ranking", "remedies", "keep_running")
SURE = ("seen", "second_hand", "judgement")

Kinds = Mapping[str, type]
FILE: Kinds = {**dict.fromkeys(("emergency_number", "ask_first", "still_open"), str), "answers": list,
               **dict.fromkeys(("levels", "group", "question"), dict)}  # fmt: skip
LEVEL: Kinds = {"heading": str, "hides": list}
LEVEL_MAY: Kinds = {"say": str, "not_sure": str, "not_sure_say": str}
GROUP: Kinds = {"level": str, "say": str}
GROUP_MAY: Kinds = {"needs": int, "only_if": str}
QUESTION: Kinds = dict.fromkeys(("question", "about", "group", "basis", "sure"), str)
QUESTION_MAY: Kinds = {"any_of": list}


@dataclass(frozen=True, kw_only=True)
class RedFlag:
    """One question, its bullet points (`any_of`), its source, and the question that must be a yes
    first (`only_if`).
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
        """True unless it waits for a yes to another question."""
        return not self.only_if or answers.get(self.only_if) == "yes"


@dataclass(frozen=True)
class Level:
    """One level of the banner: its heading, what it hides, and what a "not sure" amounts to."""

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
    """Everything redflags.toml says."""

    ask_first: str
    still_open: str
    levels: Mapping[str, Level]
    groups: tuple[Group, ...]
    flags: tuple[RedFlag, ...]


def read_rules(path: Path) -> Rules:
    """The rules of redflags.toml; a malformed file is a `ValueError` naming file, table, key and
    what is allowed.
    """
    return _rules(path, path.read_bytes() if path.is_file() else b"")


@lru_cache(maxsize=8)
def _rules(path: Path, _: bytes) -> Rules:
    """The same, read again only once the file has changed: a page asks for it on every run."""
    raw = read_toml(path)
    _check(f"{path}", raw, FILE)
    _check(f"{path}: [levels]", raw["levels"], dict.fromkeys(LEVELS, dict))
    if sorted(raw["answers"]) != sorted(ANSWERS):
        raise ValueError(f"{path}: answers is {raw['answers']}; it must be {', '.join(ANSWERS)}.")
    each(_check_group, [(f"{path}: [group.{name}]", table) for name, table in raw["group"].items()])
    parts: list[tuple[Any, ...]] = [
        (_level, f"{path}: [levels.{n}]", n, raw["levels"][n]) for n in LEVELS
    ]
    parts += [
        (_flag, f"{path}: [question.{n}]", n, table, raw["group"])
        for n, table in raw["question"].items()
    ]
    found = each(lambda read, *given: read(*given), parts)
    levels, flags = dict(zip(LEVELS, found, strict=False)), tuple(found[len(LEVELS) :])
    groups = each(
        _group, [(f"{path}: [group.{n}]", n, t, flags, raw) for n, t in raw["group"].items()]
    )
    return Rules(raw["ask_first"], raw["still_open"], levels, tuple(groups), flags)


def _check_group(where: str, table: Any) -> None:
    _check(where, table, GROUP, GROUP_MAY)
    allow(f"{where} level", "level", [table["level"]], LEVELS[1:])


def _level(where: str, name: str, table: dict[str, Any]) -> Level:
    _check(where, table, {**LEVEL, **({"say": str} if name == "none" else {})}, LEVEL_MAY)
    allow(f"{where} hides", "part of the page", table["hides"], HIDEABLE)
    lifts = table.get("not_sure", "none")
    allow(f"{where} not_sure", "level", [lifts], LEVELS[: LEVELS.index(name) + 1])
    if lifts not in ("none", name) and "not_sure_say" not in table:
        raise ValueError(
            f"{where}: not_sure lifts the banner to {lifts!r}, so not_sure_say must give its text."
        )
    return Level(**{**table, "hides": tuple(table["hides"])})


def _flag(where: str, name: str, table: dict[str, Any], groups: Mapping[str, Any]) -> RedFlag:
    _check(where, table, QUESTION, QUESTION_MAY)
    allow(f"{where} group", "group", [table["group"]], groups)
    allow(f"{where} sure", "word", [table["sure"]], SURE)
    group, values = groups[table["group"]], {**table, "any_of": tuple(table.get("any_of", ()))}
    return RedFlag(id=name, level=group["level"], only_if=group.get("only_if", ""), **values)


def _group(
    where: str, name: str, table: dict[str, Any], flags: Iterable[RedFlag], raw: dict[str, Any]
) -> Group:
    mine, needs = tuple(flag for flag in flags if flag.group == name), table.get("needs", 1)
    if not 1 <= needs <= len(mine):
        raise ValueError(
            f"{where}: needs is {needs} and {len(mine)} questions name this group; give 1 to that many."
        )
    if "only_if" in table:
        allow(
            f"{where} only_if",
            "question",
            [table["only_if"]],
            [flag.id for flag in flags if not flag.only_if],
        )
    say = table["say"].replace("{emergency_number}", raw["emergency_number"])
    if "{" in say:
        raise ValueError(
            f"{where} say: found {say!r}; the only name to fill in is {{emergency_number}}."
        )
    return Group(**{**table, "say": say}, flags=mine)


def _check(where: str, table: Any, must: Kinds, may: Kinds | None = None) -> None:
    kinds = {**(may or {}), **must}
    allow(where, "key", table, kinds)
    for key in must:
        if key not in table:
            raise ValueError(
                f"{where}: the key {key!r} is missing; it must have {', '.join(must)}."
            )
    for key, value in table.items():
        texts = value if isinstance(value, list) else []
        if type(value) is not kinds[key] or not all(
            t and isinstance(t, str) for t in [*texts, str(value)]
        ):
            raise ValueError(
                f"{where}: {key} is {value!r}; it must be a {kinds[key].__name__}, and no text empty."
            )


@dataclass(frozen=True)
class Triage:
    """The banner: its level, what it says and why, the ids still unanswered, and what the page must
    not show.
    """

    level: str
    message: str
    reasons: tuple[str, ...]
    unanswered: tuple[str, ...]
    hides: tuple[str, ...]
    heading: str = ""

    @property
    def ranking_allowed(self) -> bool:
        """False in an emergency, and as long as an emergency question is open."""
        return "ranking" not in self.hides

    @property
    def remedies_allowed(self) -> bool:
        """False from urgent upwards, and as long as an urgent or emergency question is open or not
        sure.
        """
        return "remedies" not in self.hides


def red_flags(priors: str | Path = "thread") -> tuple[RedFlag, ...]:
    """Every question in the order to ask it; a bad redflags.toml is a `ValueError` naming file,
    table and key.
    """
    return read_rules(folder(priors) / "redflags.toml").flags


def triage(answers: Mapping[str, str], priors: str | Path = "thread") -> Triage:
    """The banner for answers by question id ("yes", "no", "not_sure"); what is left out is
    unanswered, never a no.
    """
    rules = read_rules(folder(priors) / "redflags.toml")
    _check_answers(answers, rules.flags)
    asked = [flag for flag in rules.flags if flag.asked(answers)]
    unanswered = tuple(flag.id for flag in asked if flag.id not in answers)
    reached = {group: _reached(group, rules, answers) for group in rules.groups}
    level = max(reached.values(), key=LEVELS.index)
    unsettled = {level} | {
        flag.level for flag in asked if answers.get(flag.id) not in ("yes", "no")
    }
    hides = tuple(
        part for part in HIDEABLE if any(part in rules.levels[name].hides for name in unsettled)
    )
    opening = _opening(rules, level, "emergency" in unsettled, bool(unanswered))
    message = _message(rules, reached, level, opening)
    return Triage(
        level,
        message,
        _reasons(rules, reached, answers),
        unanswered,
        hides,
        rules.levels[level].heading,
    )


def _check_answers(answers: Mapping[str, str], flags: Iterable[RedFlag]) -> None:
    allow("triage", "question", answers, [flag.id for flag in flags])
    for name, answer in answers.items():
        if answer not in ANSWERS:
            raise ValueError(
                f"triage: {name}: {unknown('answer', answer, ANSWERS)} Leave out what nobody answered."
            )


def _reached(group: Group, rules: Rules, answers: Mapping[str, str]) -> str:
    given = [answers.get(flag.id) for flag in group.flags if flag.asked(answers)]
    if given.count("yes") >= group.needs:
        return group.level
    enough = given.count("yes") + given.count("not_sure") >= group.needs
    return rules.levels[group.level].not_sure if enough else "none"


def _opening(rules: Rules, level: str, first_open: bool, any_open: bool) -> str:
    if first_open and level != "emergency":
        return rules.ask_first
    return "" if level != "none" else rules.still_open if any_open else rules.levels["none"].say


def _message(rules: Rules, reached: Mapping[Group, str], level: str, opening: str) -> str:
    says = [opening] if opening else []
    for group in (g for g in reached if reached[g] == level != "none"):
        says.append(group.say if group.level == level else rules.levels[group.level].not_sure_say)
    return "\n\n".join(dict.fromkeys(says))


def _reasons(
    rules: Rules, reached: Mapping[Group, str], answers: Mapping[str, str]
) -> tuple[str, ...]:
    said = []
    for group in sorted(
        (g for g in reached if reached[g] != "none"), key=lambda g: -LEVELS.index(reached[g])
    ):
        counts = ("yes",) if rules.levels[group.level].not_sure == "none" else ("yes", "not_sure")
        given = [(flag.about, answers.get(flag.id, "")) for flag in group.flags]
        said += [
            f"{about}: answered “{answer.replace('_', ' ')}”"
            for about, answer in given
            if answer in counts
        ]
    return tuple(said)
