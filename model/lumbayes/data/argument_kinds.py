"""Kinds of arguments: types, a function that tests a value, and words for the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from numbers import Real
from typing import Any

import pandas as pd

LISTS = (list, tuple, Set, Iterator)  # what is read as a list: no text, mapping or table
MAX_SHOWN = 60  # characters of a value that a message repeats


def _always(value: object) -> bool:
    return True


@dataclass(frozen=True)
class Argument:
    """What one argument may be: `types`, a function `fits` that tests a value, and `words`."""

    words: str
    types: tuple[type, ...]
    fits: Callable[[Any], bool] = _always

    def check(self, where: str, name: str, value: object) -> None:
        """Raise `TypeError` for a value of another type, and `ValueError` for one not allowed."""
        if not self._is_of_type(value):
            raise TypeError(self._sentence(where, name, value))
        if not self.fits(value):
            raise ValueError(self._sentence(where, name, value))

    def _is_of_type(self, value: object) -> bool:
        """Return whether the type is right; True and False are no numbers."""
        if isinstance(value, bool):
            return bool in self.types or object in self.types
        return isinstance(value, self.types)

    def _sentence(self, where: str, name: str, value: object) -> str:
        return f"{where}: {name} is {described(value)}; it must be {self.words}."


def described(value: object) -> str:
    """Return a value as a message shows it: in full if it is short, else its type.

    Examples
    --------
    >>> from lumbayes.data.argument_kinds import described
    >>> described("hils"), described([1] * 99)
    ("'hils'", 'a list')
    """
    if isinstance(value, pd.DataFrame):
        return f"a DataFrame with the columns {', '.join(map(str, value.columns)) or 'none'}"
    is_plain = value is None or isinstance(value, str | bytes | Real | list | tuple | dict)
    shown = repr(value) if is_plain else ""
    return shown if 0 < len(shown) <= MAX_SHOWN else f"a {type(value).__name__}"


def optional(argument: Argument) -> Argument:
    """Return an argument that may also be None."""
    types = (*argument.types, type(None))
    words = f"{argument.words}, or None"
    return Argument(words, types, lambda value: value is None or argument.fits(value))


def table_with(*columns: Any, of: str) -> Argument:
    """Return an argument that is a DataFrame with these columns, as the function `of` returns."""
    words = f"a DataFrame as {of} gives it, with the columns {', '.join(map(str, columns))}"
    return Argument(words, (pd.DataFrame,), lambda table: {*columns} <= {*table.columns})


def row_with(*entries: str, of: str) -> Argument:
    """Return an argument that is a Series with these entries, as a row of the result of `of`."""
    words = f"a row of {of}, with the entries {', '.join(entries)}"
    return Argument(words, (pd.Series,), lambda row: {*entries} <= {*row.index})


def instance(words: str, class_name: str) -> Argument:
    """Return an argument that is an instance of the class with this name, or of a subclass."""

    def is_one(value: object) -> bool:
        return class_name in [base.__name__ for base in type(value).__mro__]

    return Argument(words, (object,), is_one)
