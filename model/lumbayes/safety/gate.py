"""Triage: from a runner's answers to the banner, and to what the page must hide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..data.arguments import check_arguments
from ..data.redflags import AGE, ANSWERS, FIRST, LEVELS, NONE, SOME, RedFlag, Rules, counted
from ..errors import allow, unknown
from .banners import (
    Banner,
    card_banner,
    hidden_parts,
    paragraphs_of,
    reached,
    reasons_of,
    rules_of,
    texts,
    unanswered_of,
)

NOTES_AT = ("none", "see_someone")


@dataclass(frozen=True, kw_only=True)
class Triage:
    """The banner that the answers call for, and what the page must hide.

    Attributes
    ----------
    level : str
        "none", "see_someone", "urgent" or "emergency".
    heading, do_first : str
        The banner's heading, and the one thing to do first.
    paragraphs : tuple of str
        Its texts: what to do and why, one for each rule of this level.
    reasons : tuple of str
        The answers that raised it.
    also, notes : tuple of str
        Texts of lower levels, to be folded; remarks below the banner.
    hides : tuple of str
        Parts of the page that must not be shown: "ranking", "remedies", "keep_running"; with
        "ranking_open" the ranking is shown, but folded.
    unanswered : tuple of str
        What is still to be asked, in order: "first", "age" (the second card), then follow-ups.
    asked : tuple of str
        The single questions that the answers open, answered or not.
    ticked : tuple of str
        The lines and follow-ups answered with "yes" or "not_sure".

    Examples
    --------
    >>> from lumbayes import triage
    >>> triage({"saddle": "yes"}).ranking_allowed
    False
    """

    level: str
    heading: str
    do_first: str
    paragraphs: tuple[str, ...]
    reasons: tuple[str, ...]
    also: tuple[str, ...]
    notes: tuple[str, ...]
    hides: tuple[str, ...]
    unanswered: tuple[str, ...]
    asked: tuple[str, ...]
    ticked: tuple[str, ...]

    @property
    def message(self) -> str:
        """The paragraphs as one text."""
        return "\n\n".join(self.paragraphs)

    @property
    def ranking_allowed(self) -> bool:
        """False in an emergency, and while the first card or an emergency question is open."""
        return "ranking" not in self.hides

    @property
    def ranking_folded(self) -> bool:
        """True where the ranking may be shown, but only after a tap."""
        return "ranking_open" in self.hides

    @property
    def remedies_allowed(self) -> bool:
        """False from urgent upwards, and while such a question is open or not sure."""
        return "remedies" not in self.hides

    @property
    def keep_running_allowed(self) -> bool:
        """False where nothing on the page may speak of running on, a forecast included."""
        return "keep_running" not in self.hides

    @property
    def next_question(self) -> str | None:
        """What to ask now: "first", "age" or a follow-up; in an emergency nothing is asked."""
        return next(iter(self.unanswered), None) if self.level != LEVELS[-1] else None

    def as_dict(self) -> dict[str, Any]:
        """Return the banner as plain JSON, with the next question as `next`.

        Returns
        -------
        dict
            Texts and lists of texts.

        Examples
        --------
        >>> from lumbayes import triage
        >>> triage({}).as_dict()["next"]
        'first'
        """
        plain = {key: _plain(value) for key, value in asdict(self).items()}
        return {**plain, "message": self.message, "next": self.next_question}


def red_flags(priors: str | Path = "thread") -> tuple[RedFlag, ...]:
    """Return every line of the two safety cards, then every follow-up question.

    Parameters
    ----------
    priors : str or Path, default "thread"
        A set of priors, as for `load`.

    Returns
    -------
    tuple of RedFlag
        In the order to ask them, the first card's emergencies before all others.

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
    check_arguments("red_flags", locals())
    return rules_of(priors).flags


def triage(answers: Mapping[str, str], priors: str | Path = "thread") -> Triage:
    """Return the banner for a runner's answers to the safety questions.

    Parameters
    ----------
    answers : mapping of str to str
        By line or follow-up "yes", "no" or "not_sure"; as "first" which button of the first card
        was tapped, "none" or "some"; as "age" the age band, which closes the second card. What is
        left out is unanswered, never a no.
    priors : str or Path, default "thread"
        A set of priors, as for `load`.

    Returns
    -------
    Triage
        The highest level that any rule reaches.

    Raises
    ------
    ValueError
        For an unknown question or answer, with the nearest.

    Notes
    -----
    Triage is not inference: it gates the page and changes no posterior. A marked line counts
    whatever button was tapped; an answer to a follow-up counts while the follow-up is asked. A
    question that is open hides what a yes to it would hide.

    Examples
    --------
    >>> from lumbayes import triage
    >>> triage({"saddle": "yes"}).level
    'emergency'
    >>> triage({"first": "none", "age": "age_18"}).paragraphs[0]
    'You ticked none of the things we asked about.'
    """
    check_arguments("triage", locals())
    rules = rules_of(priors)
    _check_answers(answers, rules)
    count = counted(rules.flags, answers)
    unanswered = unanswered_of(rules, answers, count)
    banners = reached(rules, count)
    level = max([LEVELS[0], *(banner.level for banner in banners)], key=LEVELS.index)
    if answers.get(FIRST) == SOME and level != LEVELS[-1]:
        level = LEVELS[-1]
        banners.append(card_banner(rules))
    top, lower, notes = _by_level(banners, level)
    ticked = tuple(f.id for f in rules.flags if count.get(f.id) in ("yes", "not_sure"))
    supposed = counted(rules.flags, answers, if_open="yes")
    return Triage(
        level=level,
        heading=rules.levels[level].heading if top or not unanswered else "",
        do_first=top[0].do if top else "",
        paragraphs=paragraphs_of(rules, level, top, unanswered, ticked),
        reasons=reasons_of(rules, [*top, *lower], count),
        also=texts(lower),
        notes=texts(notes) if level in NOTES_AT else (),
        hides=hidden_parts(rules, level, supposed, count, unanswered),
        unanswered=unanswered,
        asked=tuple(flag.id for flag in rules.flags if flag.opened(count)),
        ticked=ticked,
    )


def _check_answers(answers: Mapping[str, str], rules: Rules) -> None:
    allowed: dict[str, Iterable[str]] = {FIRST: (NONE, SOME), AGE: rules.ages}
    allowed |= dict.fromkeys((flag.id for flag in rules.flags), ANSWERS)
    allow("triage", "question", answers, allowed)
    for name, answer in answers.items():
        if answer not in allowed[name]:
            problem = unknown("answer", answer, allowed[name])
            raise ValueError(f"triage: {name}: {problem} Leave out what was not answered.")


def _by_level(
    banners: Iterable[Banner], level: str
) -> tuple[list[Banner], list[Banner], list[Banner]]:
    """Return the banners of this level, certain ones first; those below, highest first; notes."""
    ordered = sorted(banners, key=lambda b: (-LEVELS.index(b.level), b.is_doubtful))
    raised = [banner for banner in ordered if banner.level != LEVELS[0]]
    top = [banner for banner in raised if banner.level == level]
    return top, raised[len(top) :], [b for b in ordered if b.level == LEVELS[0]]


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
