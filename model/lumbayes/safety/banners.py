"""Which rules the answers reach, and their texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..data.files import folder
from ..data.redflags import AGE, FIRST, HIDEABLE, LEVELS, SECOND, Rules
from ..data.redflags_file import read_rules

DOUBT = {"yes": "", "not_sure": ": not sure"}


@dataclass(frozen=True)
class Banner:
    """The text of one rule that is reached, its level, and the answers that raised it.

    It is doubtful where it takes an answer of "not sure".
    """

    level: str
    do: str
    say: str
    names: tuple[str, ...] = ()
    is_doubtful: bool = False


def rules_of(priors: str | Path) -> Rules:
    """Return the rules of a set of priors."""
    return read_rules(folder(priors) / "redflags.toml")


def reached(rules: Rules, count: Mapping[str, str]) -> list[Banner]:
    """Return the text of each rule that is reached, in the file's order."""
    banners = []
    for rule in rules.rules:
        answer, own = rule.reached(count, ends=count), rules.levels[rule.level]
        names = tuple(name for name in rule.names if count.get(name) in ("yes", answer))
        if answer == "yes":
            banners.append(Banner(rule.level, rule.do or own.do, rule.say, names))
        elif answer == "not_sure" and own.not_sure != LEVELS[0]:
            banners.append(Banner(own.not_sure, own.not_sure_do, own.not_sure_say, names, True))
    return banners


def card_banner(rules: Rules) -> Banner:
    """Return what stands once a line of the first card may fit, whichever it is."""
    card = rules.cards[FIRST]
    return Banner(LEVELS[-1], card.do, card.say)


def texts(banners: Iterable[Banner]) -> tuple[str, ...]:
    """Return the texts of banners, what to do before why, and nothing twice."""
    given: set[str] = set()
    paragraphs = []
    for banner in banners:
        parts = [part for part in (banner.do, banner.say) if part and part not in given]
        given.update(parts)
        paragraphs.append(" ".join(parts))
    return tuple(filter(None, paragraphs))


def paragraphs_of(
    rules: Rules,
    level: str,
    top: Iterable[Banner],
    unanswered: tuple[str, ...],
    ticked: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the banner's texts, or what is open, or what nothing found does not mean."""
    none = rules.levels[LEVELS[0]]
    if level != LEVELS[0]:
        is_first_open = FIRST in unanswered and level != LEVELS[-1]
        before = rules.cards[FIRST].open if is_first_open else ""
        return tuple(filter(None, (before, *texts(top), rules.levels[level].then)))
    for name, card in ((FIRST, FIRST), (AGE, SECOND)):
        if name in unanswered:
            return (rules.cards[card].open,)
    if unanswered:
        return (rules.still_open, none.then)
    return (none.say_ticked if ticked else none.say, none.then)


def reasons_of(
    rules: Rules, banners: Iterable[Banner], count: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the answers behind the levels reached, of the highest level first."""
    words = {name: f"age {age.label}" for name, age in rules.ages.items()}
    words |= {flag.id: flag.about for flag in rules.flags}
    names = dict.fromkeys(name for banner in banners for name in banner.names)
    return tuple(words[name] + DOUBT[count[name]] for name in names)


def hidden_parts(
    rules: Rules, level: str, supposed: Mapping[str, str], count: Mapping[str, str],
    unanswered: tuple[str, ...],
) -> tuple[str, ...]:  # fmt: skip
    """Return what must not be shown, now or were each open question a yes (`supposed`)."""
    hidden = {*rules.levels[level].hides}
    for rule in rules.rules:
        if rule.reached(supposed, ends=count) != "no":
            hidden.update(rule.hides, rules.levels[rule.level].hides)
    for name, card in ((FIRST, FIRST), (AGE, SECOND)):
        if name in unanswered:
            hidden.update(rules.cards[card].hides)
    return tuple(part for part in HIDEABLE if part in hidden)
