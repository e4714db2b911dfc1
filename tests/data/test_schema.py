"""The kinds of values in the files of priors: what each takes, at its limits and beyond."""

import math

import pytest

from lumbayes.data.claims_file import WEIGHT
from lumbayes.data.doses_file import DOSE, NODES
from lumbayes.data.page_file import RANGE
from lumbayes.data.redflags_file import BRACKET, BRACKETS, LIST, PHONE
from lumbayes.data.schema import (
    FILLED_TABLE,
    NAMES,
    NUMBER,
    POSITIVE,
    POSITIVE_CELL,
    PROBABILITY_CELL,
    RATIO,
    SHARE,
    TABLE,
    TEXT,
    TRUTH,
    TWO_COUNTS,
    WHOLE,
    WHOLE_CELL,
    one_of,
)
from lumbayes.data.thread import CLAIM_IDS, FARTHEST, FASTEST, RECORDED, SPORTS
from lumbayes.data.traits_file import POWER

HUGE = 10**400  # a whole number that no float holds
LEAST = 5e-324
NO_NUMBERS = ["1", True, [1], {}, math.nan, math.inf, -math.inf, HUGE, -HUGE]

# By name of a kind: the kind, values that it takes, and values that it does not.
KINDS = {
    "number": (NUMBER, [0, -1, 1.5], NO_NUMBERS),
    "positive": (POSITIVE, [1, LEAST], [*NO_NUMBERS, 0, -1]),
    "share": (SHARE, [0, 0.5, math.nextafter(1, 0)], [*NO_NUMBERS, 1, -LEAST]),
    "ratio": (RATIO, [2, math.nextafter(1, 2)], [*NO_NUMBERS, 1, 0]),
    "doubt": (DOSE.kinds["shape_doubt"], [0, 2], [*NO_NUMBERS, -LEAST]),
    "power": (POWER, [1, LEAST], [*NO_NUMBERS, 0, math.nextafter(1, 2)]),
    "distance": (
        RECORDED.kinds["farthest"],
        [FARTHEST, LEAST],
        [*NO_NUMBERS, 0, FARTHEST + 1],
    ),
    "speed": (RECORDED.kinds["fastest"], [FASTEST, LEAST], [*NO_NUMBERS, 0, FASTEST + 1]),
    "whole": (WHOLE, [0, -1, HUGE], [True, 1.0, "1", []]),
    "truth": (TRUTH, [True, False], [0, 1, "true"]),
    "text": (TEXT, ["a"], ["", " \n", 1, ["a"]]),
    "names": (NAMES, [[], ["a", "b"]], ["ab", {"a": 1}, [""], [1], ["a", "a"], [["a"]]]),
    "two counts": (
        TWO_COUNTS,
        [[1, 2.5]],
        ["12", {}, [], [1], [1, 2, 3], [1, 0], [0, 1], [1, "2"], [1, HUGE]],
    ),
    "table": (TABLE, [{}, {"a": 1}], [[], "a", 0]),
    "filled table": (FILLED_TABLE, [{"a": 1}], [{}, [1], "a", 0]),
    "choice": (one_of("a", "b"), ["a", "b"], ["c", "ab", ["a"], {}, 1]),
    "nodes": (
        NODES,
        [[], [[0, 1], [2.5, -1]]],
        ["a", {}, [1, 2], ["ab"], [[1]], [[1, 2, 3]], [[1, "2"]], [[1, 2], [True, 2]]],
    ),
    "range": (RANGE, [[0, 1], [-0.5, 2]], ["01", {}, [], [1], [1, 2, 3], [1, "2"], [1, HUGE]]),
    "claim ids": (CLAIM_IDS, [["Q-01"]], ["Q-01", {}, [], [1], ["Q-01", 1]]),
    "sports": (
        SPORTS,
        [["run"], ["run", "trail run"]],
        ["run", {}, [], [1], ["-"], ["run", ""], ["Trail run", "trail-run"]],
    ),
    "list": (LIST, [[], ["a", "b"]], ["a", {}, [""], ["a", "a"]]),
    "bracket": (BRACKET, [["a"], ["a", "b"]], [[], "a", {}, ["a", "a"], [["a"]]]),
    "brackets": (BRACKETS, [[["a"]], [["a"], ["b", "c"]]], [[], "a", {}, [[]], ["a"], [["a"], []]]),
    "phone": (PHONE, ["112", "+49112"], [112, "", "+", "1-1", "++1", "1+", "١١٢"]),
    "weight": (WEIGHT, ["", "1", "0.5"], ["0", "-1", "1.0000001", "one", "nan", "inf"]),
    "whole cell": (WHOLE_CELL, ["0", "12"], ["", "-1", "1.0", "one"]),
    "positive cell": (POSITIVE_CELL, ["1", "5e-324"], ["", "0", "-1", "inf", "nan", "one"]),
    "probability cell": (
        PROBABILITY_CELL,
        ["0.5", "5e-324", "0.9999999999999999"],
        ["", "0", "1", "-0.5", "2", "nan", "half"],
    ),
}


@pytest.mark.parametrize(("kind", "taken", "refused"), KINDS.values(), ids=KINDS)
def test_a_kind_takes_what_its_words_say_and_nothing_else(kind, taken, refused):
    assert [value for value in taken if not kind.fits(value)] == []
    assert [value for value in refused if kind.fits(value)] == []
