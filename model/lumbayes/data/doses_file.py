"""Reading doses.toml: how strongly a factor acts at each value of what a home test reads.

The file is optional. It makes factors graded: a reading then gives the dose at which the factor's
link acts, and not only whether the factor is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from .doses import FULL, Dose
from .files import read_toml
from .schema import (
    NUMBER,
    POSITIVE,
    TABLE,
    TEXT,
    Kind,
    Place,
    Schema,
    all_of,
    each,
    is_number,
    one_of,
)
from .variables import Factor, Measurement, Variables

DOSES = "doses.toml"
LEAST_NODES = 2

Table = Mapping[str, Any]


def _are_nodes(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(node, list) and len(node) == 2 and all(map(is_number, node)) for node in value
    )


NODES = Kind("a list of pairs [value, strength]", _are_nodes)
DOSE = Schema(
    {
        "reads": TEXT,
        "centre": NUMBER,
        "spread": POSITIVE,
        "nodes": NODES,
        "shape_doubt": Kind("a number, 0 or more", lambda value: is_number(value) and value >= 0),
        "basis": one_of("judgement", "published"),
        "source": TEXT,
        "why": TEXT,
    },
    optional=("centre", "spread", "source"),
)


def read_doses(path: Path, variables: Variables) -> Variables:
    """Return the variables with the doses of doses.toml; raise the problems of all its tables.

    Parameters
    ----------
    path : Path
        The file. If there is none, the variables are returned as they are.
    variables : Variables
        The variables of the same folder.

    Raises
    ------
    ValueError
        If the file has a mistake. The message has one line per problem.

    Examples
    --------
    >>> from lumbayes.data.doses_file import read_doses
    >>> from lumbayes.data.files import folder
    >>> from lumbayes.data.traits_file import read_folder
    >>> graded = read_doses(folder() / "doses.toml", read_folder(folder()))
    >>> graded["climb_m_per_km"].dose.nodes[3]
    (20, 1.0)
    """
    if not path.is_file():
        return variables
    raw = read_toml(path)
    Place(path).require_known("table", raw, ["dose"])
    tables = raw.get("dose", {})
    all_of(TABLE, tables).check(Place(path, "[dose]"), tables)
    heads = [
        (Place(path, f"[dose.{name}]"), name, table, variables) for name, table in tables.items()
    ]
    tests = each(_graded_test, heads)
    graded = {test.name: test for test in tests}
    return variables.with_variables(graded.get(v.name, v) for v in variables.values())


def _graded_test(place: Place, name: str, table: Table, variables: Variables) -> Measurement:
    """Return the test that a table is about, with its dose and its population."""
    DOSE.check(place, table)
    if table["basis"] == "published" and "source" not in table:
        raise place.problem("a published shape needs its source.", "source")
    _check_factor(place, name, variables)
    tests = {v.name: v for v in variables.measurements if v.numeric and v.reads == name}
    place.require_known(f"test of {name} that gives a number", [table["reads"]], tests)
    test = tests[table["reads"]]
    nodes = tuple((x, float(strength)) for x, strength in table["nodes"])
    _check_nodes(place, nodes, test)
    dose = Dose(nodes, table["shape_doubt"], table["basis"], table["why"], table.get("source", ""))
    population = {key: table[key] for key in ("centre", "spread") if key in table}
    if not test.low <= population.get("centre", test.centre) <= test.high:
        allowed = f"it must lie in the range of {test.name}, {test.low:g} to {test.high:g}"
        raise place.problem(f"centre is {population['centre']}; {allowed}.", "centre")
    return replace(test, dose=dose, **population)


def _check_factor(place: Place, name: str, variables: Variables) -> None:
    """Raise where a factor has a parent, or not one link, to what comes with a run."""
    place.require_known("factor", [name], [v.name for v in variables.factors])
    effects = [variables[effect] for effect in variables.effects(name)]
    if variables[name].parents or len(effects) != 1:
        found = f"it has {len(variables[name].parents)} parents and {len(effects)} links"
        raise place.problem(f"{found}; a graded factor has no parent and one link.", name)
    if isinstance(effects[0], Factor) or getattr(effects[0], "still", False):
        allowed = "a dose acts in each run, so take a factor of what comes with a run"
        raise place.problem(f"its link is to {effects[0].name}, the same in all; {allowed}.", name)


def _check_nodes(place: Place, nodes: tuple[tuple[float, float], ...], test: Measurement) -> None:
    """Raise unless the nodes are in order, in range, one way, and pass through 1."""
    values, strengths = zip(*nodes, strict=True) if len(nodes) >= LEAST_NODES else ((), ())
    if not values or list(values) != sorted(values):
        allowed = f"{LEAST_NODES} or more, in rising order of the value"
        raise place.problem(f"nodes are {[*values] or nodes}; there must be {allowed}.", "nodes")
    if values[0] < test.low or values[-1] > test.high:
        allowed = f"they must lie in the range of {test.name}, {test.low:g} to {test.high:g}"
        raise place.problem(f"nodes go from {values[0]:g} to {values[-1]:g}; {allowed}.", "nodes")
    rises = test.side == "above"
    is_one_way = all(a <= b if rises else a >= b for a, b in pairwise(strengths))
    if not is_one_way or min(strengths) < 0:
        way = "rise" if rises else "fall"
        allowed = f"of a factor {test.side} its cut they {way} or stay, from 0 up"
        raise place.problem(f"strengths are {list(strengths)}; {allowed}.", "nodes")
    if FULL not in strengths:
        allowed = "one must be 1, where the factor begins to count as there"
        raise place.problem(f"strengths are {list(strengths)}; {allowed}.", "nodes")
