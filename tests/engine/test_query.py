"""Queries, what they override, and how their batches are split."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from lumbayes.engine import circuit as circuits
from lumbayes.engine import solve as solving
from lumbayes.engine.circuit import CONSTANTS, MINUS, ONE, compile_circuit
from lumbayes.engine.junction_tree import Table
from lumbayes.engine.kernels import sweep
from lumbayes.engine.query import Query
from lumbayes.engine.solve import marginals, probability, run_in_blocks

INPUTS = np.array([[1.0], [2.0], [3.0], [4.0]])


def effective(query):
    return query.inputs_at(np.arange(len(query.inputs))).tolist()


def test_overrides_replace_rows_and_widen_the_batch():
    query = Query.from_overrides(INPUTS, {3: np.array([7.0, 8.0]), 1: 5.0})
    assert query.batch_size == 2
    assert effective(query) == [[1, 1], [5, 5], [3, 3], [7, 8]]
    assert query.inputs_at(np.array([3, 0])).tolist() == [[7, 8], [1, 1]]
    assert Query.from_overrides(INPUTS, {}).batch_size == Query(INPUTS).batch_size == 1
    assert Query.from_overrides(np.tile(INPUTS, 3), {0: 9.0}).batch_size == 3


@pytest.mark.parametrize("later", [{1: 6.0}, {1: np.array([6.0, 6.0])}])
def test_later_overrides_take_precedence(later):
    query = Query.from_overrides(INPUTS, {3: np.array([7.0, 8.0]), 1: 5.0}).override(later)
    assert effective(query) == [[1, 1], [6, 6], [3, 3], [7, 8]]
    both = Query.from_overrides(INPUTS, {1: 5.0}).override({2: np.array([0.5, 0.25])})
    assert effective(both) == [[1, 1], [5, 5], [0.5, 0.25], [4, 4]]


def test_another_circuit_copies_overrides_too_and_does_not_mix_up_inputs():
    source = np.array([3, 0, 0, 1, 2])
    draws = [INPUTS * scale for scale in np.linspace(1, 2, 9)[:, None, None] * np.ones(5)]
    for inputs in (INPUTS, *draws):
        copied = Query.from_overrides(inputs, {0: 9.0, 2: 8.0}).copied_to(source)
        assert copied.batch_size == inputs.shape[1]
        expected = np.stack([inputs[3], 0 * inputs[0] + 9, 0 * inputs[0] + 9, inputs[1]])
        assert_array_equal(copied.inputs_at(np.arange(4)), expected)
        assert_array_equal(copied.inputs_at(np.array([4])), 0 * inputs[:1] + 8)
        again = copied.override({3: 7.0}).copied_to(np.array([4, 3, 0]))
        assert_array_equal(
            again.inputs_in(np.array([0, 0])),
            [[8.0, 8.0], [7.0, 7.0], [inputs[3, 0], inputs[3, 0]]],
        )


def test_a_batch_of_many_chunks_is_each_column_alone():
    """More columns than numpy evaluates at once, and than a block of the kernel holds."""
    circuit = compile_circuit([Table(("a",), np.array([3, 4])), Table(("a",), np.array([5, 3]))], 6)
    columns = np.arange(1.0, 2 * solving.NUMPY_COLUMNS + 2)
    inputs = np.concatenate([np.tile(CONSTANTS, len(columns)), [columns, columns + 1, columns + 2]])
    weights, wrt = np.array([[1.0, 10.0]]), np.array([4, 5])
    results = [solving._solve_by_numpy(circuit, Query(inputs), weights, wrt)]
    results.append(solving._solve_by_kernel(sweep, circuit, Query(inputs), weights, wrt))
    for result in results:
        assert_array_equal(result.outputs, [columns * (columns + 2), (columns + 1) * columns])
        assert_array_equal(result.derivatives, [[10 * columns, columns]])
        assert_array_equal(result.probability, columns * (2 * columns + 3))


@pytest.mark.parametrize("n_workers", [1, 2, 3])
@pytest.mark.parametrize("batch_size", [1, 99, 100, 101, 1201])
def test_blocks_cover_every_column_once_and_begin_at_whole_blocks(
    n_workers, batch_size, monkeypatch
):
    monkeypatch.setattr(solving, "N_WORKERS", n_workers)
    ranges = run_in_blocks(lambda first, last: (first, min(last, batch_size)), batch_size, 100)
    columns = [column for first, last in ranges for column in range(first, last)]
    assert columns == [*range(batch_size)]
    assert all(first % 100 == 0 for first, _ in ranges)
    is_shared = -(-batch_size // 100) >= n_workers * solving.BLOCKS_PER_WORKER
    assert len(ranges) == (n_workers if is_shared else 1)


def test_a_large_batch_waits_for_the_kernel_and_a_small_one_for_nothing(monkeypatch):
    started = []

    class Thread:
        def __init__(self, target, name):
            self.target = target

        def start(self):
            started.append("start")

        def join(self):
            started.append("join")
            solving._kernel_is_ready.set()

    monkeypatch.setattr(solving, "_kernel_is_ready", solving.threading.Event())
    monkeypatch.setattr(solving, "_import_threads", [])
    monkeypatch.setattr(solving.threading, "Thread", Thread)
    assert solving.kernel_for(solving.KERNEL_MIN_BATCH - 1) is None and started == []
    assert solving.kernel_for(solving.KERNEL_MIN_BATCH) is None and started == ["start"]
    assert solving.kernel_for(solving.KERNEL_WAIT_BATCH - 1) is None and started == ["start"]
    assert solving.kernel_for(solving.KERNEL_WAIT_BATCH) is sweep and started == ["start", "join"]
    assert solving.kernel_for(1) is sweep


def test_the_kernel_repeats_the_constants_of_the_circuit():
    names = ["SUM", "SCALED", "TINY", "HUGE"]
    assert [getattr(sweep, n) for n in names] == [getattr(circuits, n) for n in names]


@pytest.mark.parametrize("size", [1.0, 1e-9])
def test_what_cancels_is_impossible_and_a_rare_case_is_not(size):
    """P(v = k) is a difference of P(v <= k), and the inputs are taken as they are."""
    third = size / 3
    above = np.nextafter(third, 1)
    tables = [Table(("v", "h"), np.array([[3, 4]])), Table(("h",), np.array([ONE, MINUS]))]
    difference = compile_circuit(tables, 5, "v")
    equal = Query(np.concatenate([CONSTANTS, [[third], [third]]]))
    assert probability(difference, equal).tolist() == [0.0]
    apart = Query(np.concatenate([np.tile(CONSTANTS, 2), [[above, 0.5], [third, 0.25]]]))
    assert probability(difference, apart) == pytest.approx([above - third, 0.25], rel=1e-12)
    rare = Query(np.concatenate([CONSTANTS, [[third * 1e-200], [0.0]]]))
    assert probability(difference, rare) == pytest.approx([third * 1e-200], rel=1e-12)


@pytest.mark.parametrize("left", [1e-30 / 3, 1e-55 / 3, 1e-70, 1e-300])
def test_what_sixty_digits_do_not_tell_from_nothing_more_digits_do(left):
    """1 + left - 1; of 60 digits there must be 20 left, of 400 any number."""
    tables = [
        Table(("v", "h"), np.array([[ONE, 3, ONE]])),
        Table(("h",), np.array([ONE, ONE, MINUS])),
    ]
    query = Query(np.concatenate([CONSTANTS, [[left]]]))
    found = probability(compile_circuit(tables, 4, "v"), query)
    assert found == pytest.approx([left], rel=1e-12, abs=0)


def test_a_column_that_rounding_spoils_is_found_beside_many_that_it_nearly_does():
    """a · b - c: every third column of these and the rarest are looked at first."""
    tables = [
        Table(("v", "h"), np.array([[3, 5]])),
        Table(("h",), np.array([4, ONE])),
        Table(("h",), np.array([ONE, MINUS])),
    ]
    columns = np.tile([[1e-3 / 3], [3.0], [1e-3 * (1 - 7e-7)]], 3 * solving.LOOKED_AT)
    columns[:, 1] = 1 / 3, 3.0, 1 - 2e-8
    query = Query(np.concatenate([np.tile(CONSTANTS, columns.shape[1]), columns]))
    exact = [float(Fraction(a) * Fraction(b) - Fraction(c)) for a, b, c in columns.T.tolist()]
    assert np.argmin(exact) != 1
    found = probability(compile_circuit(tables, 6, "v"), query)
    assert found == pytest.approx(exact, rel=query.accuracy, abs=0)


def test_marginals_of_impossible_evidence_are_nan_and_never_negative():
    circuit = compile_circuit([Table(("a",), np.array([3, 4])), Table(("a",), np.array([5, 6]))], 7)
    likelihoods = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    inputs = np.concatenate([np.tile(CONSTANTS, 3), [[0.25] * 3, [0.75] * 3], likelihoods])
    table = marginals(circuit, Query(inputs), {"a": [5, 6]})["a"]
    assert_array_equal(table, [[np.nan, 0.25, 1.0], [np.nan, 0.75, 0.0]])
    inputs[3] = -1e-18  # what rounding can leave of a difference
    assert_array_equal(marginals(circuit, Query(inputs), {"a": [5, 6]})["a"][:, 1], [0.0, 1.0])
