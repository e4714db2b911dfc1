"""Dates as exports and spreadsheet programs write them, in many languages and orders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .names import month_named
from .track import FIRST_YEAR

CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*(?:Z|\+00:?00)?\s*$")
MORNING = re.compile(r"(?<![^\W\d_])a\.?\s*m\b\.?|午前|上午|오전", re.IGNORECASE)
AFTERNOON = re.compile(r"(?<![^\W\d_])p\.?\s*m\b\.?|午後|下午|오후", re.IGNORECASE)
NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
AMBIGUOUS = (
    "a spreadsheet program has rewritten its dates, and in {!r} day and month cannot be told apart"
)


@dataclass(frozen=True)
class DateReader:
    """How a column of dates is to be read. `is_day_first` is None where nothing in it tells."""

    is_day_first: bool | None

    def read(self, cell: str) -> tuple[datetime, bool]:
        """Return a date, and whether it has a time of day; raises `ValueError` with a reason."""
        text = " ".join(cell.split())
        day_text, clock = _split_clock(text)
        year, month, day = self._day(day_text, text)
        if year < FIRST_YEAR:
            raise ValueError(f"its date {cell!r} cannot be read")
        try:
            return datetime(year, month, day, *(clock or ())), clock is not None
        except ValueError:
            raise ValueError(f"its date {cell!r} cannot be read") from None

    def _day(self, text: str, whole: str) -> tuple[int, int, int]:
        if match := NUMERIC.fullmatch(text.strip(" ,")):
            first, mark, second, year = match.groups()
            is_day_first = True if mark == "." else self.is_day_first
            if is_day_first is None and first != second:
                raise ValueError(AMBIGUOUS.format(whole))
            month, day = (second, first) if is_day_first else (first, second)
            return int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)
        words = re.findall(r"\d+|[^\W\d_]+", text)
        numbers = [int(word) for word in words if word.isdigit()]
        if len(numbers) == 3 and numbers[0] > 31:
            return numbers[0], numbers[1], numbers[2]
        if len(numbers) == 2:
            day, year = numbers if numbers[0] <= 31 else reversed(numbers)
            if month := _month_of(words):
                return year + (2000 if year < 100 else 0), month, day
        raise ValueError(f"its date {whole!r} cannot be read")


def _month_of(words: list[str]) -> int:
    """The month that a date's words name; where a weekday could be one, too, the later word.

    A weekday stands before the month in all of these languages: "mardi 5 novembre", "mar 5 nov".
    """
    months = [month for month in map(month_named, words) if month]
    return months[-1] if months else 0


def date_reader(cells: Iterable[str]) -> DateReader:
    """Return the reader for a column, whose dates with a day above 12 tell the order of all.

    Examples
    --------
    >>> from lumbayes.activities.dates import date_reader
    >>> print(date_reader(["03/05/2024", "31/05/2024"]).read("03/05/2024 15:02")[0])
    2024-05-03 15:02:00
    """
    matches = [NUMERIC.match(" ".join(cell.split())) for cell in cells]
    pairs = [(int(match[1]), int(match[3])) for match in matches if match]
    firsts, seconds = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    return DateReader(None if firsts == seconds else firsts)


def _split_clock(text: str) -> tuple[str, tuple[int, int, int] | None]:
    """The text before a time of day, and the time; the half of the day may stand on either side."""
    is_morning, is_afternoon = MORNING.search(text), AFTERNOON.search(text)
    text = AFTERNOON.sub(" ", MORNING.sub(" ", text)).strip()
    match = CLOCK.search(text)
    if not match or text[: match.start()][-1:] not in (" ", ",", "T"):
        return text, None
    hour, minute, second = (int(group or 0) for group in match.groups())
    if is_morning or is_afternoon:
        hour = hour % 12 + (12 if is_afternoon else 0)
    return text[: match.start()].rstrip(" ,T"), (hour, minute, second)
