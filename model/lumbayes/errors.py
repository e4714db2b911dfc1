"""Exceptions, and sentences for names that do not exist."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar


class ImpossibleFindings(ValueError):
    """The findings cannot all be true in this model, so no posterior exists."""


class PriorsChanged(ValueError):
    """A capsule of other numbers than these priors hold; `moved` are the names of those that it
    does not know.
    """

    def __init__(self, text: str, moved: list[str]):
        super().__init__(text)
        self.moved = moved


class RunFileError(ValueError):
    """A run file that cannot be read, and why, in one sentence; nothing of it was kept."""


Found = TypeVar("Found")


def unknown(what: str, found: object, allowed: Iterable[str]) -> str:
    """One sentence for a name that does not exist: what was found, the nearest match, what is
    allowed.
    """
    names = sorted(map(str, allowed))
    near = difflib.get_close_matches(str(found), names, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"Unknown {what} {str(found)!r}.{hint} Allowed: {', '.join(names) or 'none'}."


def allow(where: str, what: str, found: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise a `ValueError` at `where` for the first name of `found` that is not in `allowed`."""
    names = list(allowed)
    for name in found:
        if name not in names:
            raise ValueError(f"{where}: {unknown(what, name, names)}")


def each(read: Callable[..., Found], items: Iterable[tuple[Any, ...]]) -> list[Found]:
    """What `read` makes of every item; the `ValueError`s of those that fail are raised as one, a
    line each.
    """
    found, wrong = [], []
    for item in items:
        try:
            found.append(read(*item))
        except ValueError as problem:
            wrong.append(str(problem))
    if wrong:
        raise ValueError("\n".join(wrong))
    return found
