"""Reading page.toml: short names, slider ranges and starting points for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import call
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .files import read_toml
from .schema import (
    FILLED_TABLE,
    NAMES,
    TABLE,
    TEXT,
    Kind,
    Place,
    Schema,
    all_of,
    each,
    is_number,
)

if TYPE_CHECKING:
    from .variables import Variable, Variables


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value))


RANGE = Kind("two numbers, the lower first, as in [0, 120]", _is_range)
FILE = Schema(
    {
        "intro": TEXT,
        "open_traits": NAMES,
        "first_contrast": TEXT,
        "row": TABLE,
        "contrast": TABLE,
        "start": TABLE,
    },
    optional=("intro", "open_traits", "first_contrast", "row", "contrast", "start"),
)
ROW = Schema(
    {
        "name": TEXT,
        "cause": TEXT,
        "sentence": TEXT,
        "first": TEXT,
        "states": FILLED_TABLE,
        "unit": TEXT,
        "shown": RANGE,
    },
    optional=("cause", "sentence", "first", "states", "unit", "shown"),
)
CONTRAST = all_of(TEXT, ("link", "worse_after", "with", "without"))
START = Schema({"label": TEXT, "given": TABLE, "believe": TABLE}, optional=("given", "believe"))


@dataclass(frozen=True)
class Row:
    """How the page shows one variable.

    Attributes
    ----------
    name, cause, sentence : str
        Short names: beside the slider, in the network and lists of causes, and within a sentence.
    first : str
        What to add if the variable comes first in a list of causes.
    states : mapping of str to str
        From state to its short name.
    unit : str
        The unit shown at the slider.
    shown : tuple of float, or None
        The lower and the upper end of the slider; None for the range of the measurement.
    """

    name: str
    cause: str = ""
    sentence: str = ""
    first: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    shown: tuple[float, float] | None = None


@dataclass(frozen=True)
class Start:
    """A starting point that one tap enters: evidence for `Case.given` and `Case.believe`."""

    label: str
    given: Mapping[str, str | float] = field(default_factory=dict)
    believe: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PageWords:
    """The content of page.toml, as `page_words` returns it.

    Attributes
    ----------
    intro : str
        The line below the title.
    open_traits : tuple of str, or None
        The traits to show unfolded; None if the file names none.
    first_contrast : str
        The factor whose contrast is shown first.
    rows : mapping of str to Row
        From variable to how the page shows it.
    contrasts : mapping of str to mapping of str to str
        From factor to the words for its contrast.
    starts : mapping of str to Start
        From id to the evidence that one tap enters.
    """

    intro: str = ""
    open_traits: tuple[str, ...] | None = None
    first_contrast: str = ""
    rows: Mapping[str, Row] = field(default_factory=dict)
    contrasts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    starts: Mapping[str, Start] = field(default_factory=dict)

    def row(self, v: Variable) -> Row:
        """Return how the page shows a variable: its row in the file, or one with its label only."""
        return self.rows.get(v.name) or Row(v.label)


def read_page_words(path: Path, variables: Variables) -> PageWords:
    """Return the content of page.toml, or empty words if there is no such file.

    Parameters
    ----------
    path : Path
        The file.
    variables : Variables
        The variables that the file may name.

    Returns
    -------
    PageWords

    Raises
    ------
    ValueError
        If the file has a mistake. The message has one line per problem.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.data.files import folder
    >>> from lumbayes.data.page_file import read_page_words
    >>> read_page_words(folder() / "page.toml", load().variables).rows["hills"].states["yes"]
    'hilly'
    """
    if not path.is_file():
        return PageWords()
    raw = read_toml(path)
    FILE.check(Place(path), raw)
    tables = {head: raw.get(head, {}) for head in ("row", "contrast", "start")}
    checks: list[tuple[Any, ...]] = [(_check_names, Place(path), raw, variables)]
    for head, check in (
        ("row", _check_row),
        ("contrast", _check_contrast),
        ("start", _check_start),
    ):
        for name, table in tables[head].items():
            checks.append((check, Place(path, f"[{head}.{name}]"), name, table, variables))
    each(call, checks)
    return PageWords(
        raw.get("intro", ""),
        tuple(raw["open_traits"]) if "open_traits" in raw else None,
        raw.get("first_contrast", ""),
        {name: _row(table) for name, table in tables["row"].items()},
        tables["contrast"],
        {name: Start(**table) for name, table in tables["start"].items()},
    )


def _row(table: Mapping[str, Any]) -> Row:
    shown = table.get("shown")
    return Row(**{**table, "shown": tuple(shown) if shown else None})


def _check_names(place: Place, raw: Mapping[str, Any], variables: Variables) -> None:
    place.require_known("trait", raw.get("open_traits", ()), [v.name for v in variables.traits])
    if "first_contrast" in raw:
        place.require_known("contrast", [raw["first_contrast"]], raw.get("contrast", {}))


def _check_row(place: Place, name: str, table: Mapping[str, Any], variables: Variables) -> None:
    ROW.check(place, table)
    place.require_known("variable", [name], variables)
    v = variables[name]
    place.inside("states").require_known("state", table.get("states", {}), v.states)
    shown = table.get("shown")
    if shown and not getattr(v, "numeric", False):
        raise place.problem(f"shown is the range of a slider, and {name} is no number.", "shown")
    if shown and not v.low <= shown[0] < v.cut < shown[1] <= v.high:  # type: ignore[attr-defined]
        limits = f"from {v.low:g} to {v.high:g}, with {v.cut:g} inside"  # type: ignore[attr-defined]
        raise place.problem(f"shown is {shown}; it must lie {limits}.", "shown")


def _check_contrast(
    place: Place, name: str, table: Mapping[str, Any], variables: Variables
) -> None:
    CONTRAST.check(place, table)
    place.require_known("factor", [name], [v.name for v in variables.factors])


def _check_start(place: Place, _: str, table: Mapping[str, Any], variables: Variables) -> None:
    START.check(place, table)
    for part in ("given", "believe"):
        place.inside(part).require_known("variable", table.get(part, {}), variables)
