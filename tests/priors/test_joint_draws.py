"""Parameters fitted to the same rows are drawn jointly, and kept in a file as they are."""

import os
from dataclasses import replace
from shutil import copytree, ignore_patterns

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.special import ndtr
from shared import loaded

from lumbayes import contributions, fit, load, simulate
from lumbayes.batch import sample_parameters, score_rows
from lumbayes.batch.scorer import Scorer
from lumbayes.data.files import folder
from lumbayes.inference.observed import hold_observed
from lumbayes.network.network import Network
from lumbayes.priors import JointDraws

base = loaded()
OFTEN = 5


@pytest.fixture(scope="module")
def learnt():
    frame = simulate(sample_parameters(base, 3), 80, 1, missing=0.2)
    columns = ["hills", "weak_core", "worn_shoes", "back_pain", "severity"]
    return fit(base, frame[columns], draws=100)


def test_joint_draws_are_the_posterior_draws_each_equally_often(learnt):
    sampled = learnt.case.priors.sample(OFTEN * learnt.fitted.n_draws, seed=2)
    for key, draws in learnt.draws.items():
        own = sampled[key] if sampled[key].ndim == 2 else sampled[key][:, None]
        kept = draws[:, -own.shape[1] :]
        assert np.sort(own, axis=0) == approx(np.sort(np.repeat(kept, OFTEN, axis=0), axis=0))
    one, other = [*learnt.draws][:2]
    pairs = {(a, b) for a, b in zip(learnt.draws[one][:, -1], learnt.draws[other][:, -1])}
    last = [s if s.ndim == 1 else s[:, -1] for s in (sampled[one], sampled[other])]
    assert set(zip(*last)) <= pairs


def test_a_prior_of_a_sampled_parameter_has_its_mean_and_variance(learnt):
    for key, draws in learnt.draws.items():
        prior = learnt.case.priors[key]
        assert prior.shares == approx(draws.mean(axis=0), rel=1e-6)
        if len(prior.states) == 2:
            assert prior.variance == approx(draws[:, 1].var(), rel=1e-6)


def test_draws_are_the_same_again_and_some_of_them_are_those_of_all(learnt):
    priors = learnt.case.priors
    every, some = priors.sample(50, 3), priors.sample(50, 3, [("hills", "muscle_strain"), "onset"])
    assert all((some[key] == every[key]).all() for key in some) and len(some) == 2
    assert (priors.sample(50, 4)["hills"] != every["hills"]).any()


def test_an_observed_base_rate_is_held_at_its_mean_unless_it_was_fitted_with_others(learnt):
    """It weighs the draws of what it is tied to."""
    for case, is_held in ((base, True), (learnt.case, False)):
        assert case.priors.tied("hills") != is_held
        held = hold_observed(case.compiled, case.given(hills="yes").evidence_inputs())
        assert ({*case.compiled.parameter_rows("hills")} <= {*held}) == is_held


def test_rows_without_findings_leave_no_joint_draws():
    model = fit(base, pd.DataFrame(index=range(9)))
    assert model.case.priors.ties is None and not model.draws


def test_a_parameter_that_another_has_replaced_is_drawn_by_itself(learnt):
    """A link pooled again is drawn from its prior; all others stay joint, to the last bit."""
    link = ("weak_core", "muscle_strain")
    known = replace(base.priors[link], counts=(1e6, 1.0))
    other = learnt.case.priors.with_priors({link: known})
    before, after = learnt.case.priors.sample(50), other.sample(50)
    assert after.pop(link).max() < 1e-4
    assert all((after[key] == before[key]).all() for key in after)


def test_joint_draws_are_part_of_what_intervals_follow_from(learnt):
    """So a scoring run with intervals never reuses answers computed with other draws."""
    priors = learnt.case.priors
    untied = priors.with_priors({key: replace(prior) for key, prior in priors.items()})
    loose = replace(learnt.case, compiled=learnt.case.compiled.with_network(Network(untied)))
    settings = [
        Scorer(case, (), wide).settings for case in (learnt.case, loose) for wide in (True, False)
    ]
    assert settings[0] != settings[2] and settings[1] == settings[3]
    frame = pd.DataFrame({"back_pain": ["yes"]})
    (row,) = score_rows(learnt.case, frame, intervals=True).to_dict("records")
    table = contributions(learnt.case.given(back_pain="yes"))
    assert row["hills:low"] == approx(table.low["hills"])
    assert row["hills:high"] == approx(table.high["hills"])


