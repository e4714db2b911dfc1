"""The content of redflags.toml: cards, lines, follow-ups, levels, and when a rule is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

LEVELS = ("none", "see_someone", "urgent", "emergency")
ANSWERS = ("yes", "no", "not_sure")
HIDEABLE = ("ranking", "ranking_open", "remedies", "keep_running")
FIRST, SECOND = "first", "second"
NONE, SOME = "none", "some"
AGE = "age"
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})

Brackets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class RedFlag:
    """A safety question: one line of a card, or one follow-up question.

    Attributes
    ----------
    id : str
        Its name in redflags.toml and in the answers.
    about : str
        The line of the card; for a follow-up question, its content in a few words.
    question : str
        The full wording.
    any_of : tuple of str
        Bullet points of the question. The answer is yes if at least one fits.
    card : str
        "first" or "second"; "" for a follow-up question.
    heading : str
        The heading above the line.
    level : str
        The level that a "yes" to the line reaches by itself. For a follow-up question, the highest
        level of a rule that it takes part in.
    after : tuple of tuple of str
        What opens a follow-up question (or asks a line again): a "yes" to one name of each bracket.
    basis : str
        Where the question comes from.
    sure : str
        How that source is known: "seen", "second_hand" or "judgement".
    """

    id: str
    about: str
    question: str
    card: str
    heading: str
    level: str
    basis: str
    sure: str
    any_of: tuple[str, ...] = ()
    after: Brackets = ()

    def asked(self, answers: Mapping[str, str]) -> bool:
        """Return whether this question is asked, given the answers so far.

        Examples
        --------
        >>> from lumbayes import red_flags
        >>> [flag.id for flag in red_flags() if not flag.asked({})][0]
        'leg_worse'
        """
        return bool(self.card) or self.opened(answers)

    def opened(self, answers: Mapping[str, str]) -> bool:
        """Return whether the answers so far open this as a question of its own."""
        count = with_age(answers)
        return bool(self.after) and all(
            any(count.get(name) == "yes" for name in bracket) for bracket in self.after
        )


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: the level that a combination of answers reaches, and what is then said.

    Attributes
    ----------
    id, level : str
        Its name and its level; a rule of level "none" is a note.
    all : tuple of tuple of str
        Of each bracket one line, follow-up or age must be a yes.
    any, needs : tuple of str, int
        At least `needs` of these must be a yes.
    unless : tuple of str
        A yes to one of these ends the rule.
    hides : tuple of str
        Parts of the page that it hides besides those of its level.
    do, say : str
        What to do first, and why.
    """

    id: str
    level: str
    all: Brackets = ()
    any: tuple[str, ...] = ()
    needs: int = 1
    unless: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    do: str = ""
    say: str = ""
    basis: str = ""

    @property
    def text(self) -> str:
        """What to do, then why."""
        return " ".join(filter(None, (self.do, self.say)))

    @property
    def names(self) -> tuple[str, ...]:
        """The lines, follow-ups and ages that can raise it."""
        return tuple(dict.fromkeys(name for bracket in (*self.all, self.any) for name in bracket))

    def reached(self, count: Mapping[str, str], ends: Mapping[str, str] = NO_ANSWERS) -> str:
        """Return "yes", "not_sure" (were the doubtful answers a yes) or "no".

        Parameters
        ----------
        count : mapping of str to str
            The answers that count; an age that fits is a "yes".
        ends : mapping of str to str
            The answers that can end it by `unless`.
        """
        if any(ends.get(name) == "yes" for name in self.unless):
            return "no"
        for answer, accepted in (("yes", {"yes"}), ("not_sure", {"yes", "not_sure"})):
            if self._fits({name for name, given in count.items() if given in accepted}):
                return answer
        return "no"

    def _fits(self, names: set[str]) -> bool:
        is_enough = not self.any or len(names.intersection(self.any)) >= self.needs
        return is_enough and all(names.intersection(bracket) for bracket in self.all)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of the banner: heading, what it hides, its texts, and the level of "not sure"."""

    heading: str
    hides: tuple[str, ...]
    do: str = ""
    say: str = ""
    say_ticked: str = ""
    then: str = ""
    not_sure: str = "none"
    not_sure_do: str = ""
    not_sure_say: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One of the two cards: its texts, its two buttons, and what it hides while it is open.

    `do` and `say` are the banner of the first card, shown once "one or more" is tapped.
    """

    title: str
    intro: str
    none: str
    some: str
    open: str
    hides: tuple[str, ...]
    do: str = ""
    say: str = ""


@dataclass(frozen=True)
class Age:
    """A band of ages, as a button of the second card; a `small` one stands apart."""

    label: str
    small: bool = False


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The content of redflags.toml."""

    call_number: str
    still_open: str
    levels: Mapping[str, Level]
    cards: Mapping[str, Card]
    ages: Mapping[str, Age]
    flags: tuple[RedFlag, ...]
    rules: tuple[Rule, ...]

    def lines(self, card: str) -> tuple[RedFlag, ...]:
        """Return the lines of a card."""
        return tuple(flag for flag in self.flags if flag.card == card)


def with_age(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers with the age band as one that is a yes."""
    return {**answers, answers[AGE]: "yes"} if AGE in answers else dict(answers)


def counted(
    flags: Iterable[RedFlag], answers: Mapping[str, str], if_open: str = ""
) -> dict[str, str]:
    """Return the answers that count: of lines, of the age, and of follow-ups that are asked.

    Parameters
    ----------
    flags : iterable of RedFlag
        Every line and follow-up; what opens a follow-up stands before it.
    answers : mapping of str to str
        The answers of a runner.
    if_open : str
        An answer to suppose for each question that is opened and has none.
    """
    asked = tuple(flags)
    given = [AGE, *(flag.id for flag in asked if flag.card)]
    count = {name: answers[name] for name in given if name in answers}
    for flag in asked:
        answer = answers.get(flag.id, if_open)
        if answer and flag.id not in count and flag.opened(count):
            count[flag.id] = answer
    return with_age(count)
