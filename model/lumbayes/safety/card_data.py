"""The two cards and the follow-up questions as plain JSON."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from ..data.arguments import check_arguments
from ..data.redflags import FIRST, LEVELS, NONE, SECOND, SOME, RedFlag, Rules
from .banners import reached, rules_of, texts

ANSWER_LABELS = {"yes": "Yes", "no": "No", "not_sure": "Not sure"}
CHIP_LABELS = {"yes": "fits", "not_sure": "not sure"}


def cards(priors: str | Path = "thread") -> dict[str, Any]:
    """Return the two safety cards and all follow-up questions as plain JSON, for a page to draw.

    Parameters
    ----------
    priors : str or Path, default "thread"
        A set of priors, as for `load`, whose redflags.toml is read.

    Returns
    -------
    dict
        - `cards`: a list of two dicts, the first and the second card. Each has `id` ("first" or
          "second"), `title`, `intro`, `groups` (each with a `heading` and its `lines`) and
          `buttons` (the labels of "none" and "some"). The first also has `chips` (the labels of
          "yes" and "not_sure" at a line) and `banner` (to show once a line may fit); the second
          also has `ages`.
        - `questions`: by id, the questions that can be asked one at a time.
        - `answers`: the labels of the answers "yes", "no" and "not_sure".
        - `call`: the emergency `number` and its link `href`, as a dict; None without a number.

    Raises
    ------
    ValueError
        If there is no such set of priors, or if redflags.toml has a mistake (one line per problem).

    Notes
    -----
    A page sends the answers as one mapping to `triage` and evaluates no rule itself.

    Examples
    --------
    >>> from lumbayes.safety import cards
    >>> [card["title"] for card in cards()["cards"]]
    ['First: does any line fit?', 'Slower signs and facts']
    """
    check_arguments("cards", locals())
    rules = rules_of(priors)
    number = rules.call_number
    return {
        "cards": [_first_card(rules), _second_card(rules)],
        "questions": {flag.id: _question(flag) for flag in rules.flags if flag.after},
        "answers": dict(ANSWER_LABELS),
        "call": {"number": number, "href": f"tel:{number}"} if number else None,
    }


def _question(flag: RedFlag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "about": flag.about,
        "question": flag.question,
        "any_of": list(flag.any_of),
    }


def _card(rules: Rules, name: str) -> dict[str, Any]:
    """Return what both cards have: title, intro, groups of lines, buttons."""
    card = rules.cards[name]
    groups = [
        {"heading": heading, "lines": [_line(rules, flag) for flag in lines]}
        for heading, lines in groupby(rules.lines(name), key=lambda flag: flag.heading)
    ]
    buttons = {NONE: card.none, SOME: card.some}
    return {
        "id": name, "title": card.title, "intro": card.intro, "groups": groups, "buttons": buttons,
    }  # fmt: skip


def _line(rules: Rules, flag: RedFlag) -> dict[str, Any]:
    banners = [b for b in reached(rules, {flag.id: "yes"}) if b.level == flag.level]
    return {**_question(flag), "line": flag.about, "text": " ".join(texts(banners))}


def _first_card(rules: Rules) -> dict[str, Any]:
    """Return the first card, with the banner that stands as soon as a line may fit."""
    card, level = rules.cards[FIRST], rules.levels[LEVELS[-1]]
    banner = {"heading": level.heading, "do_first": card.do, "text": card.say}
    return {**_card(rules, FIRST), "chips": dict(CHIP_LABELS), "banner": banner}


def _second_card(rules: Rules) -> dict[str, Any]:
    """Return the second card, with the ages that close it."""
    ages = [{"id": name, **asdict(age)} for name, age in rules.ages.items()]
    return {**_card(rules, SECOND), "ages": ages}