def test_the_copula_of_draws_has_their_rank_correlation():
    rng = np.random.default_rng(0)
    scores = rng.multivariate_normal([0, 0], [[1, -0.6], [-0.6, 1]], 4000)
    shares = {k: np.stack([1 - s, s], axis=1) for k, s in zip("ab", ndtr(scores).T ** 3)}
    prior = base.priors["hills"]
    factor = JointDraws({"a": prior, "b": prior}, shares).factor
    assert factor @ factor.T == approx(np.array([[1, -0.6], [-0.6, 1]]), abs=0.03)


# In a file


def test_a_saved_fit_is_loaded_with_equal_figures(learnt, tmp_path):
    learnt.save(tmp_path / "club.npz")
    again = load(tmp_path / "club.npz")
    ours, theirs = learnt.case.priors, again.priors
    assert {k: p.counts for k, p in ours.items()} == {k: p.counts for k, p in theirs.items()}
    runner = {"back_pain": "yes", "hills": "yes"}
    one, other = (contributions(case.given(**runner)) for case in (learnt.case, again))
    assert one[["contribution", "low", "high"]].equals(other[["contribution", "low", "high"]])
    assert again.priors["hills"].source == learnt.case.priors["hills"].source
    assert load(learnt).priors is learnt.case.priors
    with pytest.raises(ValueError, match="leave these arguments out"):
        load(tmp_path / "club.npz", base_rate=0.2)


@pytest.mark.parametrize(
    "arguments",
    [
        {"base_rate": None, "traits": False},
        {"base_rate": 0.2},
        {"priors": "literature"},
        {"priors": "literature", "base_rate": None},
        {"traits": False},
        {"doses": False},
        {"coding": "first"},
    ],
)
def test_a_saved_fit_remembers_how_its_priors_were_loaded(arguments, tmp_path):
    model = fit(load(**arguments), pd.DataFrame({"hills": ["yes"] * 5}))
    model.save(tmp_path / "club.npz")
    again = load(tmp_path / "club.npz")
    assert {k: p.counts for k, p in again.priors.items()} == {
        k: p.counts for k, p in model.case.priors.items()
    }
    assert again.posterior("back_pain").tolist() == model.case.posterior("back_pain").tolist()


@pytest.mark.parametrize("coding", [None, "first"])
def test_a_saved_fit_remembers_a_folder_with_brackets_in_its_name(coding, tmp_path):
    copytree(folder(), tmp_path / "priors (copy)")
    case = load(tmp_path / "priors (copy)", coding=coding)
    fit(case, pd.DataFrame({"hills": ["yes"] * 5})).save(tmp_path / "club.npz")
    assert load(tmp_path / "club.npz").priors.name == case.priors.name


def test_a_saved_fit_of_a_folder_with_contrasts_but_no_traits_keeps_the_contrasts(tmp_path):
    copytree(folder(), tmp_path / "priors", ignore=ignore_patterns("traits.toml"))
    model = fit(load(tmp_path / "priors"), pd.DataFrame({"hills": ["yes"] * 5}))
    model.save(tmp_path / "club.npz")
    again = load(tmp_path / "club.npz")
    assert again.contrast(hills="worse").probability < 1


def test_a_saved_fit_remembers_the_claims_left_out(tmp_path):
    model = fit(base.exclude_claims("A1-28"), pd.DataFrame({"hills": ["yes"] * 5}))
    model.save(tmp_path / "club.npz")
    again = load(tmp_path / "club.npz")
    assert "A1-28" not in {c.id for c in again.priors.claims}
    assert again.priors["hills", "muscle_strain"] == model.case.priors["hills", "muscle_strain"]


def test_a_fit_starts_from_a_loaded_one(tmp_path):
    first = fit(base, pd.DataFrame({"hills": ["yes"] * 5}))
    first.save(tmp_path / "club.npz")
    second = fit(load(tmp_path / "club.npz"), pd.DataFrame({"hills": ["no"] * 7}))
    no, yes = base.priors["hills"].counts
    assert second.case.priors["hills"].counts == approx((no + 7, yes + 5), rel=1e-12)
    second.save(tmp_path / "both.npz")
    assert load(tmp_path / "both.npz").priors["hills"] == second.case.priors["hills"]


