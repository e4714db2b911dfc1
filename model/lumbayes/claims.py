"""What was said: every statement of a thread coded as one claim, with its exact words and how strong they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .sources import allow, read_rows
from .variables import Trait, Variables

COLUMNS = ("id", "answer", "quote", "start", "end", "cause", "effect", "state", "direction", "kind", "words", "reading",
           "scale", "about", "standing", "implied", "than", "chain", "agrees", "conflicts", "used", "note")  # fmt: skip
KINDS = ("causal", "prevalence", "symptom", "remedy", "advice", "referral", "contradiction", "comparative", "off-topic")
WIDTH = 0.9  # of every interval, unless another is asked for
WORD_COLUMNS = ("reading", "alpha", "beta", "basis", "source", "phrase", "n", "reason")
VOCABULARY = {
    "direction": ("raises", "lowers", "none"),
    "kind": KINDS,
    "scale": ("net", "compound", ""),
    "about": ("runners", "asker", "relative", "self", "people", ""),
    "implied": ("yes", "no"),
    "used": ("link", "profile", "order", "case", "no"),
}


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

        low, high = betaincinv(self.alpha, self.beta, [(1 - width) / 2, (1 + width) / 2])
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
    def author(self) -> str:
        """Who said it, as far as the thread tells."""
        who = f"answer {self.answer}" if self.answer else "the question"
        return f"{who} ({self.standing})" if self.standing else who

    def __str__(self) -> str:
        return f"{self.id}, {self.author}: “{self.quote}”"


def read_words(path: Path) -> dict[str, Reading]:
    """The strength words of words.csv by name; a bad row is a `ValueError` naming file, line and word."""
    words = {}
    for where, row in read_rows(path, WORD_COLUMNS, "reading"):
        allow(where, "basis", [row["basis"]], ("survey", "judgement", "published"))
        if not row["source"] or not row["reason"]:
            raise ValueError(f"{where}: source and reason must both be filled in: every number says where it is from.")
        alpha, beta = _number(where, "alpha", row["alpha"]), _number(where, "beta", row["beta"])
        n = int(row["n"] or 0)
        name = row["reading"]
        words[name] = Reading(name, alpha, beta, row["basis"], row["source"], row["phrase"], n, row["reason"])
    return words


def read_claims(path: Path, variables: Variables, words: Mapping[str, Reading]) -> tuple[Claim, ...]:
    """The coded claims of claims.csv, checked; errors name file, line, id, found and allowed."""
    rows = read_rows(path, COLUMNS, "id")
    ids = [row["id"] for _, row in rows]
    for where, row in rows:
        _check(where, row, ids, variables, words)
    return tuple(_claim(where, row) for where, row in rows)


def check_quotes(claims: Iterable[Claim], text: str) -> None:
    """Raise a `ValueError` for the first claim whose quote is not the thread's text at its offsets."""
    for claim in claims:
        if text[claim.start : claim.end] != claim.quote:
            found = text[claim.start : claim.end]
            where = f"{claim.id}: at {claim.start} to {claim.end}"
            raise ValueError(f"{where} the thread reads {found!r}, not {claim.quote!r}.")


def _check(
    where: str, row: Mapping[str, str], ids: list[str], variables: Variables, words: Mapping[str, Reading]
) -> None:
    for column, allowed in VOCABULARY.items():
        allow(where, column, [row[column]], allowed)
    allow(where, "variable", filter(None, [row["cause"], row["effect"], *row["than"].split()]), variables)
    for column in ("chain", "agrees", "conflicts"):
        allow(where, f"claim in {column}", row[column].split(), ids)
    if row["reading"]:
        allow(where, "reading (a word of words.csv)", [row["reading"]], words)
    if row["words"] not in row["quote"]:
        raise ValueError(f"{where}: words {row['words']!r} do not stand in its quote {row['quote']!r}.")
    if row["used"] == "no" and not row["note"]:
        raise ValueError(f"{where}: reaches no number (used is 'no'), so its note must say why.")
    _check_use(where, row, variables)


def _check_use(where: str, row: Mapping[str, str], variables: Variables) -> None:
    needed = {
        "link": ("cause", "effect", "reading", "scale"),
        "profile": ("cause", "effect", "state", "reading"),
        "order": ("cause", "than"),
    }
    for column in needed.get(row["used"], ()):
        if not row[column]:
            raise ValueError(f"{where}: used as {row['used']!r}, so its column {column!r} must be filled in.")
    if row["used"] in ("link", "profile") and row["cause"] not in variables[row["effect"]].parents:
        allowed = ", ".join(variables[row["effect"]].parents) or "none"
        raise ValueError(f"{where}: no link {row['cause']} → {row['effect']}; parents of {row['effect']}: {allowed}.")
    if row["used"] in ("link", "profile") and isinstance(variables[row["effect"]], Trait) != (row["used"] == "profile"):
        raise ValueError(f"{where}: claims about a trait are used as 'profile', all other links as 'link'.")
    if row["used"] == "profile":
        allow(where, f"state of {row['effect']}", [row["state"]], variables[row["effect"]].order[1:])


def _claim(where: str, row: Mapping[str, str]) -> Claim:
    whole = {k: _whole(where, k, row[k]) for k in ("answer", "start", "end")}
    lists = {k: tuple(row[k].split()) for k in ("than", "chain", "agrees", "conflicts")}
    plain = {k: v for k, v in row.items() if k not in {*whole, *lists, "implied"}}
    return Claim(implied=row["implied"] == "yes", **whole, **lists, **plain)  # type: ignore[arg-type]


def _whole(where: str, column: str, found: str) -> int:
    if not found.isdecimal():
        raise ValueError(f"{where}: {column} is {found!r}; it must be a whole number.")
    return int(found)


def _number(where: str, column: str, found: str) -> float:
    try:
        value = float(found)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise ValueError(f"{where}: {column} is {found!r}; a Beta needs a number above 0.")
    return value


__all__ = ["Claim", "Reading", "check_quotes", "read_claims", "read_words"]
