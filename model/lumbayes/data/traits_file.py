"""Reading traits.toml: how the pain of each cause feels, and how age bears on the causes.

The file is optional. It adds measurements and traits that follow the dominant cause. It also names
the traits of variables.toml that follow the dominant cause if the file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arrows import check_together
from .files import read_toml
from .schema import (
    NAMES,
    POSITIVE,
    SHARE,
    TABLE,
    TEXT,
    Kind,
    Place,
    Schema,
    all_of,
    each,
    is_number,
    raise_all,
)
from .variables import Outcome, StatedEstimate, Trait, Variable, Variables
from .variables_file import read_variables, variable_of_table

if TYPE_CHECKING:
    from .coding import Coding

TRAITS = "traits.toml"
NO_CAUSE = "none"  # the row of a pain that nothing on the list explains
LEAST_STATES = 3  # no pain, and at least two ways to describe one
TOLERANCE = 1e-9  # of the sum of a row

Table = Mapping[str, Any]

POWER = Kind("a number above 0, up to 1", lambda value: is_number(value) and 0 < value <= 1)
TEMPERING = Schema({"power": POWER, "why": TEXT})
FOLLOWS = Schema({"cause": NAMES, "why": TEXT})
TRAIT = Schema(
    {
        **dict.fromkeys(("label", "question", "source", "why"), TEXT),
        **dict.fromkeys(("states", "published"), NAMES),
        **dict.fromkeys(("answers", "weights", "rows"), TABLE),
        "seconds": POSITIVE,
    },
    optional=("seconds", "source", "published"),
)


def read_folder(folder: Path, traits: bool = True, coding: Coding | None = None) -> Variables:
    """Return the variables of a folder: of variables.toml and, if there is one, of traits.toml.

    Parameters
    ----------
    folder : Path
        The folder.
    traits : bool, default True
        Whether traits.toml is read.
    coding : Coding, optional
        Another interpretation of variables.toml.

    Raises
    ------
    ValueError
        If a file has a mistake. The message has one line per problem.

    Examples
    --------
    >>> from lumbayes.data.files import folder
    >>> from lumbayes.data.traits_file import read_folder
    >>> [len(read_folder(folder(), traits).traits) for traits in (False, True)]
    [3, 11]
    """
    variables = read_variables(folder / "variables.toml", coding)
    path = folder / TRAITS
    return with_traits(variables, path) if traits and path.is_file() else variables


def with_traits(variables: Variables, path: Path) -> Variables:
    """Return the variables with those of traits.toml; raise the problems of all its tables."""
    raw = read_toml(path)
    Place(path).require_known("table", raw, ("tempering", "follows", "trait", "measurement"))
    each(all_of(TABLE, raw).check, [(Place(path), raw)])
    tempering = raw.get("tempering", {"power": 1.0, "why": "not tempered"})
    TEMPERING.check(Place(path, "[tempering]"), tempering)
    follows = raw.get("follows", {"cause": [], "why": "none"})
    _check_follows(Place(path, "[follows]"), follows, variables)
    outcome, power = variables.outcome, tempering["power"]
    heads = [
        (Place(path, f"[trait.{name}]"), name, table, outcome, power)
        for name, table in raw.get("trait", {}).items()
    ]
    tests = raw.get("measurement", {})
    added: list[Variable] = [
        *each(_trait, heads),
        *each(variable_of_table, [(path, "measurement", *item) for item in tests.items()]),
    ]
    _check_names(path, raw, variables)
    moved = [_moved(v, outcome) if v.name in follows["cause"] else v for v in variables.values()]
    return variables.with_variables(_in_layers([*moved, *added]))


def _moved(v: Variable, outcome: Outcome) -> Variable:
    """Return a trait as one that follows the cause: each row as its background, before claims."""
    assert isinstance(v, Trait)
    return replace(v, follows="cause", parents=outcome.parents, link={})


def _in_layers(variables: Iterable[Variable]) -> list[Variable]:
    """Return the variables with all traits after one another, new ones last."""
    in_order = list(variables)
    traits = [v for v in in_order if isinstance(v, Trait)]
    first = next((i for i, v in enumerate(in_order) if isinstance(v, Trait)), len(in_order))
    others = [v for v in in_order if not isinstance(v, Trait)]
    return [*others[:first], *traits, *others[first:]]


def _trait(place: Place, name: str, table: Table, outcome: Outcome, power: float) -> Trait:
    TRAIT.check(place, table)
    states, rows, weights = tuple(table["states"]), table["rows"], table["weights"]
    causes = (*outcome.parents, NO_CAUSE)
    if len(states) < LEAST_STATES:
        allowed = f"of a trait that follows the cause there are {LEAST_STATES} or more"
        raise place.problem(f"states is {states}; {allowed}, first the one without pain.", "states")
    all_of(TEXT, states).check(place.inside("answers"), table["answers"])
    place.inside("rows").require_known("cause", rows, causes)
    if NO_CAUSE not in rows:
        needed = f"the row {NO_CAUSE!r}, of a pain that nothing on the list explains, is missing"
        raise place.inside("rows").problem(f"{needed}.", NO_CAUSE, None, causes)
    all_of(POSITIVE, rows, noun="weight").check(place.inside("weights"), weights)
    place.inside("published").require_known("row", table.get("published", ()), rows)
    if table.get("published") and "source" not in table:
        raise place.problem("published rows need their source.", "source")
    each(_check_row, [(place.inside(f"rows.{c}"), row, states[1:]) for c, row in rows.items()])
    estimates = {
        cause: _estimate(table, cause, tempered(row, power), weights[cause])
        for cause, row in rows.items()
    }
    return Trait(
        name=name,
        label=table["label"],
        question=table["question"],
        states=states,
        answers=table["answers"],
        seconds=table.get("seconds", 5),
        parents=outcome.parents,
        background=estimates.pop(NO_CAUSE),
        link=estimates,
        gate=outcome.name,
        follows="cause",
    )


def _check_row(place: Place, row: Any, states: tuple[str, ...]) -> None:
    all_of(SHARE, states, noun="share").check(place, row)
    raise_all(
        place.problem(f"the share of {state!r} is 0; it must be above.", state)
        for state in states
        if not row[state]
    )
    if not isclose(sum(row.values()), 1, abs_tol=TOLERANCE):
        raise place.problem(f"the shares sum to {sum(row.values()):.3f}; they must sum to 1.")


def tempered(row: Mapping[str, float], power: float) -> dict[str, float]:
    """Return shares raised to a power and scaled to sum to 1 again.

    The traits of one pain are not independent, even given the dominant cause. A power below 1
    weakens the evidence of each trait, so that several together do not count for too much.

    Examples
    --------
    >>> from lumbayes.data.traits_file import tempered
    >>> {state: round(share, 2) for state, share in tempered({"a": 0.9, "b": 0.1}, 0.5).items()}
    {'a': 0.75, 'b': 0.25}
    """
    raised = {state: share**power for state, share in row.items()}
    total = sum(raised.values())
    return {state: share / total for state, share in raised.items()}


def _estimate(table: Table, cause: str, row: Mapping[str, float], weight: float) -> StatedEstimate:
    counts = {state: weight * share for state, share in row.items()}
    is_published = cause in table.get("published", ())
    basis, source = ("published", table["source"]) if is_published else ("judgement", "")
    return StatedEstimate(basis, table["why"], counts, source)


def _check_follows(place: Place, table: Table, variables: Variables) -> None:
    FOLLOWS.check(place, table)
    place.inside("cause").require_known("trait", table["cause"], [v.name for v in variables.traits])


def _check_names(path: Path, raw: Table, variables: Variables) -> None:
    """Raise where a name stands twice, or a measurement reads what is not there."""
    layers: dict[str, dict[str, Table]] = {}
    for v in variables.values():
        layers.setdefault(type(v).__name__.lower(), {})[v.name] = {}
    for layer in ("trait", "measurement"):
        known = layers.setdefault(layer, {})
        for name, table in raw.get(layer, {}).items():
            if name in known:
                found = f"{name!r} stands in variables.toml already"
                raise Place(path, f"[{layer}.{name}]").problem(f"{found}; give it another name.")
            known[name] = table if layer == "measurement" else {}
    check_together(path, layers)