def test_a_parameter_fitted_anew_is_kept_without_its_earlier_draws(learnt, tmp_path):
    second = fit(learnt.case, pd.DataFrame({"worn_shoes": ["no"] * 7})).case.priors
    fit(learnt.case, pd.DataFrame({"worn_shoes": ["no"] * 7})).save(tmp_path / "club.npz")
    again = load(tmp_path / "club.npz").priors
    assert [key for key in learnt.draws if not second.tied(key)] == ["worn_shoes"]
    assert again["worn_shoes"].counts == second["worn_shoes"].counts
    ours, theirs = (priors.sample(50, keys=["worn_shoes", "hills"]) for priors in (second, again))
    assert all(ours[key].tolist() == theirs[key].tolist() for key in ours)


def test_parameters_that_are_not_tied_are_drawn_as_without_the_others(learnt):
    key = next(key for key in base.priors if not learnt.case.priors.tied(key))
    ours, theirs = (case.priors.sample(20, keys=[key])[key] for case in (learnt.case, base))
    assert ours.tolist() == theirs.tolist()


def test_errors_say_what_is_wrong_with_a_file(learnt, tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.npz"):
        learnt.save(tmp_path / "club.json")
    (tmp_path / "other.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match="found no fitted priors"):
        load(tmp_path / "other.npz")
    np.savez(tmp_path / "numbers.npz", a=np.ones(3))
    with pytest.raises(ValueError, match="found no fitted priors"):
        load(tmp_path / "numbers.npz")
    learnt.save(tmp_path / "club.npz")
    with np.load(tmp_path / "club.npz") as file:
        content = {name: file[name] for name in file.files}
    header = str(content["header"]).replace("lumbayes fitted priors 1", "lumbayes fitted priors 2")
    np.savez(tmp_path / "newer.npz", **content | {"header": np.array(header)})
    with pytest.raises(ValueError, match="found no fitted priors"):
        load(tmp_path / "newer.npz")
    for other in (base.blend(loaded("literature"), 0.5), sample_parameters(base, seed=3)):
        model = fit(other, pd.DataFrame({"hills": ["yes"]}))
        with pytest.raises(ValueError, match="blended or replaced"):
            model.save(tmp_path / "club.npz")


class MakesDirectory:
    """An object that makes a directory when it is unpickled."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return os.mkdir, (str(self._path),)


def test_a_file_of_fitted_priors_runs_no_code(tmp_path):
    """It may come from anybody; an array of objects is a pickle, which may call any function."""
    np.savez(tmp_path / "odd.npz", header=np.array([MakesDirectory(tmp_path / "made")], object))
    with pytest.raises(ValueError, match="found no fitted priors"):
        load(tmp_path / "odd.npz")
    assert not (tmp_path / "made").exists()


def test_a_claim_that_gives_no_link_leaves_the_links_into_its_cause_as_they_were_fitted():
    rows = pd.DataFrame({"flat_feet": ["yes"] * 9, "over_pronation": ["yes"] * 6 + ["no"] * 3})
    fitted = fit(base, rows.assign(muscle_strain="yes"), draws=80).case
    for claim in ("A1-18", "A1-16", "Q-09"):
        fewer = fitted.exclude_claims(claim).priors
        for link in (("flat_feet", "over_pronation"), ("hills", "muscle_strain")):
            assert fewer[link] == fitted.priors[link] != base.priors[link], (claim, link)


def test_a_row_with_fewer_counts_than_its_base_is_drawn_by_itself():
    key = ("unexplained", "severity")
    row = base.priors[key]
    fewer = replace(row, counts=tuple(count / 2 for count in base.priors[row.base].counts))
    (drawn,) = base.priors.with_priors({key: fewer}).sample(4000, 0, [key]).values()
    assert drawn.mean(axis=0) == approx(fewer.shares, abs=0.02)
    assert drawn.var(axis=0)[0] == approx(
        fewer.shares[0] * (1 - fewer.shares[0]) / (sum(fewer.counts) + 1), rel=0.1
    )


def test_a_file_of_fitted_priors_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"none\.npz: there is no such file\.$"):
        load(tmp_path / "none.npz")
