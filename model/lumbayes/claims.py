"""What was said: every statement of a thread coded as one claim, with its exact words and how strong they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .coding import COLUMNS, LISTS, NUMBERS, check_answers, check_cells, check_use, whole
from .defaults import WIDTH
from .errors import allow, each
from .sources import read_rows
from .variables import Variables

WORD_COLUMNS = ("reading", "alpha", "beta", "basis", "source", "phrase", "n", "reason")


@dataclass(frozen=True)
class Reading:
    """What people take a strength word to mean: a Beta(alpha, beta) over probabilities, and where it comes from."""

    name: str
    alpha: float
    beta: float
    basis: str
    source: str
    phrase: str
    n: int
    reason: str

    @property
    def mean(self) -> float:
        """The average probability people give the word."""
        return self.alpha / (self.alpha + self.beta)

    def interval(self, width: float = WIDTH) -> tuple[float, float]:
        """The central interval of that width of what people mean by the word."""
        from scipy.special import betaincinv

        low, high = betaincinv(self.alpha, self.beta, tails(self.name, width))
        return float(low), float(high)

    @property
    def variance(self) -> float:
        """How far readers differ about it."""
        return self.mean * (1 - self.mean) / (self.alpha + self.beta + 1)


@dataclass(frozen=True)
class Claim:
    """One statement of the thread. `answer` 0 is the question; `used` says which number it reaches, `note` why."""

    id: str
    answer: int
    quote: str
    start: int
    end: int
    cause: str
    effect: str
    state: str
    direction: str
    kind: str
    words: str
    reading: str
    scale: str
    about: str
    standing: str
    implied: bool
    than: tuple[str, ...]
    chain: tuple[str, ...]
    agrees: tuple[str, ...]
    conflicts: tuple[str, ...]
    used: str
    note: str

    @property
    def pooled(self) -> bool:
        """Whether it reaches a number: that of a link, or of how a mechanism shapes a trait."""
        return self.used in ("link", "profile")

    @property
    def author(self) -> str:
        """Who said it, as far as the thread tells."""
        who = f"answer {self.answer}" if self.answer else "the question"
        return f"{who} ({self.standing})" if self.standing else who

    def __str__(self) -> str:
        return f"{self.id}, {self.author}: “{self.quote}”"


def tails(where: object, width: float) -> tuple[float, float]:
    """The two ends of a central interval of that width, as shares; another width than one inside 0 to 1 is told."""
    if not 0 < width < 1:
        raise ValueError(f"{where}: found an interval of width {width}; it must be above 0 and below 1, as {WIDTH} is.")
    return (1 - width) / 2, (1 + width) / 2


def read_words(path: Path) -> dict[str, Reading]:
    """The strength words of words.csv by name; a bad row is a `ValueError` naming file, line and word."""
    return {word.name: word for word in each(_reading, read_rows(path, WORD_COLUMNS, "reading"))}


def _reading(where: str, row: Mapping[str, str]) -> Reading:
    allow(where, "basis", [row["basis"]], ("survey", "judgement", "published"))
    if not row["source"] or not row["reason"]:
        raise ValueError(f"{where}: source and reason must both be filled in: every number says where it is from.")
    alpha, beta = _number(where, "alpha", row["alpha"]), _number(where, "beta", row["beta"])
    n = whole(where, "n", row["n"] or "0")
    return Reading(row["reading"], alpha, beta, row["basis"], row["source"], row["phrase"], n, row["reason"])


def read_claims(path: Path, variables: Variables, words: Mapping[str, Reading]) -> tuple[Claim, ...]:
    """The coded claims of claims.csv, checked; errors name file, line, id, found and allowed, a line each."""
    rows = read_rows(path, COLUMNS, "id")
    ids = [row["id"] for _, row in rows]
    claims = each(_claim, [(where, row, ids, variables, words) for where, row in rows])
    check_answers(rows)
    return tuple(claims)


def check_quotes(claims: Iterable[Claim], text: str) -> None:
    """Raise a `ValueError` for the claims whose quote is not the thread's text at its offsets, a line each."""
    each(_check_quote, [(claim, text) for claim in claims])


def _check_quote(claim: Claim, text: str) -> None:
    if (found := text[claim.start : claim.end]) != claim.quote:
        where = f"claims.csv: {claim.id}: at {claim.start} to {claim.end}"
        raise ValueError(f"{where} the thread reads {found!r}, not {claim.quote!r}.")


def _claim(
    where: str, row: Mapping[str, str], ids: list[str], variables: Variables, words: Mapping[str, Reading]
) -> Claim:
    check_cells(where, row, ids)
    check_use(where, row, variables, words)
    numbers = {k: int(row[k]) for k in NUMBERS}
    lists = {k: tuple(row[k].split()) for k in LISTS}
    plain = {k: v for k, v in row.items() if k not in {*NUMBERS, *LISTS, "implied"}}
    return Claim(implied=row["implied"] == "yes", **numbers, **lists, **plain)  # type: ignore[arg-type]


def _number(where: str, column: str, found: str) -> float:
    try:
        value = float(found)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise ValueError(f"{where}: {column} is {found!r}; a Beta needs a number above 0.")
    return value
