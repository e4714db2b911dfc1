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
)

NOTES_AT = ("none", "see_someone")


@dataclass(frozen=True, kw_only=True)
class Triage:
    """The safety banner for a runner's answers, and what a page must hide; see `triage`.

    Attributes
    ----------
    level : str
        "none", "see_someone", "urgent" or "emergency", from lowest to highest.
    heading : str
        The heading of the banner; "" at level "none" while a question is open.
    do_first : str
        The one thing to do first; "" at level "none".
    paragraphs : tuple of str
        The texts of the banner: what to do and why. At level "none" they say what is still open, or
        what the absence of red flags does not mean.
    reasons : tuple of str
        The answers that raised this level or a lower one, in words, those of the highest level
        first. An answer "not_sure" ends in ": not sure".
    also : tuple of str
        The texts of rules of lower levels, which a page shows folded.
    notes : tuple of str
        Remarks to show below the banner, at the levels "none" and "see_someone" only.
    hides : tuple of str
        What the page must hide: "ranking" (of the causes), "remedies", "keep_running" (advice to
        run on, forecasts); () if it may show all. A further entry, "ranking_open", means that the
        ranking must be shown folded.
    unanswered : tuple of str
        What is still to be asked, in order: "first" (the first card), "age" (the second card, which
        ends with the age), then ids of questions that are asked one at a time.
    asked : tuple of str
        The ids of the questions that the other answers open (`after` in `red_flags`), answered or
        not.
    ticked : tuple of str
        The ids of the lines and follow-up questions answered with "yes" or "not_sure".

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
        """The paragraphs as one text, separated by empty lines."""
        return "\n\n".join(self.paragraphs)

    @property
    def ranking_allowed(self) -> bool:
        """Whether the ranking of causes may be shown.

        False at level "emergency", and while the first card or a question whose "yes" would be an
        emergency is unanswered.
        """
        return "ranking" not in self.hides

    @property
    def ranking_folded(self) -> bool:
        """Whether the ranking, if it is allowed, must be shown folded and open only on a tap."""
        return "ranking_open" in self.hides

    @property
    def remedies_allowed(self) -> bool:
        """Whether remedies may be shown.

        False at the levels "urgent" and "emergency", while a card is open, and while a question
        whose "yes" would lead to these levels is unanswered or answered with "not_sure".
        """
        return "remedies" not in self.hides

    @property
    def keep_running_allowed(self) -> bool:
        """Whether the page may speak of running on; a forecast of the next run counts as that."""
        return "keep_running" not in self.hides

    @property
    def next_question(self) -> str | None:
        """What to ask now: "first", "age" or the id of a question, as in `unanswered`.

        None if nothing is open, or at level "emergency".
        """
        return next(iter(self.unanswered), None) if self.level != LEVELS[-1] else None

    def as_dict(self) -> dict[str, Any]:
        """Return the banner as a dict of plain JSON values.

        Returns
        -------
        dict
            All attributes of `Triage` by name, with lists instead of tuples; `message`, the
            paragraphs as one text; and `next`, the value of `next_question`.

        Examples
        --------
        >>> from lumbayes import triage
        >>> triage({}).as_dict()["next"]
        'first'
        """
        plain = {key: _plain(value) for key, value in asdict(self).items()}
        return {**plain, "message": self.message, "next": self.next_question}


def red_flags(priors: str | Path = "thread") -> tuple[RedFlag, ...]:
    """Return all safety questions: every line of the two cards, then every follow-up question.

    Parameters
    ----------
    priors : str or Path, default "thread"
        A set of priors, as for `load`, whose redflags.toml is read.

    Returns
    -------
    tuple of RedFlag
        In the order to ask them. The attributes of a `RedFlag`:

        - `id`: its name among the answers, such as "saddle".
        - `about`: the question in a few words, which are the line on the card.
        - `question`: the full wording. `any_of`: its bullet points, of which one must fit for a
          "yes"; () if it has none.
        - `card`: "first" (emergencies), "second" (other signs) or "" (a follow-up question).
        - `heading`: the heading above the line.
        - `level`: the level of `triage` that a "yes" reaches: "none", "see_someone", "urgent" or
          "emergency"; for a follow-up question, the highest that its "yes" can reach.
        - `after`: on what condition a follow-up question is asked, or a line of the first card that
          was left unticked is asked once more: a tuple of tuples of names, each the `id` of another
          question or an age band ("age_18"). It holds if every inner tuple has a name that was
          answered "yes" or is the runner's age band. () if there is no condition.
        - `basis`: the source. `sure`: how sure it is: "seen" (it was read), "second_hand" (another
          text cites it) or "judgement".

    Raises
    ------
    ValueError
        If there is no such set of priors, or if redflags.toml has a mistake (one line per problem).

    Examples
    --------
    >>> from lumbayes import red_flags
    >>> red_flags()[0].id
    'saddle'
    """
    check_arguments("red_flags", locals())
    return rules_of(priors).flags


def triage(answers: Mapping[str, str], priors: str | Path = "thread") -> Triage:
    """Return the safety banner for a runner's answers to the safety questions.

    Triage is not inference: it decides what a page may show, and changes no posterior.

    Parameters
    ----------
    answers : mapping of str to str
        The answers so far, by question. Leave out what was not answered. The keys are:

        - the id of a line or follow-up question (see `red_flags`): "yes", "no" or "not_sure";
        - "first": the button tapped on the first card, "none" (no line fits) or "some" (one or more
          may fit, which is an emergency by itself);
        - "age": the age band on the second card, such as "age_18" (see `safety.cards`).
    priors : str or Path, default "thread"
        A set of priors, as for `load`, whose redflags.toml is read.

    Returns
    -------
    Triage
        `level` is the most urgent level that the answers reach: "emergency", "urgent",
        "see_someone" or "none". `paragraphs` holds the texts of the banner, `hides` what the page
        must hide, and `unanswered` what is still to be asked. See `safety.Triage` for the rest.

    Raises
    ------
    ValueError
        If a question or an answer is unknown.

    Notes
    -----
    The first card is open until a button is tapped or each of its lines is answered. The second
    card is open until the age is given. `unanswered` names an open card as a whole ("first",
    "age"). On a closed card, a line without an answer counts as not ticked.

    A follow-up question is asked, and its answer counts, only if other answers open it (`after` in
    `red_flags`). While it has no answer, `unanswered` names it, and the page must hide all that its
    "yes" would hide. Some lines of the first card are asked once more in the same way, if other
    answers call for it (`after` in `red_flags`) and the line has no answer yet. Enter "no" only if
    the runner said no to that very line; leave out a line that was merely not ticked.

    Examples
    --------
    >>> from lumbayes import triage
    >>> triage({"saddle": "yes"}).level
    'emergency'
    >>> triage({"first": "none"}).unanswered
    ('age',)
    >>> triage({"first": "none", "age": "age_18"}).paragraphs[0]
    'You ticked none of the things we asked about.'
    """
    check_arguments("triage", locals())
    rules = rules_of(priors)
    _check_answers(answers, rules)
    count = counted(rules.flags, answers)
    unanswered = _unanswered(rules, answers, count)
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


def _unanswered(
    rules: Rules, answers: Mapping[str, str], count: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what is still to be asked: a card is settled by its button or line by line."""
    is_first_open = FIRST not in answers and any(
        line.id not in answers for line in rules.lines(FIRST)
    )
    cards_open = [FIRST] * is_first_open + [AGE] * (AGE not in answers)
    single = [
        flag.id
        for flag in rules.flags
        if flag.opened(count) and flag.id not in answers and not (flag.card and is_first_open)
    ]
    return (*cards_open, *single)


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
