"""Reading claims.csv and words.csv: rows are checked alone, together, and with the variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .claims import CLAIMS, Claim, StrengthWord
from .coding import Coding, coded_rows
from .files import read_rows
from .offsets import read_thread, with_offsets
from .schema import (
    ANYTHING,
    FILLED_CELL,
    POSITIVE_CELL,
    WHOLE_CELL,
    Kind,
    Place,
    Schema,
    each,
    one_of,
)
from .variables import CAUSES, Factor, Mechanism, Trait, Variables

COLUMNS = (
    *("id", "answer", "quote", "cause", "effect", "state", "direction", "kind"),
    *("words", "reading", "scale", "about", "standing", "implied", "than", "chain", "agrees"),
    *("conflicts", "used", "note"),
)
KINDS = (
    *("causal", "prevalence", "symptom", "remedy", "advice", "referral", "contradiction"),
    *("comparative", "off-topic"),
)
OFFSETS = ("start", "end")  # where empty, found in thread.txt
OPTIONAL = {"weight": "", **dict.fromkeys(OFFSETS, "")}  # without a weight a whole opinion
TO_CODE = "todo"  # what a row is used as until it is coded
NUMBERS = ("answer", "start", "end")
LISTS = ("than", "chain", "agrees", "conflicts")
VOCABULARY = {
    "direction": ("raises", "lowers", "none"),
    "kind": KINDS,
    "scale": ("net", "compound", ""),
    "about": ("runners", "asker", "relative", "self", "people", ""),
    "implied": ("yes", "no"),
    "used": ("link", "share", "profile", "order", "case", "no", TO_CODE),
}
CHOICES = {column: one_of(*allowed) for column, allowed in VOCABULARY.items()}
WEIGHT = Kind(
    "a number above 0 and at most 1, or empty for 1",
    lambda cell: not cell or (POSITIVE_CELL.fits(cell) and float(cell) <= 1),
)
CLAIM = Schema(
    CHOICES | dict.fromkeys(NUMBERS, WHOLE_CELL) | {"weight": WEIGHT}, ("weight",), others=ANYTHING
)
ROW_TO_CODE = Schema(dict.fromkeys(NUMBERS, WHOLE_CELL), others=ANYTHING)
NEEDED = {
    "link": ("cause", "effect", "reading", "scale"),
    "share": ("cause", "effect", "reading"),
    "profile": ("cause", "effect", "state", "reading"),
    "order": ("cause", "than"),
}

WORD_COLUMNS = ("reading", "alpha", "beta", "basis", "source", "phrase", "n", "reason")
WORD = Schema(
    {
        "basis": one_of("survey", "judgement", "published"),
        "source": FILLED_CELL,
        "reason": FILLED_CELL,
        "alpha": POSITIVE_CELL,
        "beta": POSITIVE_CELL,
        "n": Kind(f"{WHOLE_CELL.words}, or empty", lambda cell: not cell or WHOLE_CELL.fits(cell)),
    },
    others=ANYTHING,
)

Row = Mapping[str, str]


def read_words(path: Path, coding: Coding | None = None) -> dict[str, StrengthWord]:
    """Return the strength words of words.csv by name; raise the problems of all rows together.

    The cells of a coding replace those of the file.
    """
    rows = coded_rows(read_rows(path, WORD_COLUMNS, "reading"), coding, "words")
    return {word.name: word for word in each(_word, rows)}


def _word(place: Place, row: Row) -> StrengthWord:
    WORD.check(place, row)
    counts = float(row["alpha"]), float(row["beta"])
    texts: dict[str, Any] = {
        column: row[column] for column in ("basis", "source", "phrase", "reason")
    }
    return StrengthWord(row["reading"], *counts, n=int(row["n"] or "0"), **texts)


def read_claims(
    path: Path,
    variables: Variables,
    words: Mapping[str, StrengthWord],
    coding: Coding | None = None,
) -> tuple[Claim, ...]:
    """Return the claims of claims.csv in their order; raise the problems of all rows together.

    The cells of a coding replace those of the file.
    """
    rows = coded_rows(read_rows(path, COLUMNS, "id", optional=OPTIONAL), coding, "claims")
    ids, thread = [row["id"] for _, row in rows], read_thread(path.parent)
    claims = each(_claim, [(place, row, ids, thread, variables, words) for place, row in rows])
    check_answers(rows)
    return tuple(claims)


def _claim(
    place: Place,
    row: Row,
    ids: list[str],
    thread: str | None,
    variables: Variables,
    words: Iterable[str],
) -> Claim:
    row = with_offsets(place, row, thread)
    check_cells(place, row, ids)
    if row["used"] != TO_CODE:
        check_use(place, row, variables, words)
    cells: dict[str, Any] = dict(row)
    cells |= {column: int(row[column]) for column in NUMBERS}
    cells |= {column: tuple(row[column].split()) for column in LISTS}
    weight = float(row["weight"] or "1")
    return Claim(**cells | {"implied": row["implied"] == "yes", "weight": weight})


def check_rows(path: Path) -> None:
    """Raise the problems of claims.csv that do not depend on the variables and words."""
    rows = read_rows(path, COLUMNS, "id", optional=OPTIONAL)
    ids, thread = [row["id"] for _, row in rows], read_thread(path.parent)
    each(_check_row, [(place, row, ids, thread) for place, row in rows])
    check_answers(rows)


def _check_row(place: Place, row: Row, ids: list[str], thread: str | None) -> None:
    check_cells(place, with_offsets(place, row, thread), ids)


def check_cells(place: Place, row: Row, ids: Iterable[str]) -> None:
    """Raise a problem for a cell that is not allowed or contradicts another cell of the row.

    If `used` is "todo", only the reply and the offsets are checked.
    """
    if row["used"] == TO_CODE:
        ROW_TO_CODE.check(place, row)
        _check_span(place, row)
        return
    CLAIM.check(place, row)
    for column in ("chain", "agrees", "conflicts"):
        place.require_known(f"claim in {column}", row[column].split(), ids)
    _check_span(place, row)
    used = row["used"]
    if row["words"] not in row["quote"]:
        found = f"words {row['words']!r} do not stand in its quote {row['quote']!r}"
        raise place.problem(f"{found}; copy them from the quote.", "words")
    if used == "no" and not row["note"]:
        raise place.problem("reaches no number (used is 'no'), so its note must say why.", "note")
    if row["kind"] == "off-topic" and used != "no":
        allowed = "what is off the subject is used as 'no'"
        raise place.problem(f"is off-topic and used as {used!r}; {allowed}.", "used")
    if used in ("link", "profile", "share") and row["direction"] != "raises":
        found = f"used as {used!r} with the direction {row['direction']!r}"
        allowed = "a link can only raise; turn cause and effect round, or use it as 'no'"
        raise place.problem(f"{found}; {allowed}.", "direction")


def _check_span(place: Place, row: Row) -> None:
    start, end, length = int(row["start"]), int(row["end"]), len(row["quote"])
    if not row["quote"] or end - start != length:
        span = f"start {start} and end {end} are {end - start} characters apart"
        allowed = "they must agree, and be more than none"
        raise place.problem(f"{span}, its quote has {length}; {allowed}.", "start")


def check_answers(rows: Iterable[tuple[Place, Row]]) -> None:
    """Raise a problem if the numbers of the replies have a gap, at the first row after the gap."""
    first = {int(row["answer"]): place for place, row in reversed(list(rows))}
    for answer in sorted(first):
        if answer > 1 and answer - 1 not in first:
            found = f"answer is {answer}, but no row is of answer {answer - 1}"
            allowed = "count without a gap, a row used as 'no' will do for one"
            raise first[answer].problem(f"{found}; {allowed}.", "answer")


def check_use(place: Place, row: Row, variables: Variables, words: Iterable[str]) -> None:
    """Raise a problem for an unknown name, or if `used` does not fit the other cells."""
    names = [row["cause"], row["effect"], *row["than"].split()]
    place.require_known("variable", filter(None, names), variables)
    place.require_known("reading (a word of words.csv)", filter(None, [row["reading"]]), words)
    for column in NEEDED.get(row["used"], ()):
        if not row[column]:
            found = f"used as {row['used']!r}, so its column {column!r} must be filled in"
            raise place.problem(f"{found}.", column)
    if row["used"] in ("link", "profile"):
        _check_link(place, row, variables)
    if row["used"] == "share":
        _check_share(place, row, variables)
    if row["used"] == "order":
        _check_order(place, row, variables)


def _check_link(place: Place, row: Row, variables: Variables) -> None:
    effect = variables[row["effect"]]
    if row["cause"] not in effect.parents:
        allowed = f"parents of {effect.name}: {', '.join(effect.parents) or 'none'}"
        raise place.problem(f"no link {row['cause']} → {effect.name}; {allowed}.", "cause")
    if isinstance(effect, Trait) != (row["used"] == "profile"):
        allowed = "claims about a trait are used as 'profile', all other links as 'link'"
        raise place.problem(f"{allowed}.", "used", row["used"])
    if isinstance(effect, Trait):
        place.require_known(f"state of {effect.name}", [row["state"]], effect.order[1:])


def _check_share(place: Place, row: Row, variables: Variables) -> None:
    cause, outcome = variables[row["cause"]], variables.outcome.name
    if getattr(cause, "share", None) is None or row["effect"] != outcome:
        allowed = f"a share is of {outcome}, and of a mechanism that has a share in variables.toml"
        found = f"used as 'share' from {cause.name} to {row['effect']}"
        raise place.problem(f"{found}; {allowed}.", "used", row["used"])


def _check_order(place: Place, row: Row, variables: Variables) -> None:
    for name in (row["cause"], *row["than"].split()):
        if not isinstance(variables[name], Factor | Mechanism):
            layer = type(variables[name]).__name__.lower()
            allowed = f"only a {' or '.join(CAUSES)} is a cause"
            raise place.problem(f"puts {name!r} in an order, a {layer}; {allowed}.", "than")


def check_quotes(claims: Iterable[Claim], text: str) -> None:
    """Raise a problem for each claim whose quote is not `text[start:end]` of the thread."""
    each(_check_quote, [(claim, text) for claim in claims])


def _check_quote(claim: Claim, text: str) -> None:
    found = text[claim.start : claim.end]
    if found != claim.quote:
        span = f"at {claim.start} to {claim.end} the thread reads {found!r}"
        raise Place(CLAIMS, claim.id).problem(f"{span}, not {claim.quote!r}.", "quote", found)
