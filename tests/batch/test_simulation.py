"""Simulated runners, link activations and readings are as frequent as enumeration says."""

from collections import Counter

import networks
import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, norm
from shared import loaded

import oracle
from lumbayes import contributions, posteriors, simulate
from lumbayes.batch import sample_parameters, simulate_latent
from lumbayes.sensitivity_analysis import variance_decomposition

RARE = 1e-3  # the seeds are fixed, so nothing here fails by chance
N = 40_000
base = loaded()
UNGRADED = loaded(doses=False)  # a reading says only whether its factor is there
VARIABLES = base.variables
GATED = {
    "outcome": "pain",
    "variables": {
        **dict.fromkeys(
            ["trait", "pain", "mechanism_n", "mechanism_m", "factor_a"], networks.YES_NO
        ),
        "trait": ["none", "early", "late"],
        "picture": ["flat", "low", "high"],
    },
    "families": {
        "factor_a": networks.noisy(0.4),
        "mechanism_m": networks.noisy(0.2, factor_a=0.5),
        "mechanism_n": networks.noisy(0.3),
        "pain": networks.noisy(0.1, mechanism_m=0.7, mechanism_n=0.6),
        "trait": {
            "parents": ["mechanism_m", "mechanism_n"],
            "gate": "pain",
            "order": ["none", "late", "early"],
            "leak": {"none": 0.0, "late": 0.6, "early": 0.4},
            "links": {
                "mechanism_m": {"none": 0.3, "late": 0.5, "early": 0.2},
                "mechanism_n": {"none": 0.5, "late": 0.1, "early": 0.4},
            },
        },
        "picture": {
            "parents": ["factor_a"],
            "table": {
                "no": {"flat": 0.7, "low": 0.2, "high": 0.1},
                "yes": {"flat": 0.1, "low": 0.3, "high": 0.6},
            },
        },
    },
}


DESCRIBED = networks.WORKED_OUT | {
    "variables": networks.WORKED_OUT["variables"] | {"place": ["none", "low", "high"]},
    "traits": {
        "place": {
            "mechanism_m": {"none": 0.0, "low": 0.8, "high": 0.2},
            "factor_c": {"none": 0.0, "low": 0.3, "high": 0.7},
            "background": {"none": 0.0, "low": 0.5, "high": 0.5},
            "none": {"none": 1.0, "low": 0.0, "high": 0.0},
        }
    },
}


def all_worlds(spec, do):
    """The slow twin's worlds, with the traits and the dominant cause if there are any."""
    traits, everything = spec.get("traits", {}), oracle.upstream(spec, spec["families"], do)
    asked = [*everything, *traits]
    for chance, states, switches in oracle.agreeing(spec, asked, {}, {}, do, everything):
        cause = {link[0] for link in switches if link[1] in traits}
        switches = {link: level for link, level in switches.items() if link[1] not in traits}
        dominant = {"dominant_cause": cause.pop()} if cause else {}
        yield chance, states | dominant, switches


def enumerated(spec, columns, do):
    """How likely each whole world is: states and what each switch hands on, by the slow twin."""
    chances = Counter()
    for chance, states, activations in all_worlds(spec, do):
        handed = {
            f"{cause or ''} → {effect}".strip(): level
            for (cause, effect), level in activations.items()
        }
        for name, family in spec["families"].items():
            pushed = any(
                handed.get(f"{p} → {name}", "none") != "none" for p in family.get("parents", [])
            )
            if "gate" in family and pushed:
                handed[f"→ {name}"] = "none"
        chances[
            tuple(
                {**states, **handed}[column]
                if column in states
                else handed.get(column, lowest(spec, column))
                for column in columns
            )
        ] += chance
    return chances


def lowest(spec, column):
    return oracle.lowest(spec, column.rpartition("→ ")[2])


@pytest.mark.parametrize("do", [{}, {"mechanism_m": "yes"}, {"pain": "yes"}])
@pytest.mark.parametrize("spec", [networks.WORKED_OUT, GATED, DESCRIBED])
def test_every_world_comes_as_often_as_enumeration_says(spec, do):
    frame = simulate_latent(networks.case_of(networks.network_of(spec)).do(**do), N, seed=1)
    assert not [column for column in frame if column.partition("→ ")[2] in do]
    expected = enumerated(spec, [*frame], do)
    seen = Counter(frame.itertuples(index=False, name=None))
    assert set(seen) <= {world for world, chance in expected.items() if chance}
    common = {world: N * chance for world, chance in expected.items() if N * chance >= 5}
    rest = N - sum(common.values()), N - sum(seen[world] for world in common)
    pairs = [*((wanted, seen[world]) for world, wanted in common.items()), rest]
    distance = sum((found - wanted) ** 2 / wanted for wanted, found in pairs if wanted > 1)
    assert chi2.sf(distance, len(common)) > RARE


