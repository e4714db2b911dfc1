"""The circuit by numpy and by the compiled kernel: equal to explicit sums and to each other."""

import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import loaded

from lumbayes import example
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


def random_tables(rng, cards, n_inputs=12, n_tables=6):
    """Tables over at most three variables each, of any input rows; all variables occur."""
    scopes = [(v,) for v in cards]
    scopes += [
        tuple(rng.permutation([*cards])[: rng.integers(1, 4)].tolist()) for _ in range(n_tables)
    ]
    return [Table(scope, rng.integers(0, n_inputs, [cards[v] for v in scope])) for scope in scopes]


def explicit_sums(tables, inputs, root):
    """The product of all tables summed over all but the root, shape (n_states, batch_size)."""
    number = {v: i for i, v in enumerate({v for t in tables for v in t.scope})}
    operands = [
        part
        for t in tables
        for part in (inputs[t.rows], [*(number[v] for v in t.scope), len(number)])
    ]
    return np.einsum(*operands, [number[root], len(number)])


def random_inputs(rng, batch_size, n_inputs=12):
    """Numbers of both signs, some of them zero, after the constants."""
    is_nonzero = rng.integers(0, 4, (n_inputs, batch_size)) > 0
    inputs = rng.uniform(-1, 1, (n_inputs, batch_size)) * is_nonzero
    inputs[: len(CONSTANTS)] = CONSTANTS
    return inputs


def close(ours, theirs, relative=EXACT):
    np.testing.assert_allclose(
        ours, theirs, rtol=relative, atol=relative * np.abs(theirs).max(initial=1)
    )


def by_numpy(circuit, query, weights, wrt):
    """The result by `forward` and `backward`."""
    buffer, scales = forward(circuit, query.inputs_at(np.arange(circuit.n_inputs)))
    derivatives = [backward(circuit, buffer, scales, seed)[wrt] for seed in weights]
    shape = (len(weights), len(wrt), query.batch_size)
    return QueryResult(
        buffer[circuit.output_rows],
        np.log(scales).sum(axis=0),
        np.array(derivatives).reshape(shape),
    )


def by_kernel(circuit, query, weights, wrt):
    """The result by the compiled kernel, which a very large batch imports."""
    if "lumbayes.engine.kernels.sweep" not in sys.modules:
        solve(compile_circuit([Table(("a",), np.array([3]))], 4), Query(np.ones((4, LARGE))))
    assert "lumbayes.engine.kernels.sweep" in sys.modules
    return solve(circuit, query, weights, wrt)


by_both = pytest.mark.parametrize("ask", [by_numpy, by_kernel])


@by_both
@settings(max_examples=60)
@given(seed=seeds)
def test_values_and_derivatives_equal_explicit_sums(ask, seed):
    rng = np.random.default_rng(seed)
    cards = {v: int(rng.integers(1, 5)) for v in "abcdef"[: rng.integers(1, 7)]}
    tables, inputs = random_tables(rng, cards), random_inputs(rng, 3)
    root = str(rng.choice([*cards]))
    circuit = compile_circuit(tables, len(inputs), root)
    weights = rng.uniform(-1, 1, (2, cards[root]))
    result = ask(circuit, Query(inputs), weights, np.arange(len(inputs)))
    close(result.outputs * np.exp(result.log_scales), explicit_sums(tables, inputs, root))
    for row in range(len(CONSTANTS), len(inputs)):  # rows of the constants are left out of products
        moved = inputs.astype(complex)
        moved[row] += STEP * 1j
        close(
            result.derivatives[:, row] * np.exp(result.log_scales),
            weights @ explicit_sums(tables, moved, root).imag / STEP,
        )


@pytest.mark.parametrize(
    "cards", [{"a": 50, "b": 1, "c": 50}, {"a": 1}, {"a": 1, "b": 1}, {"a": 50}]
)
@by_both
def test_one_state_and_fifty(ask, cards):
    rng = np.random.default_rng(0)
    tables, inputs = (
        random_tables(rng, cards, n_inputs=99, n_tables=3),
        random_inputs(rng, 2, n_inputs=99),
    )
    for root in cards:
        circuit = compile_circuit(tables, len(inputs), root)
        result = ask(circuit, Query(inputs), np.zeros((0, cards[root])), NO_ROWS)
        close(result.outputs * np.exp(result.log_scales), explicit_sums(tables, inputs, root))


