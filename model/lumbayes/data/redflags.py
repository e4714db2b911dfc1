"""The content of redflags.toml: safety questions on two cards, rules, levels, and their texts."""

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
        The name of the question in redflags.toml and among the answers, such as "leg_worse".
    about : str
        The line of the card; for a follow-up question, its content in a few words.
    question : str
        The full wording.
    any_of : tuple of str
        Bullet points of the question. The answer is yes if at least one fits.
    card : str
        "first" or "second": the card that the line is on; "" for a follow-up question.
    heading : str
        The heading above the line.
    level : str
        "none", "see_someone", "urgent" or "emergency": the level that a "yes" to this line reaches
        by itself. For a follow-up question, the highest level of a rule that uses it.
    after : tuple of tuple of str
        The other answers that open a follow-up question: in every inner tuple, at least one name
        must be answered "yes" or be the runner's age band. For some lines of the first card, the
        answers that make the page ask about the line once more if it was left unticked. () for all
        other lines.
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
        """Return whether this question is asked: it is on a card, or the answers so far open it.

        `answers` maps ids of questions to "yes", "no" or "not_sure", and "age" to an age band.

        Examples
        --------
        >>> from lumbayes import red_flags
        >>> [flag.id for flag in red_flags() if not flag.asked({})][0]
        'leg_worse'
        """
        return bool(self.card) or self.opened(answers)

    def opened(self, answers: Mapping[str, str]) -> bool:
        """Return whether the answers so far open this question by `after`; False without one."""
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
        The name of the rule, and the level that it reaches; a rule of level "none" is a note.
    all : tuple of tuple of str
        Of each inner tuple, at least one question or age band must be a "yes".
    any, needs : tuple of str, int
        Of `any`, at least `needs` questions or age bands must be a "yes".
    unless : tuple of str
        A "yes" to one of these ends the rule.
    hides : tuple of str
        Parts of the page that the rule hides, in addition to those that its level hides.
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
        """The texts `do` and `say` as one text."""
        return " ".join(filter(None, (self.do, self.say)))

    @property
    def names(self) -> tuple[str, ...]:
        """The questions and age bands in `all` and `any`, each once."""
        return tuple(dict.fromkeys(name for bracket in (*self.all, self.any) for name in bracket))

    def reached(self, count: Mapping[str, str], ends: Mapping[str, str] = NO_ANSWERS) -> str:
        """Return whether the answers reach this rule: "yes", "not_sure" or "no".

        "not_sure" means that the rule would be reached if every "not_sure" were a "yes".

        Parameters
        ----------
        count : mapping of str to str
            The answers that count, by question. The age band of the runner counts as a "yes".
        ends : mapping of str to str, optional
            The answers by which `unless` can end the rule. By default none.
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
    """One level of the banner: heading, what it hides, its texts, and the level of "not sure".

    `not_sure` is the level that is reached if a rule of this level is "not_sure"; `not_sure_do` and
    `not_sure_say` are then the texts.
    """

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

    `none` and `some` are the buttons: nothing applies, and one or more do. `do` and `say` are the
    banner that the first card shows once its button `some` is tapped.
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
    """An age band, as a button of the second card; a `small` one stands apart."""

    label: str
    small: bool = False


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The content of redflags.toml: all questions (`flags`), rules, levels, cards and age bands."""

    call_number: str
    still_open: str
    levels: Mapping[str, Level]
    cards: Mapping[str, Card]
    ages: Mapping[str, Age]
    flags: tuple[RedFlag, ...]
    rules: tuple[Rule, ...]

    def lines(self, card: str) -> tuple[RedFlag, ...]:
        """Return the lines of a card, "first" or "second"."""
        return tuple(flag for flag in self.flags if flag.card == card)


def with_age(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers with the age band of the runner, if it is given, as a further "yes"."""
    return {**answers, answers[AGE]: "yes"} if AGE in answers else dict(answers)


def counted(
    flags: Iterable[RedFlag], answers: Mapping[str, str], if_open: str = ""
) -> dict[str, str]:
    """Return the answers that count: to lines, the age, and follow-up questions that are asked.

    Parameters
    ----------
    flags : iterable of RedFlag
        Every line and follow-up question; what opens a follow-up question comes before it.
    answers : mapping of str to str
        The answers of a runner.
    if_open : str, default ""
        The answer to suppose for each follow-up question that is opened and not answered; "" for
        none.
    """
    asked = tuple(flags)
    given = [AGE, *(flag.id for flag in asked if flag.card)]
    count = {name: answers[name] for name in given if name in answers}
    for flag in asked:
        answer = answers.get(flag.id, if_open)
        if answer and flag.id not in count and flag.opened(count):
            count[flag.id] = answer
    return with_age(count)
