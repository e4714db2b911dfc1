"""The circuit and its compiled loop: equal to sums written out and to each other, at any size,
scale and batch.
"""

import sys
from fractions import Fraction
from functools import cache
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbayes import example, load
from lumbayes.attribution import fired_path_circuit
from lumbayes.engine import solve as solving
from lumbayes.engine.circuit import CONSTANTS, MINUS, ONE, ZERO, backward, compile_circuit, forward
from lumbayes.engine.junction_tree import Table
from lumbayes.engine.query import NO_ROWS, Query, QueryResult
from lumbayes.engine.solve import solve
from lumbayes.inference.causal_paths import CONTRIBUTION_AND_BUT_FOR

EXACT, TWO_STATES = 1e-12, 2
LARGE = 20_000
STEP = 1e-200  # a complex step has no rounding of its own, so it may be as small as this
seeds = st.integers(0, 2**32 - 1)


def drawn(rng, cards, n_inputs=12, tables=6):
    """Tables over at most three variables each that pick any rows of a pool, constants too; all
    variables occur.
    """
    scopes = [(v,) for v in cards]
    scopes += [
        tuple(rng.permutation([*cards])[: rng.integers(1, 4)].tolist()) for _ in range(tables)
    ]
    return [Table(scope, rng.integers(0, n_inputs, [cards[v] for v in scope])) for scope in scopes]


def written_out(tables, inputs, root):
    """The product of all tables summed over every variable but the root: shape (root's states,
    lanes).
    """
    number = {v: i for i, v in enumerate({v for t in tables for v in t.scope})}
    operands = [
        part
        for t in tables
        for part in (inputs[t.rows], [*(number[v] for v in t.scope), len(number)])
    ]
    return np.einsum(*operands, [number[root], len(number)])


def some_pool(rng, batch_size, n_inputs=12):
    """Numbers of both signs, some nought, below the constants."""
    inputs = rng.uniform(-1, 1, (n_inputs, batch_size)) * rng.integers(
        0, 4, (n_inputs, batch_size)
    ).clip(max=1)
    inputs[: len(CONSTANTS)] = CONSTANTS
    return inputs


def close(ours, theirs, relative=EXACT):
    np.testing.assert_allclose(
        ours, theirs, rtol=relative, atol=relative * np.abs(theirs).max(initial=1)
    )


def by_numpy(circuit, question, weights, wanted):
    """One lane's or one batch's answer by the two functions that say what the passes are."""
    buffer, scales = forward(circuit, question.inputs_at(np.arange(circuit.n_inputs)))
    slopes = [backward(circuit, buffer, scales, seed)[wanted] for seed in weights]
    shape = (len(weights), len(wanted), question.batch_size)
    return QueryResult(
        buffer[circuit.output_rows], np.log(scales).sum(axis=0), np.array(slopes).reshape(shape)
    )


def by_loop(circuit, question, weights, wanted):
    """The same by the compiled loop, which answers once a large batch has brought it into
    memory.
    """
    if "lumbayes.engine.kernels.sweep" not in sys.modules:
        solve(
            compile_circuit([Table(("a",), np.array([3]))], 4),
            Query(np.ones((4, LARGE))),
        )
    assert "lumbayes.engine.kernels.sweep" in sys.modules
    return solve(circuit, question, weights, wanted)


both_ways = pytest.mark.parametrize("ask", [by_numpy, by_loop])