def same_results(circuit, query, weights, wrt, relative=EXACT):
    here, there = (ask(circuit, query, weights, wrt) for ask in (by_numpy, by_kernel))
    for ours, theirs in zip(
        (here.outputs, here.log_scales, here.derivatives),
        (there.outputs, there.log_scales, there.derivatives),
    ):
        close(ours, theirs, relative)


@pytest.mark.parametrize("batch_size", [1, 63, 64, 65, 200])
@pytest.mark.parametrize(
    ("input_columns", "override_columns"),
    [("one", "all"), ("all", "one"), ("all", "all"), ("all", "none")],
)
def test_the_kernel_agrees_with_numpy(batch_size, input_columns, override_columns):
    rng = np.random.default_rng(batch_size)
    width = {"one": 1, "all": batch_size}
    rows = np.array([7, 4, 9]) if override_columns != "none" else NO_ROWS
    for _ in range(4):
        tables = random_tables(rng, {"a": 2, "b": 3, "c": 4, "d": 2, "e": 1})
        values = rng.uniform(-1, 1, (len(rows), width.get(override_columns, 1)))
        query = Query(random_inputs(rng, width[input_columns]), rows, values)
        circuit = compile_circuit(tables, len(query.inputs), "c")
        same_results(circuit, query, rng.uniform(-1, 1, (3, 4)), np.array([9, 3, 3, 11, 0]))


@pytest.fixture(scope="module")
def shipped():
    """Both circuits of the shipped network, with a query over 200 draws of the priors."""
    case = loaded().given(**example().findings).likelihood(hills=3)
    paths, query = fired_path_circuit(case), case.query(200)
    return [(case.compiled.circuit, query), (paths.circuit, paths.query(query))]


@pytest.mark.parametrize("which", [0, 1])
def test_both_agree_on_the_shipped_circuits(shipped, which):
    circuit, query = shipped[which]
    weights = np.concatenate(
        [np.ones((1, len(circuit.output_rows))), np.eye(len(circuit.output_rows))]
    )
    same_results(circuit, query, weights, np.arange(circuit.n_inputs))


def test_wrt_may_be_any_slice():
    circuit = compile_circuit([Table(("a",), np.array([3, 4]))], 6, "a")
    query = Query(np.concatenate([CONSTANTS, [[2.0], [5.0], [7.0]]]))
    result = by_kernel(circuit, query, np.ones((1, 2)), np.arange(6)[::-2])
    assert result.derivatives[0, :, 0].tolist() == [0, 1, 0]


def test_a_row_that_no_table_holds_has_derivative_zero():
    circuit = compile_circuit([Table(("a",), np.array([3, 4]))], 6, "a")
    inputs = np.concatenate([CONSTANTS, [[2.0], [5.0], [7.0]]])
    for ask in (by_numpy, by_kernel):
        result = ask(
            circuit,
            Query(inputs),
            np.ones((1, 2)),
            np.array([5, 4, ONE, 5]),
        )
        assert result.derivatives[0, :, 0].tolist() == [0, 1, 0, 0]


