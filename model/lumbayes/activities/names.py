"""Words of watches and apps in many languages: sports, Strava's columns, months, as tables."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

SEPARATOR = ";"  # between the names in one cell of a table


def fold(text: str) -> str:
    """Return a text in lower case, without accents, its words apart by one space.

    Examples
    --------
    >>> from lumbayes.activities.names import fold
    >>> fold(" Course_à pied ")
    'course a pied'
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", bare)).split())


def activity_named(sport: str) -> str:
    """Return the activity that a sport's name means, such as "run"; empty where none is known.

    The whole name counts first. Otherwise its words must all point to one activity, so that
    "ski run" is none.

    Examples
    --------
    >>> from lumbayes.activities.names import activity_named
    >>> activity_named("Course à pied"), activity_named("obstacle_run"), activity_named("ski run")
    ('run', 'run', '')
    """
    table, name = _table("sports.csv"), _fold_sport(sport)
    if name in table:
        return table[name]
    found = {table[word] for word in name.split() if word in table}
    return found.pop() if len(found) == 1 else ""


def is_indoors(sport: str) -> bool:
    """Return whether a sport's name means a treadmill, a hall or a virtual course.

    Examples
    --------
    >>> from lumbayes.activities.names import is_indoors
    >>> is_indoors("VirtualRun"), is_indoors("Course à pied")
    (True, False)
    """
    name = _fold_sport(sport)
    return any(part in name for part in _table("indoors.csv"))


def _fold_sport(sport: str) -> str:
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", sport))


def strava_quantity(header: str) -> str:
    """Return what a column of Strava's list holds, such as "date"; empty for any other.

    Examples
    --------
    >>> from lumbayes.activities.names import strava_quantity
    >>> strava_quantity("Temps écoulé"), strava_quantity("Distance.1")
    ('seconds', 'distance')
    """
    return _table("strava_columns.csv").get(fold(re.sub(r"\.\d+$", "", header.strip())), "")


def month_named(word: str) -> int:
    """Return the month that a word or its beginning names, 1 to 12; 0 for none.

    Examples
    --------
    >>> from lumbayes.activities.names import month_named
    >>> month_named("Sept."), month_named("août"), month_named("de")
    (9, 8, 0)
    """
    name = fold(word)
    months = _table("months.csv")
    known = [beginning for beginning in months if name.startswith(beginning)]
    return int(months[max(known, key=len)]) if known else 0


@cache
def _table(file: str) -> dict[str, str]:
    """What each name of a table stands for: its folded names to the first cell of their row."""
    return dict(_rows(file))


def _rows(file: str) -> Iterator[tuple[str, str]]:
    text = files(__package__).joinpath("tables", file).read_text(encoding="utf-8")
    for meaning, names in list(csv.reader(text.splitlines()))[1:]:
        for name in names.split(SEPARATOR):
            yield fold(name), meaning
