"""The safety questions a runner answers before anything else, and the banner that the answers ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .redflags import ANSWERS, HIDEABLE, LEVELS, Group, RedFlag, Rules, read_rules
from .sources import allow, folder, unknown

__all__ = ["RedFlag", "Triage", "red_flags", "triage"]


@dataclass(frozen=True)
class Triage:
    """The banner: its level, what it says and why, the ids still unanswered, and what the page must not show."""

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
        """False from urgent upwards, and as long as an urgent or emergency question is open or not sure."""
        return "remedies" not in self.hides


def red_flags(priors: str | Path = "thread") -> tuple[RedFlag, ...]:
    """Every question in the order to ask it; a bad redflags.toml is a `ValueError` naming file, table and key."""
    return read_rules(folder(priors) / "redflags.toml").flags


def triage(answers: Mapping[str, str], priors: str | Path = "thread") -> Triage:
    """The banner for answers by question id ("yes", "no", "not_sure"); what is left out is unanswered, never a no."""
    rules = read_rules(folder(priors) / "redflags.toml")
    _check_answers(answers, rules.flags)
    asked = [flag for flag in rules.flags if flag.asked(answers)]
    unanswered = tuple(flag.id for flag in asked if flag.id not in answers)
    reached = {group: _reached(group, rules, answers) for group in rules.groups}
    level = max(reached.values(), key=LEVELS.index)
    unsettled = {level} | {flag.level for flag in asked if answers.get(flag.id) not in ("yes", "no")}
    hides = tuple(part for part in HIDEABLE if any(part in rules.levels[name].hides for name in unsettled))
    opening = _opening(rules, level, "emergency" in unsettled, bool(unanswered))
    message = _message(rules, reached, level, opening)
    return Triage(level, message, _reasons(rules, reached, answers), unanswered, hides, rules.levels[level].heading)


def _check_answers(answers: Mapping[str, str], flags: Iterable[RedFlag]) -> None:
    allow("triage", "question", answers, [flag.id for flag in flags])
    for name, answer in answers.items():
        if answer not in ANSWERS:
            raise ValueError(f"triage: {name}: {unknown('answer', answer, ANSWERS)} Leave out what nobody answered.")


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


def _reasons(rules: Rules, reached: Mapping[Group, str], answers: Mapping[str, str]) -> tuple[str, ...]:
    said = []
    for group in sorted((g for g in reached if reached[g] != "none"), key=lambda g: -LEVELS.index(reached[g])):
        counts = ("yes",) if rules.levels[group.level].not_sure == "none" else ("yes", "not_sure")
        given = [(flag.about, answers.get(flag.id, "")) for flag in group.flags]
        said += [f"{about}: answered “{answer.replace('_', ' ')}”" for about, answer in given if answer in counts]
    return tuple(said)