# A column's result does not depend on the batch around it, to the bit.
def bits(result, batch_size=slice(None)):
    """All numbers of some columns, equal when every bit is, but for the sign of zero."""
    return [
        part[..., batch_size].tolist()
        for part in (result.outputs, result.log_scales, result.derivatives)
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_no_result_depends_on_its_column_in_the_batch(shipped, which):
    circuit, query = shipped[which]
    wrt = np.arange(circuit.n_inputs)
    weights = np.ones((1, len(circuit.output_rows)))
    whole = by_kernel(circuit, query, weights, wrt)
    order = np.random.default_rng(1).permutation(200)
    shuffled = by_kernel(
        circuit,
        replace(query, inputs=query.inputs[:, order]),
        weights,
        wrt,
    )
    assert bits(shuffled) == bits(whole, order)
    for column in (0, 63, 64, 130, 199):
        alone = replace(query, inputs=query.inputs[:, [column]])
        assert bits(by_kernel(circuit, alone, weights, wrt)) == bits(whole, [column])


@pytest.mark.parametrize("workers", [1, 2, 3, 5])
def test_no_result_depends_on_the_number_of_threads(shipped, workers, monkeypatch):
    circuit, query = shipped[1]
    many = replace(query, inputs=np.tile(query.inputs, 5))
    whole = by_kernel(circuit, many, CONTRIBUTION_AND_BUT_FOR, np.arange(circuit.n_inputs))
    monkeypatch.setattr(solving, "N_WORKERS", workers)
    assert bits(
        by_kernel(circuit, many, CONTRIBUTION_AND_BUT_FOR, np.arange(circuit.n_inputs))
    ) == bits(whole)


# Most inputs the same in all columns, many of them 0 or 1, some so small that steps are rescaled.
def mostly_constant(rng, sizes, n_tables):
    """A circuit, a query of 20 columns that agree in most rows, output weights and rows `wrt`."""
    cards = {v: int(rng.integers(1, 4)) for v in "abcdef"[: rng.integers(2, 7)]}
    tables = random_tables(rng, cards, n_inputs=40, n_tables=n_tables)
    inputs = random_inputs(rng, 20, n_inputs=40)
    constant = np.flatnonzero(rng.random(len(inputs)) < 0.6)
    constant = constant[constant >= len(CONSTANTS)]
    inputs[constant] = rng.choice(sizes, (len(constant), 1))
    wrt = rng.choice(np.arange(len(CONSTANTS), len(inputs)), 5, replace=False)
    circuit = compile_circuit(tables, len(inputs), str(rng.choice([*cards])))
    return circuit, Query(inputs), rng.uniform(-1, 1, (2, len(circuit.output_rows))), wrt


@settings(max_examples=100)
@given(seed=seeds, is_tiny=st.booleans())
def test_both_agree_where_most_inputs_are_constant_or_tiny(seed, is_tiny):
    sizes = [0.0, 1.0, 0.37, 1e-9, -1e-7] if is_tiny else [0.0, 0.0, 1.0, 1.0, 0.37, -0.5]
    same_results(
        *mostly_constant(np.random.default_rng(seed), sizes, n_tables=14 if is_tiny else 8)
    )


# Hundreds of findings: P(evidence) far below the smallest float, against exact fractions.
INPUTS = np.concatenate([CONSTANTS, [[0.3], [0.7], [0.9], [0.1], [0.2], [0.8], [0.001], [0.002]]])
START, MOVE, LIKELIHOOD = np.array([3, 4]), np.array([[5, 6], [7, 8]]), np.array([9, 10])
MANY = 600


def exact(rows):
    return np.array([[Fraction(str(INPUTS[r, 0])) for r in row] for row in np.atleast_2d(rows)])


@cache
def chain(n):
    links = [Table((f"x{i}", f"x{i + 1}"), MOVE) for i in range(n - 1)]
    start, move, likelihood = exact(START)[0], exact(MOVE), exact(LIKELIHOOD)[0]
    after = likelihood
    for _ in range(n - 1):
        after = likelihood * (move @ after)
    return [
        Table(("x0",), START),
        *links,
        *(Table((f"x{i}",), LIKELIHOOD) for i in range(n)),
    ], start * after


def star(n):
    leaves = [Table(("x0", f"y{i}"), MOVE) for i in range(n)]
    seen = [Table((f"y{i}",), LIKELIHOOD) for i in range(n)]
    return [Table(("x0",), START), *leaves, *seen], exact(START)[0] * (
        exact(MOVE) @ exact(LIKELIHOOD)[0]
    ) ** n


def islands(n):
    one = exact(START)[0] * exact(LIKELIHOOD)[0]
    return [
        Table((f"x{i}",), rows) for i in range(n) for rows in (START, LIKELIHOOD)
    ], one * one.sum() ** (n - 1)


def often(n):
    return [Table(("x0",), START), *[Table(("x0",), LIKELIHOOD)] * n], exact(START)[0] * exact(
        LIKELIHOOD
    )[0] ** n


def exact_log(number):
    return log(number.numerator) - log(number.denominator)


@by_both
@pytest.mark.parametrize("shape", [chain, star, islands, often])
def test_hundreds_of_findings_do_not_underflow(ask, shape):
    tables, joint = shape(MANY)
    circuit = compile_circuit(tables, len(INPUTS), "x0")
    result = ask(
        circuit,
        Query(INPUTS),
        np.ones((1, TWO_STATES)),
        np.arange(len(INPUTS)),
    )
    whole = joint.sum()
    assert np.log(result.outputs.sum()) + result.log_scales[0] == pytest.approx(
        exact_log(whole), rel=EXACT, abs=0
    )
    assert result.outputs[:, 0] / result.outputs.sum() == pytest.approx(
        [float(p / whole) for p in joint], rel=1e-9
    )
    likelihood = result.derivatives[0, LIKELIHOOD, 0] * INPUTS[LIKELIHOOD, 0] / result.outputs.sum()
    assert likelihood.sum() == pytest.approx(MANY, rel=1e-9), "each finding counts once"
    by_start = result.derivatives[0, START, 0] * INPUTS[START, 0] / result.outputs.sum()
    starts = sum(table.rows is START for table in tables)
    assert by_start / starts == pytest.approx([float(p / whole) for p in joint], rel=1e-9)


@by_both
@pytest.mark.parametrize(
    "link", [[[5, 6], [7, 8]], [[ONE, ZERO], [7, 8]], [[ONE, ZERO], [ZERO, ONE]]]
)
@pytest.mark.parametrize("size", [1e-130, -1e-130, 1e130])
def test_a_chain_of_tiny_or_huge_numbers_of_either_sign(ask, link, size):
    """Each message has numbers of one sign whose product is beyond the range of floats."""
    inputs, n = INPUTS.copy(), 39
    inputs[LIKELIHOOD] = [[size], [size]]
    links = [Table((f"x{i}", f"x{i + 1}"), np.array(link)) for i in range(n - 1)]
    tables = [Table(("x0",), START), *links, *(Table((f"x{i}",), LIKELIHOOD) for i in range(n))]
    circuit, query = compile_circuit(tables, len(inputs), "x0"), Query(inputs)
    result = ask(circuit, query, np.ones((1, 2)), LIKELIHOOD)
    assert result.log_scales[0] + np.log(abs(result.outputs.sum())) == pytest.approx(
        n * log(abs(size)), rel=1e-9
    )
    assert (
        result.derivatives[0, :, 0] * inputs[LIKELIHOOD, 0]
    ).sum() / result.outputs.sum() == pytest.approx(n)
    same_results(circuit, query, np.ones((1, 2)), LIKELIHOOD)


def test_few_findings_in_one_clique_are_exact():
    for shape in (star, islands, often):
        tables, joint = shape(9)
        query = Query(INPUTS)
        total = solve(compile_circuit(tables, len(INPUTS), "x0"), query).probability[0]
        assert total == pytest.approx(float(joint.sum()), rel=EXACT)


# Differences: P(v = k) = P(v <= k) - P(v <= k - 1), a table of +1 and -1 over a product of
# cumulative probabilities.
def largest_of(draws, states):
    """Tables of the largest of some draws and its evidence, inputs, and its distribution."""
    below = np.cumsum(draws, axis=1)
    rows = len(CONSTANTS) + np.arange(below.size).reshape(below.shape)
    steps = np.where(np.eye(states) > 0, ONE, np.where(np.eye(states, k=-1) > 0, MINUS, ZERO))
    likelihood = len(CONSTANTS) + below.size + np.arange(states)
    tables = [
        Table(("v", "hub"), steps),
        Table(("v",), likelihood),
        *(Table(("hub",), row) for row in rows),
    ]
    return tables, below.reshape(-1, 1), likelihood, np.diff(below.prod(axis=0), prepend=0)


@pytest.mark.parametrize("states", [2, 5, 50])
@pytest.mark.parametrize("scale", [1.0, 1e-130, 1e-300])
@by_both
def test_differences_are_exact_and_may_be_tiny(ask, states, scale):
    rng = np.random.default_rng(states)
    tables, below, likelihood, truth = largest_of(rng.dirichlet(np.ones(states), 4), states)
    weights = rng.uniform(1, 2, (states, 1))
    inputs = np.concatenate([CONSTANTS, below, weights * scale])
    circuit = compile_circuit(tables, len(inputs), "hub")
    result = ask(circuit, Query(inputs), np.ones((1, states)), likelihood)
    found = result.derivatives[0, :, 0] * inputs[likelihood, 0] / result.outputs.sum()
    truth = truth * weights[:, 0]
    close(found, truth / truth.sum())
    assert result.log_scales[0] + np.log(result.outputs.sum()) == pytest.approx(
        log(truth.sum()) + log(scale), abs=1e-10
    )
