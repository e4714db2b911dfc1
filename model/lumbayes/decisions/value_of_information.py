"""What to ask next, when to stop asking, and whether the answers so far fight: hypothetical
answers, as one batch.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..attribution import CONTRIBUTION, active_probabilities, fired_paths
from ..case import Case, Evidence, _told, hypothetical
from ..data.variables import Factor, Measurement, Mechanism, Variable
from ..defaults import SEED
from ..engine.solve import Query
from ..inference.compiled import posteriors
from ..network.measurement import likelihoods, typical_readings

READINGS = 9
SAMPLES = 1000


def next_question(case: Case) -> pd.DataFrame:
    """The questions not yet answered, most telling first: what each would teach on average, and at
    most.

    `bits` is the expected information gain about what is at work, summed over the causes (Lindley
    1956), through the answer as it would be entered, so a test's error counts; `could_move` the
    most that any answer would change the contribution of the cause that is first now; `could_flip`
    the probability that another factor becomes first; `seconds` what it takes and `question` its
    words. Raises `ImpossibleFindings`.
    """
    case.check_consistent()
    open_ = [v for v in case.variables.values() if _open(case, v)]
    answers = [(v, *answer) for v in open_ for answer in _answers(v)]
    found, total = _at_work(
        case, hypothetical(case, [[], *([evidence] for _, evidence, _ in answers)])
    )
    chance = np.array([weight for *_, weight in answers]) * total[1:] / total[0]
    doubt, first = entropy(found), _first(case, found)
    rows = {}
    for v in open_:
        mine = np.array([v is asked for asked, *_ in answers])
        share = chance[mine] / chance[mine].sum()
        after = np.flatnonzero(mine)[share > 0] + 1
        share = share[share > 0]
        top = found[np.argmax(found[:, 0])]
        bits = float((doubt[:, :1] - doubt[:, after] @ share[:, None]).sum())
        moved, flips = (
            float(np.abs(top[after] - top[0]).max()),
            float(share[first[after] != first[0]].sum()),
        )
        rows[v.name] = (max(bits, 0.0), moved, flips, v.seconds, v.question)
    columns = ["bits", "could_move", "could_flip", "seconds", "question"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("variable")
    return table.sort_values("bits", ascending=False, kind="stable")


def same_decision_probability(case: Case, samples: int = SAMPLES, seed: int = SEED) -> float:
    """The probability that answering everything else would leave the first factor first: when to
    stop asking.

    The same-decision probability (Chen, Choi & Darwiche 2014), over joint answers drawn from this
    case's posterior, variable after variable, with a fixed seed; its standard error is at most half
    of 1/√samples.
    """
    case.check_consistent()
    rng = np.random.default_rng(seed)
    told = _told(case, [[]] * (samples + 1))
    for v in case.network.nodes:
        if _open(case, v) and not isinstance(v, Measurement):
            shares = posteriors(case.compiled, Query.of(case.compiled.mean_inputs, told), [v.name])[
                v.name
            ]
            drawn = (rng.random(samples + 1) > np.cumsum(shares, axis=0)[:-1]).sum(axis=0)
            answers = np.eye(len(v.states))[:, drawn]
            answers[:, 0] = 1.0  # lane 0 stays as the case is
            case.compiled.enter(told, v.name, answers)
    first = _first(case, _at_work(case, Query.of(case.compiled.mean_inputs, told))[0])
    return float((first[1:] == first[0]).mean())


def _open(case: Case, v: Variable) -> bool:
    """A runner can answer it, has not, and it is no test of something already known for certain."""
    certain = {*case.findings, *case.interventions}
    asked = v.question and not isinstance(v, Mechanism)
    return bool(
        asked and v.name not in case.likelihoods and not {v.name, getattr(v, "reads", "")} & certain
    )


def _answers(v: Variable) -> list[tuple[Evidence, float]]:
    """Each answer as evidence, with a weight: a state counts whole, a number stands for its share
    of readings.
    """
    if isinstance(v, Measurement) and v.numeric:
        readings = typical_readings(v, READINGS)
        return [((v.reads, weights), 1 / READINGS) for weights in likelihoods(v, readings).T]
    return [((v.name, one), 1.0) for one in np.eye(len(v.states))]


def _at_work(case: Case, question: Query) -> tuple[np.ndarray, np.ndarray]:
    names = [c.name for c in case.variables.causes]
    with np.errstate(invalid="ignore"):
        (found,), total = active_probabilities(fired_paths(case), question, names, CONTRIBUTION)
    return np.nan_to_num(found), total


def entropy(p: np.ndarray) -> np.ndarray:
    """The entropy in bits of a yes-or-no that is yes with probability p."""
    q = np.clip(np.stack([p, 1 - p]), 1e-300, 1)
    return -(q * np.log2(q)).sum(axis=0)


def _first(case: Case, found: np.ndarray) -> np.ndarray:
    """Which factor is first, a lane."""
    factors = np.array([isinstance(c, Factor) for c in case.variables.causes])
    return np.argmax(np.where(factors[:, None], found, -1.0), axis=0)