@both_ways
@settings(max_examples=60)
@given(seed=seeds)
def test_values_and_slopes_equal_the_sums_written_out(ask, seed):
    rng = np.random.default_rng(seed)
    cards = {v: int(rng.integers(1, 5)) for v in "abcdef"[: rng.integers(1, 7)]}
    tables, inputs = drawn(rng, cards), some_pool(rng, 3)
    root = str(rng.choice([*cards]))
    circuit = compile_circuit(tables, len(inputs), root)
    weights = rng.uniform(-1, 1, (2, cards[root]))
    answer = ask(circuit, Query(inputs), weights, np.arange(len(inputs)))
    close(answer.outputs * np.exp(answer.log_scales), written_out(tables, inputs, root))
    for row in range(len(CONSTANTS), len(inputs)):  # the constants are folded away
        moved = inputs.astype(complex)
        moved[row] += STEP * 1j
        close(
            answer.derivatives[:, row] * np.exp(answer.log_scales),
            weights @ written_out(tables, moved, root).imag / STEP,
        )


@pytest.mark.parametrize(
    "cards", [{"a": 50, "b": 1, "c": 50}, {"a": 1}, {"a": 1, "b": 1}, {"a": 50}]
)
@both_ways
def test_one_state_and_fifty(ask, cards):
    rng = np.random.default_rng(0)
    tables, inputs = drawn(rng, cards, n_inputs=99, tables=3), some_pool(rng, 2, n_inputs=99)
    for root in cards:
        circuit = compile_circuit(tables, len(inputs), root)
        answer = ask(
            circuit, Query(inputs), np.zeros((0, cards[root])), NO_ROWS
        )
        close(answer.outputs * np.exp(answer.log_scales), written_out(tables, inputs, root))


def same_answers(circuit, question, weights, wanted, relative=EXACT):
    here, there = (ask(circuit, question, weights, wanted) for ask in (by_numpy, by_loop))
    for ours, theirs in zip(
        (here.outputs, here.log_scales, here.derivatives), (there.outputs, there.log_scales, there.derivatives)
    ):
        close(ours, theirs, relative)


@pytest.mark.parametrize("batch_size", [1, 63, 64, 65, 200])
@pytest.mark.parametrize(
    ("of_pool", "of_values"), [("one", "all"), ("all", "one"), ("all", "all"), ("all", "none")]
)
def test_the_compiled_loop_says_the_same_as_numpy(batch_size, of_pool, of_values):
    rng = np.random.default_rng(batch_size)
    width = {"one": 1, "all": batch_size}
    rows = np.array([7, 4, 9]) if of_values != "none" else NO_ROWS
    for _ in range(4):
        tables = drawn(rng, {"a": 2, "b": 3, "c": 4, "d": 2, "e": 1})
        values = rng.uniform(-1, 1, (len(rows), width.get(of_values, 1)))
        question = Query(some_pool(rng, width[of_pool]), rows, values)
        circuit = compile_circuit(tables, len(question.inputs), "c")
        same_answers(circuit, question, rng.uniform(-1, 1, (3, 4)), np.array([9, 3, 3, 11, 0]))


@pytest.fixture(scope="module")
def shipped():
    """The case of the thread's own runner, and both circuits with findings and draws of the priors
    in 200 lanes.
    """
    case = load().given(**example().findings).likelihood(hills=3)
    return case, [(case.compiled.circuit, case.query(200)), _ways_question(case)]


def _ways_question(case):
    ways = fired_path_circuit(case)
    return ways.circuit, ways.query(case.query(200))


@pytest.mark.parametrize("which", [0, 1])
def test_the_shipped_circuits_say_the_same_by_both(shipped, which):
    circuit, question = shipped[1][which]
    weights = np.concatenate([np.ones((1, len(circuit.output_rows))), np.eye(len(circuit.output_rows))])
    same_answers(circuit, question, weights, np.arange(circuit.n_inputs))


def test_wanted_rows_may_be_any_slice():
    circuit = compile_circuit([Table(("a",), np.array([3, 4]))], 6, "a")
    question = Query(np.concatenate([CONSTANTS, [[2.0], [5.0], [7.0]]]))
    answer = by_loop(circuit, question, np.ones((1, 2)), np.arange(6)[::-2])
    assert answer.derivatives[0, :, 0].tolist() == [0, 1, 0]


