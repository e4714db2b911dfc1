"""What must hold of a row of claims.csv: by itself, beside the other rows, and in what it says of
the variables.

What must hold of a row of claims.csv: by itself, beside the other rows, and in what it says of the
variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import allow, each
from .claims import Claim, StrengthWord
from .files import read_rows
from .variables import CAUSES, Factor, Mechanism, Trait, Variables

COLUMNS = ("id", "answer", "quote", "start", "end", "cause", "effect", "state", "direction", "kind", "words", "reading",
           "scale", "about", "standing", "implied", "than", "chain", "agrees", "conflicts", "used", "note")  # fmt: skip
KINDS = (
    "causal",
    "prevalence",
    "symptom",
    "remedy",
    "advice",
    "referral",
    "contradiction",
    "comparative",
    "off-topic",
)
NUMBERS = ("answer", "start", "end")
LISTS = ("than", "chain", "agrees", "conflicts")
VOCABULARY = {
    "direction": ("raises", "lowers", "none"),
    "kind": KINDS,
    "scale": ("net", "compound", ""),
    "about": ("runners", "asker", "relative", "self", "people", ""),
    "implied": ("yes", "no"),
    "used": ("link", "profile", "order", "case", "no"),
}

Row = Mapping[str, str]


def check_rows(path: Path) -> None:
    """Raise a `ValueError` for what is wrong in claims.csv whatever the variables and words are, a
    line each.
    """
    rows = read_rows(path, COLUMNS, "id")
    ids = [row["id"] for _, row in rows]
    each(check_cells, [(where, row, ids) for where, row in rows])
    check_answers(rows)


def check_cells(where: str, row: Row, ids: Iterable[str]) -> None:
    """Raise a `ValueError` for a cell that is not one of its column's values, or does not fit the
    row's others.
    """
    for column, allowed in VOCABULARY.items():
        allow(where, column, [row[column]], allowed)
    for column in ("chain", "agrees", "conflicts"):
        allow(where, f"claim in {column}", row[column].split(), ids)
    _check_place(where, row)
    if row["words"] not in row["quote"]:
        raise ValueError(
            f"{where}: words {row['words']!r} do not stand in its quote {row['quote']!r}."
        )
    if row["used"] == "no" and not row["note"]:
        raise ValueError(f"{where}: reaches no number (used is 'no'), so its note must say why.")
    if row["kind"] == "off-topic" and row["used"] != "no":
        raise ValueError(
            f"{where}: is off-topic and used as {row['used']!r}; what is off the subject is used as 'no'."
        )
    if row["used"] in ("link", "profile") and row["direction"] != "raises":
        told = "a link can only raise; turn cause and effect round, or use it as 'no'"
        raise ValueError(
            f"{where}: used as {row['used']!r} with the direction {row['direction']!r}; {told}."
        )


def _check_place(where: str, row: Row) -> None:
    _, start, end = (whole(where, column, row[column]) for column in NUMBERS)
    if not row["quote"] or end - start != len(row["quote"]):
        span = f"start {start} and end {end} are {end - start} characters apart"
        raise ValueError(
            f"{where}: {span}, its quote has {len(row['quote'])}; they must agree, and be more than none."
        )


def whole(where: str, column: str, found: str) -> int:
    """A cell as a whole number from 0, or a `ValueError` at `where`."""
    if not found.isdecimal():
        raise ValueError(f"{where}: {column} is {found!r}; it must be a whole number, 0 or more.")
    return int(found)


def check_answers(rows: Iterable[tuple[str, Row]]) -> None:
    """Raise a `ValueError` for the first row of an answer before which one has no row: a slip, or
    one left out.
    """
    first = {int(row["answer"]): where for where, row in reversed(list(rows))}
    for answer in sorted(first):
        if answer > 1 and answer - 1 not in first:
            told = f"answer is {answer}, but no row is of answer {answer - 1}"
            raise ValueError(
                f"{first[answer]}: {told}; count without a gap, a row used as 'no' will do for one."
            )


def check_use(where: str, row: Row, variables: Variables, words: Iterable[str]) -> None:
    """Raise a `ValueError` for a name that variables or words do not have, or a use that does not
    fit the link.
    """
    allow(
        where,
        "variable",
        filter(None, [row["cause"], row["effect"], *row["than"].split()]),
        variables,
    )
    allow(where, "reading (a word of words.csv)", filter(None, [row["reading"]]), words)
    needed = {
        "link": ("cause", "effect", "reading", "scale"),
        "profile": ("cause", "effect", "state", "reading"),
        "order": ("cause", "than"),
    }
    for column in needed.get(row["used"], ()):
        if not row[column]:
            raise ValueError(
                f"{where}: used as {row['used']!r}, so its column {column!r} must be filled in."
            )
    if row["used"] in ("link", "profile"):
        _check_link(where, row, variables)
    if row["used"] == "order":
        _check_order(where, row, variables)


def _check_link(where: str, row: Row, variables: Variables) -> None:
    effect = variables[row["effect"]]
    if row["cause"] not in effect.parents:
        allowed = ", ".join(effect.parents) or "none"
        raise ValueError(
            f"{where}: no link {row['cause']} → {row['effect']}; parents of {row['effect']}: {allowed}."
        )
    if isinstance(effect, Trait) != (row["used"] == "profile"):
        raise ValueError(
            f"{where}: claims about a trait are used as 'profile', all other links as 'link'."
        )
    if isinstance(effect, Trait):
        allow(where, f"state of {row['effect']}", [row["state"]], effect.order[1:])


def _check_order(where: str, row: Row, variables: Variables) -> None:
    for name in (row["cause"], *row["than"].split()):
        if not isinstance(variables[name], Factor | Mechanism):
            kind = type(variables[name]).__name__.lower()
            raise ValueError(
                f"{where}: puts {name!r} in an order, a {kind}; only a {' or '.join(CAUSES)} is a cause."
            )


WORD_COLUMNS = ("reading", "alpha", "beta", "basis", "source", "phrase", "n", "reason")


def read_words(path: Path) -> dict[str, StrengthWord]:
    """The strength words of words.csv by name; a bad row is a `ValueError` naming file, line and
    word.
    """
    return {word.name: word for word in each(_reading, read_rows(path, WORD_COLUMNS, "reading"))}


def _reading(where: str, row: Mapping[str, str]) -> StrengthWord:
    allow(where, "basis", [row["basis"]], ("survey", "judgement", "published"))
    if not row["source"] or not row["reason"]:
        raise ValueError(
            f"{where}: source and reason must both be filled in: every number says where it is from."
        )
    alpha, beta = _number(where, "alpha", row["alpha"]), _number(where, "beta", row["beta"])
    n = whole(where, "n", row["n"] or "0")
    return StrengthWord(
        row["reading"], alpha, beta, row["basis"], row["source"], row["phrase"], n, row["reason"]
    )


def read_claims(
    path: Path, variables: Variables, words: Mapping[str, StrengthWord]
) -> tuple[Claim, ...]:
    """The coded claims of claims.csv, checked; errors name file, line, id, found and allowed, a
    line each.
    """
    rows = read_rows(path, COLUMNS, "id")
    ids = [row["id"] for _, row in rows]
    claims = each(_claim, [(where, row, ids, variables, words) for where, row in rows])
    check_answers(rows)
    return tuple(claims)


def check_quotes(claims: Iterable[Claim], text: str) -> None:
    """Raise a `ValueError` for the claims whose quote is not the thread's text at its offsets, a
    line each.
    """
    each(_check_quote, [(claim, text) for claim in claims])


def _check_quote(claim: Claim, text: str) -> None:
    if (found := text[claim.start : claim.end]) != claim.quote:
        where = f"claims.csv: {claim.id}: at {claim.start} to {claim.end}"
        raise ValueError(f"{where} the thread reads {found!r}, not {claim.quote!r}.")


def _claim(
    where: str,
    row: Mapping[str, str],
    ids: list[str],
    variables: Variables,
    words: Mapping[str, StrengthWord],
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
