"""What an argument may be: at its limits and beyond, by its type and by its value."""

import math
from collections import deque
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared import loaded

from lumbayes.activities import run_findings
from lumbayes.data import arguments
from lumbayes.data.argument_kinds import MAX_SHOWN, Argument, described, row_with, table_with
from lumbayes.data.arguments import ARGUMENTS
from lumbayes.priors import Opinion
from lumbayes.priors.prior import Prior

BELOW_1, HUGE = math.nextafter(1, 0), 10**400  # the second is a number that no float holds
LEAST = 5e-324
TEXTS = ("a", b"a", None)
PRIOR = loaded().priors["hills"]
CLAIM = loaded().priors.claims[0]
WORD = loaded().priors.words["can"]
NODE = ("back_pain", [0, 1])


def three(done, total, name):
    """What can be called with the progress of a long job."""


# By name of an argument in lumbayes.data.arguments: what it takes, what is of another type, and
# what is of its type and does not fit.
CASES = {
    "FLAG": ([True, False], [0, 1, "True", None], []),
    "FILLED_TEXT": (["a"], [1, None], [""]),
    "COUNT": ([1, HUGE, np.int64(1)], [True, 1.0, *TEXTS], [0, -1]),
    "COUNT_OR_ZERO": ([0, 1], [False, 0.0, *TEXTS], [-1]),
    "GRID": ([2], [True, 2.0, *TEXTS], [1]),
    "NUMBER": ([0, -1.5, Fraction(1, 3), np.float64(1)], [True, *TEXTS], []),
    "POSITIVE": ([LEAST, 1, Fraction(1, 3)], [True, *TEXTS], [0, -1, math.nan, math.inf, HUGE]),
    "SHARE": ([0, 1, 0.5], [True, *TEXTS], [-LEAST, math.nextafter(1, 2), math.nan]),
    "BELOW_1": ([0, BELOW_1], [False, *TEXTS], [-LEAST, 1, math.nan]),
    "INSIDE": ([LEAST, BELOW_1], [True, *TEXTS], [0, 1, math.nan]),
    "INTERVAL": ([LEAST, BELOW_1], [True, *TEXTS], [0, 1, math.nan]),
    "SEPARATOR": (["", ";"], [1, None], [";;"]),
    "PATH": (["a", Path("a")], [1, b"a", None], ["", ".", Path()]),
    "NUMBERS": ([[], (0, 1.5)], ["12", {1: 2}, {1}, np.ones(2), None], [["1"], [True], [None]]),
    "WEIGHTS": (
        [[1], (0, 0.5), np.ones(2), [LEAST]],
        [1, {1: 2}, None],
        [[], [0, 0], [1, -LEAST], ["1"], [True], "12", "", b"12"],
    ),
    "NAMES": ([[], ["a"], ("a", "b"), {"a"}], [{"a": 1}, None, 1], ["ab", b"ab", [1], ["a", 1]]),
    "NAMES_OF_ANY": ([[], {"a": 1}, {"a"}], [None, 1], ["ab", b"ab", ["a", 1]]),
    "NODES": ([[], {"a"}, {"a": "no"}], ["ab", None, 1], [[1], ["a", 1]]),
    "STATES": ([{}, {"a": "yes"}], [["a"], None], [{1: "yes"}]),
    "NODE_WEIGHTS": (
        [[], [NODE]],
        ["ab", {"a": 1}, None],
        [["ab"], [("a",)], [("a", 1, 2)], [(1, [0, 1])], [["a", 1]]],
    ),
    "EVIDENCE": (
        [[], [[]], [[NODE], (NODE, NODE)]],
        ["ab", None],
        [["ab"], [{"a": 1}], [[NODE], [("a",)]], [[1]]],
    ),
    "CLAIMS": ([[], [CLAIM]], ["ab", {"a": CLAIM}, None], [[1], [CLAIM, "A1-11"]]),
    "KEY": (
        ["a", ("a", "b")],
        [1, None, ["a", "b"]],
        ["", (), ("a",), ("a", "b", "c"), ("a", 1), (1, "b")],
    ),
    "KEYS": ([[], ["a", ("a", "b")]], ["ab", {"a": 1}, None], [[""], ["a", 1], [("a",)], [None]]),
    "PRIORS_BY_KEY": (
        [{}, {"hills": PRIOR, ("a", "b"): PRIOR}],
        [[PRIOR], None],
        [{"hills": 1}, {1: PRIOR}, {"": PRIOR}, {("a",): PRIOR}],
    ),
    "WORDS": ([{}, {"can": WORD}], [[WORD], None], [{"can": 1}, {"can": WORD, "may": None}]),
    "OPINIONS": ([[Opinion(0.5, 0.01)]], [None, 1], [[], [1], [Opinion(0.5, 0.01), 0.5], "a"]),
    "SHARES": ([pd.Series({"a": 1.0})], [[1.0], None], [pd.Series(dtype=float)]),
    "RUN_LABEL": ([0, "a", None, (1, 2)], [[0], {}], []),
    "RUN_FILES": (
        ["a.gpx", Path("a"), b"", ("a", b""), ["a.gpx", ("b", bytearray())], [], {"a"}],
        [],
        ["", 1, None, ("a", 1), (1, b""), ["a", 1], {"a": b""}, [["a"], [""]]],
    ),
    "PROGRESS": ([three, None, lambda *done: None], [], [len, 1, "a", lambda done: None]),
    "PRIORS": (["thread", Path("a")], [1, None, b"a"], []),
    "RATE": ([None, "any_run", 0.5, 2], [], [b"a", [0.5], {}]),
    "CASE_OR_PRIORS": ([loaded(), "thread", Path("a")], [], [None, 1, PRIOR]),
    "PRIORS_OR_FITTED": (["thread", Path("a")], [], [None, 1, loaded()]),
    "PARTITIONED": ([], [], [None, pd.DataFrame()]),
}