def test_a_row_that_no_table_holds_has_no_slope():
    circuit = compile_circuit([Table(("a",), np.array([3, 4]))], 6, "a")
    inputs = np.concatenate([CONSTANTS, [[2.0], [5.0], [7.0]]])
    for ask in (by_numpy, by_loop):
        answer = ask(
            circuit,
            Query(inputs),
            np.ones((1, 2)),
            np.array([5, 4, ONE, 5]),
        )
        assert answer.derivatives[0, :, 0].tolist() == [0, 1, 0, 0]


# What depends on nothing but the case itself, to the bit: 200 lanes, asked alone, shuffled, by
# other threads.
def bits(answer, batch_size=slice(None)):
    """All numbers of some lanes; two of these are equal when every bit is, but for the sign of
    nought.
    """
    return [
        part[..., batch_size].tolist() for part in (answer.outputs, answer.log_scales, answer.derivatives)
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_no_answer_depends_on_its_place_in_the_batch_to_the_bit(shipped, which):
    circuit, question = shipped[1][which]
    wanted = np.arange(circuit.n_inputs)
    weights = np.ones((1, len(circuit.output_rows)))
    whole = by_loop(circuit, question, weights, wanted)
    order = np.random.default_rng(1).permutation(200)
    shuffled = by_loop(
        circuit, Query(question.inputs[:, order], question.overridden, question.override_values), weights, wanted
    )
    assert bits(shuffled) == bits(whole, order)
    for lane in (0, 63, 64, 130, 199):
        alone = Query(question.inputs[:, [lane]], question.overridden, question.override_values)
        assert bits(by_loop(circuit, alone, weights, wanted)) == bits(whole, [lane])


@pytest.mark.parametrize("which", [0, 1])
def test_it_makes_no_difference_to_the_bit_who_answered(shipped, which):
    circuit, question = shipped[1][which]
    asked = (np.ones((1, len(circuit.output_rows))), np.arange(circuit.n_inputs))
    whole = by_loop(circuit, question, *asked)
    assert bits(by_numpy(circuit, question, *asked)) == bits(whole)
    alone = Query(question.inputs[:, [70]], question.overridden, question.override_values)
    assert bits(by_numpy(circuit, alone, *asked)) == bits(whole, [70])


@pytest.mark.parametrize("workers", [1, 2, 3, 5])
def test_no_answer_depends_on_the_number_of_threads_to_the_bit(shipped, workers, monkeypatch):
    circuit, question = shipped[1][1]
    many = Query(np.tile(question.inputs, 5), question.overridden, question.override_values)
    whole = by_loop(circuit, many, CONTRIBUTION_AND_BUT_FOR, np.arange(circuit.n_inputs))
    monkeypatch.setattr(solving, "N_WORKERS", workers)
    assert bits(by_loop(circuit, many, CONTRIBUTION_AND_BUT_FOR, np.arange(circuit.n_inputs))) == bits(whole)


# Folding: what is the same in all lanes is worked out before, and what is left says the same.
def mostly_steady(rng, sizes, tables=8):
    """A circuit, a question of 20 lanes in which most rows are the same in all, and some rows whose
    slope is wanted.
    """
    cards = {v: int(rng.integers(1, 4)) for v in "abcdef"[: rng.integers(2, 7)]}
    tables, inputs = drawn(rng, cards, n_inputs=40, tables=tables), some_pool(rng, 20, n_inputs=40)
    steady = np.flatnonzero(rng.random(len(inputs)) < 0.6)
    steady = steady[steady >= len(CONSTANTS)]
    inputs[steady] = rng.choice(sizes, (len(steady), 1))
    wanted = rng.choice(np.arange(len(CONSTANTS), len(inputs)), 5, replace=False)
    circuit = compile_circuit(tables, len(inputs), str(rng.choice([*cards])))
    weights = rng.uniform(-1, 1, (2, len(circuit.output_rows)))
    return circuit, Query(inputs), weights, wanted


@settings(max_examples=200)
@given(seed=seeds)
def test_a_folded_circuit_has_the_same_roots_to_the_bit_and_the_same_slopes(seed):
    circuit, question, weights, wanted = mostly_steady(
        np.random.default_rng(seed), [0.0, 0.0, 1.0, 1.0, 0.37, -0.5]
    )
    whole, folded = (ask(circuit, question, weights, wanted) for ask in (by_numpy, by_loop))
    assert (folded.outputs == whole.outputs).all() and (folded.log_scales == whole.log_scales).all()
    close(folded.derivatives, whole.derivatives, 1e-14)


@settings(max_examples=200)
@given(seed=seeds)
def test_a_folded_circuit_may_scale_otherwise_but_means_the_same(seed):
    """Numbers so small that steps are rescaled: roots, logs and slopes belong together, whoever has
    divided by what.
    """
    circuit, question, weights, wanted = mostly_steady(
        np.random.default_rng(seed), [0.0, 1.0, 0.37, 1e-9, -1e-7], 14
    )
    whole, folded = (ask(circuit, question, weights, wanted) for ask in (by_numpy, by_loop))
    same = np.exp(folded.log_scales - whole.log_scales)
    close(folded.outputs * same, whole.outputs)
    close(folded.derivatives * same, whole.derivatives)


# Hundreds of findings: P(findings) far below the smallest number a computer knows, against exact
# fractions.
POOL = np.concatenate([CONSTANTS, [[0.3], [0.7], [0.9], [0.1], [0.2], [0.8], [0.001], [0.002]]])
START, MOVE, TOLD = np.array([3, 4]), np.array([[5, 6], [7, 8]]), np.array([9, 10])
MANY = 600


def exact(rows):
    return np.array([[Fraction(str(POOL[r, 0])) for r in row] for row in np.atleast_2d(rows)])


@cache
def chain(n):
    links = [Table((f"x{i}", f"x{i + 1}"), MOVE) for i in range(n - 1)]
    start, move, told = exact(START)[0], exact(MOVE), exact(TOLD)[0]
    after = told
    for _ in range(n - 1):
        after = told * (move @ after)
    return [
        Table(("x0",), START),
        *links,
        *(Table((f"x{i}",), TOLD) for i in range(n)),
    ], start * after


def star(n):
    leaves = [Table(("x0", f"y{i}"), MOVE) for i in range(n)]
    seen = [Table((f"y{i}",), TOLD) for i in range(n)]
    return [Table(("x0",), START), *leaves, *seen], exact(START)[0] * (
        exact(MOVE) @ exact(TOLD)[0]
    ) ** n


def islands(n):
    one = exact(START)[0] * exact(TOLD)[0]
    return [
        Table((f"x{i}",), rows) for i in range(n) for rows in (START, TOLD)
    ], one * one.sum() ** (n - 1)


def often(n):
    return [Table(("x0",), START), *[Table(("x0",), TOLD)] * n], exact(START)[0] * exact(TOLD)[
        0
    ] ** n


def exact_log(number):
    return log(number.numerator) - log(number.denominator)


@both_ways
@pytest.mark.parametrize("shape", [chain, star, islands, often])
def test_hundreds_of_findings_do_not_underflow(ask, shape):
    tables, joint = shape(MANY)
    circuit = compile_circuit(tables, len(POOL), "x0")
    answer = ask(
        circuit,
        Query(POOL),
        np.ones((1, TWO_STATES)),
        np.arange(len(POOL)),
    )
    whole = joint.sum()
    assert np.log(answer.outputs.sum()) + answer.log_scales[0] == pytest.approx(
        exact_log(whole), rel=EXACT, abs=0
    )
    assert answer.outputs[:, 0] / answer.outputs.sum() == pytest.approx(
        [float(p / whole) for p in joint], rel=1e-9
    )
    told = answer.derivatives[0, TOLD, 0] * POOL[TOLD, 0] / answer.outputs.sum()
    assert told.sum() == pytest.approx(MANY, rel=1e-9), "each finding is told once"
    by_start = answer.derivatives[0, START, 0] * POOL[START, 0] / answer.outputs.sum()
    starts = sum(table.rows is START for table in tables)
    assert by_start / starts == pytest.approx([float(p / whole) for p in joint], rel=1e-9)


@both_ways
@pytest.mark.parametrize(
    "link", [[[5, 6], [7, 8]], [[ONE, ZERO], [7, 8]], [[ONE, ZERO], [ZERO, ONE]]]
)
@pytest.mark.parametrize("size", [1e-130, -1e-130, 1e130])
def test_a_chain_of_tiny_or_huge_numbers_of_either_sign(ask, link, size):
    """Each message is some numbers of one sign, far beyond what a computer knows when
    multiplied.
    """
    inputs, n = POOL.copy(), 39
    inputs[TOLD] = [[size], [size]]
    links = [Table((f"x{i}", f"x{i + 1}"), np.array(link)) for i in range(n - 1)]
    tables = [Table(("x0",), START), *links, *(Table((f"x{i}",), TOLD) for i in range(n))]
    circuit, question = (
        compile_circuit(tables, len(inputs), "x0"),
        Query(inputs),
    )
    answer = ask(circuit, question, np.ones((1, 2)), TOLD)
    assert answer.log_scales[0] + np.log(abs(answer.outputs.sum())) == pytest.approx(
        n * log(abs(size)), rel=1e-9
    )
    assert (
        answer.derivatives[0, :, 0] * inputs[TOLD, 0]
    ).sum() / answer.outputs.sum() == pytest.approx(n)
    same_answers(circuit, question, np.ones((1, 2)), TOLD)


def test_few_findings_in_one_place_are_exact():
    for shape in (star, islands, often):
        tables, joint = shape(9)
        question = Query(POOL)
        total = solve(compile_circuit(tables, len(POOL), "x0"), question).total[0]
        assert total == pytest.approx(float(joint.sum()), rel=EXACT)


# Differences: P(v = k) = P(v <= k) - P(v <= k - 1), a table of +1 and -1 over a product of
# cumulated shares.
def largest_of(draws, states):
    """Tables for the largest of some draws and a finding on it, the pool, and its exact
    distribution.
    """
    below = np.cumsum(draws, axis=1)
    rows = len(CONSTANTS) + np.arange(below.size).reshape(below.shape)
    steps = np.where(np.eye(states) > 0, ONE, np.where(np.eye(states, k=-1) > 0, MINUS, ZERO))
    told = len(CONSTANTS) + below.size + np.arange(states)
    tables = [
        Table(("v", "hub"), steps),
        Table(("v",), told),
        *(Table(("hub",), row) for row in rows),
    ]
    return tables, below.reshape(-1, 1), told, np.diff(below.prod(axis=0), prepend=0)


@pytest.mark.parametrize("states", [2, 5, 50])
@pytest.mark.parametrize("scale", [1.0, 1e-130, 1e-300])
@both_ways
def test_differences_are_exact_and_may_be_tiny(ask, states, scale):
    rng = np.random.default_rng(states)
    tables, below, told, truth = largest_of(rng.dirichlet(np.ones(states), 4), states)
    weights = rng.uniform(1, 2, (states, 1))
    inputs = np.concatenate([CONSTANTS, below, weights * scale])
    circuit = compile_circuit(tables, len(inputs), "hub")
    answer = ask(circuit, Query(inputs), np.ones((1, states)), told)
    found = answer.derivatives[0, :, 0] * inputs[told, 0] / answer.outputs.sum()
    truth = truth * weights[:, 0]
    close(found, truth / truth.sum())
    assert answer.log_scales[0] + np.log(answer.outputs.sum()) == pytest.approx(
        log(truth.sum()) + log(scale), abs=1e-10
    )
