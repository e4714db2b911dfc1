"""Triage: the banner that a runner's answers to the safety questions call for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .data.files import folder
from .data.redflags_file import ANSWERS, HIDEABLE, LEVELS, Group, RedFlag, Rules, read_rules
from .errors import allow, unknown


@dataclass(frozen=True)
class Triage:
    """The banner that the answers call for, and what the page must hide.

    Attributes
    ----------
    level : str
        "none", "see_someone", "urgent" or "emergency".
    message, heading : str
        Its text and its heading.
    reasons : tuple of str
        The answers that raised it.
    unanswered : tuple of str
        The ids of questions still to be asked.
    hides : tuple of str
        Parts of the page that must not be shown: "ranking", "remedies", "keep_running".

    Examples
    --------
    >>> from lumbayes import triage
    >>> triage({"saddle": "yes"}).ranking_allowed
    False
    """

    level: str
    message: str
    reasons: tuple[str, ...]
    unanswered: tuple[str, ...]
    hides: tuple[str, ...]
    heading: str = ""

    @property
    def ranking_allowed(self) -> bool:
        """False in an emergency, and while an emergency question is open."""
        return "ranking" not in self.hides

    @property
    def remedies_allowed(self) -> bool:
        """False from urgent upwards, and while such a question is open or not sure."""
        return "remedies" not in self.hides


def red_flags(priors: str | Path = "thread") -> tuple[RedFlag, ...]:
    """Return every safety question, in the order to ask them.

    Parameters
    ----------
    priors : str or Path, default "thread"
        A set of priors, as for `load`.

    Returns
    -------
    tuple of RedFlag
        Emergencies first.

    Raises
    ------
    ValueError
        For what is wrong in redflags.toml, one line a problem.

    Examples
    --------
    >>> from lumbayes import red_flags
    >>> red_flags()[0].id
    'saddle'
    """
    return read_rules(folder(priors) / "redflags.toml").flags


def triage(answers: Mapping[str, str], priors: str | Path = "thread") -> Triage:
    """Return the banner for a runner's answers to the safety questions.

    Parameters
    ----------
    answers : mapping of str to str
        By question id "yes", "no" or "not_sure". What is left out is unanswered, never a no.
    priors : str or Path, default "thread"
        A set of priors, as for `load`.

    Returns
    -------
    Triage
        The highest level that any group of questions reaches.

    Raises
    ------
    ValueError
        For an unknown question or answer, with the nearest.

    Notes
    -----
    Triage is not inference: it gates the page and changes no posterior.

    Examples
    --------
    >>> from lumbayes import triage
    >>> triage({"saddle": "yes"}).level
    'emergency'
    """
    rules = read_rules(folder(priors) / "redflags.toml")
    _check_answers(answers, rules.flags)
    asked = [flag for flag in rules.flags if flag.asked(answers)]
    unanswered = tuple(flag.id for flag in asked if flag.id not in answers)
    reached = {group: _reached(group, rules, answers) for group in rules.groups}
    level = max(reached.values(), key=LEVELS.index)
    unsettled = {flag.level for flag in asked if answers.get(flag.id) not in ("yes", "no")}
    hiding = [rules.levels[name].hides for name in unsettled | {level}]
    hides = tuple(part for part in HIDEABLE if any(part in hidden for hidden in hiding))
    first_open = "emergency" in unsettled and level != "emergency"
    opening = _opening(rules, level, first_open, bool(unanswered))
    message = _message(rules, reached, level, opening)
    reasons = _reasons(rules, reached, answers)
    return Triage(level, message, reasons, unanswered, hides, rules.levels[level].heading)


def _check_answers(answers: Mapping[str, str], flags: Iterable[RedFlag]) -> None:
    allow("triage", "question", answers, [flag.id for flag in flags])
    for name, answer in answers.items():
        if answer not in ANSWERS:
            problem = unknown("answer", answer, ANSWERS)
            raise ValueError(f"triage: {name}: {problem} Leave out what was not answered.")


def _reached(group: Group, rules: Rules, answers: Mapping[str, str]) -> str:
    """Return the level that a group reaches: of its own, or of a "not sure", or none."""
    given = [answers.get(flag.id) for flag in group.flags if flag.asked(answers)]
    if given.count("yes") >= group.needs:
        return group.level
    is_possible = given.count("yes") + given.count("not_sure") >= group.needs
    return rules.levels[group.level].not_sure if is_possible else "none"


def _opening(rules: Rules, level: str, first_open: bool, any_open: bool) -> str:
    """Return the sentence before the groups' texts."""
    if first_open:
        return rules.ask_first
    if level != "none":
        return ""
    return rules.still_open if any_open else rules.levels["none"].say


def _message(rules: Rules, reached: Mapping[Group, str], level: str, opening: str) -> str:
    texts = [opening] if opening else []
    for group in (g for g in reached if reached[g] == level != "none"):
        own = group.level == level
        texts.append(group.say if own else rules.levels[group.level].not_sure_say)
    return "\n\n".join(dict.fromkeys(texts))


def _reasons(
    rules: Rules, reached: Mapping[Group, str], answers: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the answers behind the levels reached, of the highest level first."""
    raised = [group for group in reached if reached[group] != "none"]
    reasons: list[str] = []
    for group in sorted(raised, key=lambda group: -LEVELS.index(reached[group])):
        counts = ("yes",) if rules.levels[group.level].not_sure == "none" else ("yes", "not_sure")
        for flag in group.flags:
            answer = answers.get(flag.id, "")
            if answer in counts:
                reasons.append(f"{flag.about}: answered “{answer.replace('_', ' ')}”")
    return tuple(reasons)
