"""Checks of the rules of redflags.toml together, after each table was checked alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .redflags import AGE, FIRST, LEVELS, RedFlag, Rule, Rules, counted
from .schema import Place, Problem, raise_all


def check_rules(path: Path, rules: Rules) -> None:
    """Raise the problems of rules never reached, questions never asked, and questions not used."""
    raise_all(
        [
            *_never_reached(path, rules),
            *_never_asked(path, rules),
            *_without_a_use(path, rules),
            *_no_emergency(path, rules),
        ]
    )


def _all_yes(rules: Rules, without: Iterable[str] = ()) -> list[dict[str, str]]:
    """Return, for each age, the answers that count where every question but these is a yes."""
    yes = {flag.id: "yes" for flag in rules.flags if flag.id not in without}
    return [counted(rules.flags, {**yes, AGE: age}) for age in rules.ages]


def _never_reached(path: Path, rules: Rules) -> list[Problem]:
    hint = (
        "no answers reach it. Two ages in two brackets exclude each other, a line that ends it "
        "by unless cannot raise it, and a follow-up counts only where it is asked."
    )
    return [
        Place(path, f"[rule.{rule.id}]").problem(f"this rule can never be reached: {hint}")
        for rule in rules.rules
        if not _can_be_reached(rule, rules)
    ]


def _can_be_reached(rule: Rule, rules: Rules) -> bool:
    """Return whether any answers reach it: rules are monotone in all answers but `unless`."""
    return any(rule.reached(count) == "yes" for count in _all_yes(rules, without=rule.unless))


def _never_asked(path: Path, rules: Rules) -> list[Problem]:
    counts = _all_yes(rules)
    hint = "two ages in two brackets exclude each other."
    return [
        _place(path, flag).problem(f"this question can never be opened: {hint}", "after")
        for flag in rules.flags
        if flag.after and not any(flag.opened(count) for count in counts)
    ]


def _without_a_use(path: Path, rules: Rules) -> list[Problem]:
    used = {name for rule in rules.rules for name in (*rule.names, *rule.unless)}
    used |= {name for flag in rules.flags for bracket in flag.after for name in bracket}
    hint = "name it in all, any or unless of a rule, or take it out."
    return [
        _place(path, flag).problem(f"no rule and no follow-up names {flag.id!r}; {hint}")
        for flag in rules.flags
        if flag.id not in used
    ]


def _no_emergency(path: Path, rules: Rules) -> list[Problem]:
    """Return the lines of the first card whose one button for all would say too much."""
    hint = "one button speaks for the whole first card, so every line of it must be an emergency"
    return [
        _place(path, line).problem(
            f"alone it is {line.level!r}; {hint}. Move it to a group of the second card, or give "
            "it a rule.",
            found=line.level,
            allowed=LEVELS[-1:],
        )
        for line in rules.lines(FIRST)
        if line.level != LEVELS[-1]
    ]


def _place(path: Path, flag: RedFlag) -> Place:
    return Place(path, f"[{'line' if flag.card else 'followup'}.{flag.id}]")