@pytest.mark.parametrize("doses", [True, False])
@pytest.mark.parametrize("test", [m.name for m in VARIABLES.measurements])
def test_a_reading_says_as_much_as_the_model_believes(test, doses):
    factor = VARIABLES[test].reads
    case = base if doses else UNGRADED
    frame = simulate(case, N, seed=2)
    if VARIABLES[test].numeric:  # a reading at an end of the range stands for all beyond it
        ends = VARIABLES[test].low, VARIABLES[test].high
        frame = frame[frame[test].between(*ends, inclusive="neither")]
    believed = posteriors(case, frame[[test]])["present"][factor].to_numpy()
    there = (frame[factor] == "yes").to_numpy()
    for part in np.array_split(np.argsort(believed, kind="stable"), 5):
        spread = np.sqrt((believed[part] * (1 - believed[part])).sum())
        assert abs(there[part].sum() - believed[part].sum()) < norm.isf(RARE / 50) * spread + 1e-9


def test_contributions_come_true():
    everything = simulate_latent(base, N, seed=3)
    found = posteriors(base, everything[["back_pain", "hills", "onset", "heel_wear"]])[
        "contribution"
    ]
    fired = (everything["hills → muscle_strain"] == "yes") & (
        everything["muscle_strain → back_pain"] == "yes"
    )
    believed = found["hills"]
    assert abs((fired - believed).sum()) < 4 * np.sqrt((believed * (1 - believed)).sum())
    assert fired.any() and contributions(base, draws=8).contribution["hills"] == pytest.approx(
        believed.mean(), 0.1
    )


def test_the_same_seed_is_the_same_runners_and_missing_cells_are_missing_at_random():
    whole, again, other = simulate(base, 2000, 4), simulate(base, 2000, 4), simulate(base, 2000, 5)
    pd.testing.assert_frame_equal(whole, again)
    assert not whole.equals(other)
    holed = simulate(base, 2000, 4, missing=0.3)
    assert holed.isna().mean().between(0.25, 0.35).all()
    pd.testing.assert_frame_equal(holed.fillna(whole), whole)
    assert posteriors(base, holed).notna().all(axis=None)
    assert simulate(base, 5, missing=1).isna().all(axis=None)
    empty = simulate(base, 0)
    assert len(empty) == 0 and empty.dtypes.equals(simulate(base, 2).dtypes)


def test_what_cannot_be_simulated_is_said():
    for case in (base.given(hills="yes"), base.likelihood(hills=2)):
        with pytest.raises(ValueError, match="without findings, likelihoods or contrasts"):
            simulate(case, 1)
    with pytest.raises(ValueError, match="n is -1; it must be a whole number, 0 or more"):
        simulate(base, -1)
    with pytest.raises(ValueError, match=r"missing=1\.5"):
        simulate(base, 1, missing=1.5)


def test_a_drawn_case_holds_one_joint_draw_of_the_priors():
    case = sample_parameters(base, seed=6)
    sample = base.priors.sample(1, seed=6)
    for key, prior in case.priors.items():
        share = sample[key][0]
        assert prior.shares[1:] == pytest.approx(share if share.ndim == 0 else share[1:])
    assert (
        base.posterior("hills")["yes"]
        != case.posterior("hills")["yes"]
        == pytest.approx(sample["hills"][0])
    )


def test_a_drawn_value_has_no_parts_of_a_pool_in_its_variance():
    drawn = sample_parameters(base.given(back_pain="yes"), seed=5)
    for case in (drawn, base.given(back_pain="yes").blend(drawn, 0.9)):
        shares = variance_decomposition(case, "weak_core")
        assert shares.sum() == pytest.approx(1) and shares.min() >= 0
        assert shares["drawn values"] > 0.1
    assert {(p.within_variance, p.between_variance) for p in drawn.priors.values()} == {(0, 0)}
    again = sample_parameters(base.blend(base, 0.5), seed=5)
    assert not any(prior.mixed for prior in again.priors.values())
