"""A network that was edited or fitted, in another tool: pyAgrum has our posteriors from a file."""

import numpy as np
import pandas as pd
import pyagrum as gum
import pytest
from shared import loaded

from lumbayes import fit, simulate

BASE = loaded()
FINDINGS = [
    {},
    {"back_pain": "yes", "hills": "no"},
    {"back_pain": "yes", "weak_core": "yes", "onset": "cool_down", "wet_footprint": "solid"},
]
EXACT = 1e-9


def fitted():
    """Rows that settle some parameters and leave others latent."""
    rows = simulate(loaded(base_rate=0.3), 40, seed=2, missing=0.3)
    return fit(BASE, rows[["hills", "weak_core", "back_pain"]], draws=8).case


CASES = {
    "fitted": fitted,
    "counted": lambda: fit(BASE, pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 5})).case,
    "without a claim": lambda: BASE.exclude_claims("A4-01"),
    "without a reply": lambda: BASE.exclude_claims(reply=1),
    "another base rate": lambda: loaded(base_rate=0.3),
    "half the literature": lambda: BASE.blend(loaded("literature"), 0.5),
    "without doses": lambda: loaded(doses=False),
    "without traits": lambda: loaded(traits=False),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
def test_pyagrum_gives_our_posteriors_from_the_file(name, tmp_path):
    case = CASES[name]()
    path = tmp_path / "network.bifxml"
    case.network.save(path)
    engine = gum.LazyPropagation(gum.loadBN(str(path)))
    for findings in FINDINGS:
        known = {n: s for n, s in findings.items() if n in case.variables}
        engine.setEvidence(known)
        ours = case.given(**known).posteriors()
        for node in case.network.nodes:
            theirs = engine.posterior(node.name).toarray()
            assert np.abs(theirs - ours[node.name].to_numpy()).max() < EXACT


def test_what_the_file_holds_is_the_fitted_network_and_not_the_first(tmp_path):
    case = CASES["counted"]()
    case.network.save(tmp_path / "network.bifxml")
    read = gum.loadBN(str(tmp_path / "network.bifxml"))
    assert read.cpt("hills")[1] == pytest.approx(case.priors["hills"].mean, abs=EXACT)
    assert read.cpt("hills")[1] > BASE.priors["hills"].mean + 0.1


def test_readings_go_with_a_network_without_doses_as_likelihoods(tmp_path):
    runner = loaded(doses=False).given(back_pain="yes", plank_seconds=22, climb_m_per_km=40)
    runner = runner.likelihood(flat_feet=3)
    runner.network.save(tmp_path / "network.bifxml")
    engine = gum.LazyPropagation(gum.loadBN(str(tmp_path / "network.bifxml")))
    engine.setEvidence({node: list(map(float, weights)) for node, weights in runner.evidence()})
    ours = runner.posteriors()
    for node in runner.network.nodes:
        theirs = engine.posterior(node.name).toarray()
        assert np.abs(theirs - ours[node.name].to_numpy()).max() < EXACT
