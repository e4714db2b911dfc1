"""Schemas of the files of priors, and errors that name the place in a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from ..errors import unknown

Result = TypeVar("Result")


@dataclass(frozen=True)
class Place:
    """A place in a file of priors, as a message names it.

    `table` is the head of a TOML table, such as `[factor.hills]`, or the key of a CSV row. `part`
    is a key inside that table, such as `link.hills`. `line` is 0 if it is not known.
    """

    path: Path
    table: str = ""
    part: str = ""
    line: int = 0

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ": ".join(filter(None, [str(self.path), line, f"{self.table} {self.part}".strip()]))

    def inside(self, part: str) -> Place:
        """Return the place of a key inside this table."""
        return replace(self, part=part)

    def problem(
        self, message: str, key: str = "", found: object = None, allowed: Iterable[str] = ()
    ) -> Problem:
        """Return a `Problem` at this place, for the caller to raise."""
        return Problem(self, message, key, found, tuple(allowed))

    def require_known(self, what: str, names: Iterable[str], allowed: Iterable[str]) -> None:
        """Raise the problems of all names that are not allowed; `what` says what they name."""
        options = list(allowed)
        wrong = [name for name in names if name not in options]
        raise_all(
            self.problem(unknown(what, name, options), str(name), name, options) for name in wrong
        )


class Problem(ValueError):
    """Raised for one mistake in a file: its place and key, what was found, what is allowed."""

    def __init__(
        self, place: Place, message: str, key: str, found: object, allowed: tuple[str, ...]
    ):
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message
        self.key = key
        self.found = found
        self.allowed = allowed


class Problems(ValueError):
    """Raised for several mistakes; the message has one line each, `problems` the errors."""

    def __init__(self, problems: Iterable[ValueError]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def problems_of(error: ValueError) -> tuple[ValueError, ...]:
    """Return the single errors in a `Problems`, or any other error as the only one."""
    return error.problems if isinstance(error, Problems) else (error,)


def raise_all(problems: Iterable[ValueError]) -> None:
    """Raise these errors as one: a single one as it is, several as `Problems`, none not at all."""
    raised = list(problems)
    if len(raised) == 1:
        raise raised[0]
    if raised:
        raise Problems(raised)


def each(function: Callable[..., Result], items: Iterable[tuple[Any, ...]]) -> list[Result]:
    """Return the results of calling a function on each tuple of arguments.

    If calls fail with a `ValueError`, all their errors are raised together.
    """
    results: list[Result] = []
    problems: list[ValueError] = []
    for item in items:
        try:
            results.append(function(*item))
        except ValueError as error:
            problems += problems_of(error)
    raise_all(problems)
    return results


@dataclass(frozen=True)
class Kind:
    """What a value must be: as a function `fits`, and in words for a message."""

    words: str
    fits: Callable[[Any], bool]
    choices: tuple[str, ...] = ()

    def check(self, place: Place, key: str, value: object) -> None:
        """Raise a `Problem` if the value at `key` is not of this kind."""
        if self.fits(value):
            return
        if self.choices:
            message = unknown(key, value, self.choices)
        else:
            message = f"{key} is {value!r}; it must be {self.words}."
        raise place.problem(message, key, value, self.choices or (self.words,))


@dataclass(frozen=True)
class Schema:
    """The keys of one table and the kind of each; keys that are not `optional` must be there.

    `noun` says what the keys are, for messages. `others` is the kind of any further key; without it
    no further key is allowed. `hint` is added to the message for an unknown or a missing key.
    """

    kinds: Mapping[str, Kind]
    optional: tuple[str, ...] = ()
    noun: str = "key"
    others: Kind | None = None
    hint: str = ""

    @property
    def required(self) -> list[str]:
        """The keys that must be there."""
        return [key for key in self.kinds if key not in self.optional]

    def check(self, place: Place, table: Any) -> None:
        """Raise all problems of one table; if keys are unknown, only those."""
        if not isinstance(table, dict):
            raise place.problem(f"found {table!r}; it must be a table.", found=table)
        raise_all(self._unknown(place, key) for key in table if not self._kind(key))
        problems: list[ValueError] = []
        if missing := [key for key in self.required if key not in table]:
            problems.append(self._missing(place, missing))
        for key, value in table.items():
            try:
                self._kind(key).check(place, key, value)  # type: ignore[union-attr]
            except Problem as problem:
                problems.append(problem)
        raise_all(problems)

    def _kind(self, key: str) -> Kind | None:
        return self.kinds.get(key, self.others)

    def _unknown(self, place: Place, key: str) -> Problem:
        message = f"{unknown(self.noun, key, self.kinds)} {self.hint}".strip()
        return place.problem(message, key, key, self.kinds)

    def _missing(self, place: Place, keys: list[str]) -> Problem:
        if len(keys) == 1:
            found = f"the {self.noun} {keys[0]!r} is missing ({self.kinds[keys[0]].words})"
        else:
            found = f"the {self.noun}s {', '.join(map(repr, keys))} are missing"
        message = f"{found}; it must have {', '.join(self.required)}. {self.hint}".strip()
        return place.problem(message, keys[0], None, self.required)


def is_number(value: object) -> bool:
    """Return whether this is a finite number; True and False are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_text(value: object) -> bool:
    """Return whether this is a text with more than spaces."""
    return isinstance(value, str) and bool(value.strip())


def is_whole(value: object) -> bool:
    """Return whether this is a whole number; True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_positive(value: Any) -> bool:
    return is_number(value) and value > 0


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_text, value)) and len(set(value)) == len(value)


def _are_two_counts(value: Any) -> bool:
    return isinstance(value, list) and [*map(_is_positive, value)] == [True, True]


ANYTHING = Kind("anything", lambda value: True)
TEXT = Kind("a text, not empty", is_text)
TRUTH = Kind("true or false", lambda value: isinstance(value, bool))
NUMBER = Kind("a number", is_number)
POSITIVE = Kind("a number above 0", _is_positive)
SHARE = Kind("a share from 0 to below 1", lambda value: is_number(value) and 0 <= value < 1)
RATIO = Kind("a number above 1", lambda value: is_number(value) and value > 1)
WHOLE = Kind("a whole number (int)", is_whole)
NAMES = Kind('a list of names, each once, as in ["no", "yes"]', _are_names)
TWO_COUNTS = Kind("two counts [yes, no], each above 0", _are_two_counts)
TABLE = Kind("a table", lambda value: isinstance(value, dict))
FILLED_TABLE = Kind(
    "a table that is not empty", lambda value: isinstance(value, dict) and value != {}
)


def one_of(*choices: str) -> Kind:
    """Return the kind of a value that is one of a few names."""
    return Kind(f"one of {', '.join(choices)}", lambda value: value in choices, choices)


def all_of(kind: Kind, keys: Iterable[str], **more: Any) -> Schema:
    """Return the schema of a table with these keys, whose values are all of one kind."""
    return Schema(dict.fromkeys(keys, kind), **more)


def _as_number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


FILLED_CELL = Kind("filled in", lambda cell: bool(cell))
EMPTY_CELL = Kind("empty", lambda cell: not cell)
WHOLE_CELL = Kind("a whole number, 0 or more", lambda cell: cell.isdecimal())
POSITIVE_CELL = Kind("a number above 0", lambda cell: 0 < _as_number(cell) < math.inf)
PROBABILITY_CELL = Kind("a probability, above 0 and below 1", lambda cell: 0 < _as_number(cell) < 1)
