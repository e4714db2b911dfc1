"""What comes from outside, in a file, a link or a grid: taken only if the page itself could have
written it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import keep_words as words
import questions


class NotKept(ValueError):
    """A file or link that is not one of ours, or no longer: says so in a sentence with a gap for
    'file' or 'link'.
    """


def is_day(text: object) -> bool:
    """True for a day written as 2026-11-24."""
    try:
        return isinstance(text, str) and f"{date.fromisoformat(text)}" == text
    except ValueError:
        return False


def answer(name: str, given: Any, variables: Any) -> Any:
    """One answer as the page keeps it, if the page asks that question and offers that answer."""
    if name not in variables or not variables[name].question or isinstance(given, bool):
        raise NotKept(words.UNKNOWN)
    v = variables[name]
    if getattr(v, "numeric", False):
        if isinstance(given, int | float) and v.low <= given <= v.high:
            return float(given)
    elif isinstance(given, str) and given in {*questions.choices(v, variables), *v.states} - {
        questions.UNKNOWN
    }:
        return given
    raise NotKept(words.UNKNOWN)