def error_of(argument: Argument, value: object) -> type[Exception] | None:
    """The type of the error that a value is refused with, None if it is taken."""
    try:
        argument.check("f", "x", value)
    except (TypeError, ValueError) as error:
        assert str(error) == f"f: x is {described(value)}; it must be {argument.words}."
        return type(error)
    return None


@pytest.mark.parametrize("name", CASES)
def test_an_argument_is_taken_refused_by_its_type_or_by_its_value(name):
    argument, (taken, other_types, unfit) = getattr(arguments, name), CASES[name]
    assert [value for value in taken if error_of(argument, value)] == []
    assert [value for value in other_types if error_of(argument, value) is not TypeError] == []
    assert [value for value in unfit if error_of(argument, value) is not ValueError] == []


OF_LISTS = {"names": ["a"], "pairs": [NODE], "columns": [[NODE]], "numbers": [1.0]}
ALL = {name: a for name, a in vars(arguments).items() if isinstance(a, Argument)}


@pytest.mark.parametrize("name", [*ALL, *ARGUMENTS])
def test_what_can_be_read_only_once_is_refused_or_left_unread(name):
    argument = ALL.get(name) or ARGUMENTS[name]
    for items in OF_LISTS.values():
        once = iter(items)
        assert error_of(argument, once) or [*once] == items


def test_evidence_that_can_be_read_only_once_is_refused_and_not_left_out():
    with pytest.raises(TypeError, match=r"evidence is a list_iterator; it must be a list"):
        loaded().network.eliminate(iter([NODE]), {})


def test_names_that_can_be_read_only_once_are_refused_and_no_column_is_lost():
    runs = pd.DataFrame({"climb_m_per_km": [1.0], "km_per_week": [1.0]})
    with pytest.raises(TypeError, match=r"names is a .*; it must be a list or mapping"):
        run_findings(runs, iter(runs.columns))


def test_none_and_what_fits_are_taken_where_an_argument_is_optional():
    assert error_of(ARGUMENTS["half_life"], None) is None
    assert error_of(ARGUMENTS["half_life"], 1) is None
    assert error_of(ARGUMENTS["half_life"], 0) is ValueError
    assert error_of(ARGUMENTS["half_life"], True) is TypeError


def test_a_table_and_a_row_have_all_that_is_named_and_may_have_more():
    table, row = table_with("a", "b", of="f"), row_with("a", "b", of="f")
    for names, is_taken in (("a b", True), ("a b c", True), ("a", False), ("c", False)):
        frame = pd.DataFrame([[0] * len(names.split())], columns=names.split())
        assert (error_of(table, frame) is None) == is_taken
        assert (error_of(row, frame.loc[0]) is None) == is_taken


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a" * (MAX_SHOWN - 2), repr("a" * (MAX_SHOWN - 2))),  # with its quotes at the limit
        ("a" * (MAX_SHOWN - 1), "a str"),
        (None, "None"),
        (b"a", "b'a'"),
        (0.5, "0.5"),
        ({"a": 1}, "{'a': 1}"),
        (deque([1]), "a deque"),
        (pd.DataFrame({"a": [1], 2: [1]}), "a DataFrame with the columns a, 2"),
        (pd.DataFrame(), "a DataFrame with the columns none"),
    ],
)
def test_a_message_repeats_a_short_value_and_names_the_type_of_any_other(value, shown):
    assert described(value) == shown


def test_only_an_object_of_the_class_named_is_taken():
    assert error_of(arguments.PRIOR, PRIOR) is None
    assert error_of(arguments.PRIOR, Prior) is ValueError
    assert error_of(arguments.PRIOR, True) is ValueError
