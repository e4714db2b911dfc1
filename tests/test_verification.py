"""verify(): posteriors beside pgmpy's, equal for a sound engine, apart for a broken one."""

import numpy as np
import pytest
from shared import loaded

from lumbayes import Case, ImpossibleFindings, example, verify
from lumbayes.inference.compiled import Compiled

SOUND = 1e-9
base = loaded()
CASES = {
    "nothing entered": base,
    "the thread's own runner": base.given(**example().findings),
    "half sure": base.given(back_pain="yes").likelihood(
        hills=3, onset={"during": 4, "none": 1 / 2}, back_pain=2
    ),
    "from outside": base.do(weak_core="no", muscle_strain="yes").given(
        onset="during", back_pain="yes"
    ),
    "tests": base.given(plank_seconds=22, leg_block_mm=15, wet_footprint="solid", back_pain="yes"),
    "all of it": base.given(plank_seconds=22, weak_core="yes", severity="mild")
    .likelihood(weak_core=2)
    .do(hills="yes"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_both_engines_agree(case):
    table = verify(case)
    assert table["difference"].between(0, SOUND).all()
    assert table.columns.tolist() == ["lumbayes", "pgmpy", "difference"]
    assert table["difference"].is_monotonic_decreasing
    states = [(v.name, state) for v in case.network.nodes for state in v.states]
    assert sorted(table.index) == sorted(states)
    np.testing.assert_allclose(table["lumbayes"].groupby("variable").sum(), 1)
    for name in case.interventions:
        assert table.loc[(name, case.interventions[name]), ["lumbayes", "pgmpy"]].tolist() == [1, 1]
    hills = case.posterior("hills")
    assert table.loc["hills", "lumbayes"].loc[hills.index].tolist() == pytest.approx(
        hills.tolist(), abs=SOUND
    )


def test_impossible_findings_are_refused_before_anything_is_compared():
    with pytest.raises(ImpossibleFindings):
        verify(base.given(back_pain="no", onset="during"))


def broken(part, **changed):
    """The engine of the same network with one part of it changed."""
    compiled = Compiled(base.network)
    vars(compiled)[part] = changed["to"]
    return Case(compiled).given(**example().findings)


@pytest.mark.parametrize(
    "key", [("link", "poor_stretching", "muscle_strain", 0), ("leak", "back_pain", 0)]
)
def test_a_wrong_input_is_noticed(key):
    inputs = base.compiled.mean_inputs.copy()
    row = base.compiled.input_rows[key]
    assert inputs[row] < 1, "the row means something"
    inputs[row] *= 1.01
    table = verify(broken("mean_inputs", to=inputs))
    assert table["difference"].max() > 1000 * SOUND
    assert verify(broken("mean_inputs", to=base.compiled.mean_inputs))["difference"].max() < SOUND


def test_a_sum_wired_wrongly_is_noticed():
    """One product of the circuit takes another row than it should."""
    circuit = base.compiled.circuit
    sound = verify(broken("circuit", to=circuit))["difference"].max()
    rows = base.compiled.input_rows
    ungraded = "poor_stretching", "uneven_ground"
    stretching, ground = (rows["link", cause, "muscle_strain", 0] for cause in ungraded)
    terms = np.where(circuit.terms == stretching, ground, circuit.terms)
    wired = type(circuit)(
        circuit.n_inputs, circuit.steps, circuit.kinds, circuit.starts, terms, circuit.output_rows
    )
    assert sound < SOUND < verify(broken("circuit", to=wired))["difference"].max()
