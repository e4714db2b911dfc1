"""Value of information: what to ask next, and when more answers would change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import fired_path_circuit
from ..data.arguments import check_arguments
from ..data.variables import NO_YES, Factor, Measurement, Mechanism, Variable
from ..defaults import SEED
from ..engine.query import Query
from ..engine.rank_probability import TIE_DECIMALS
from ..inference.causal_paths import CONTRIBUTION, contribution_probabilities
from ..inference.compiled import posteriors
from ..inference.contrast_links import evidence_on_link
from ..inference.evidence import Evidence, batch_overrides, reading_evidence
from ..network.contrast import tick_rates
from ..network.measurement import typical_readings

if TYPE_CHECKING:
    from ..case import Case
    from ..inference.compiled import Compiled

ABSENT = NO_YES[0]
CONTRAST_SECONDS = 5  # that an answer to "is it worse after …" takes
IMPOSSIBLE = 1e-12  # the probability of an answer that rounding alone leaves
READINGS = 9  # readings that stand for all of a numeric measurement, each of equal probability
SAMPLES = 1000  # joint answers; a standard error of at most 1.6 in 100
COLUMNS = ["bits", "could_move", "could_flip", "seconds", "question"]


def next_question(case: Case) -> pd.DataFrame:
    """Rank the open questions by how much their answers would inform about the causes.

    Questions are about factors, the pain, its traits and measurements, not about mechanisms. A
    question is open if there is no evidence or intervention on its variable. docs/explaining.md
    says when a measurement or a contrast (`Case.contrast`) is not asked.

    Parameters
    ----------
    case : Case
        The runner.

    Returns
    -------
    pandas.DataFrame
        One row per open question, largest `bits` first; empty if none is open. The index is the
        variable asked about, such as "hills". "hills:contrast" is the question whether the pain is
        worse after runs with hills. Columns:

        - `bits`: the expected reduction of the entropy of "this cause contributes", in bits, summed
          over all causes.
        - `could_move`: the largest change, up or down, that an answer could make to the
          contribution of the cause that now contributes most; from 0 to 1.
        - `could_flip`: the probability that the answer changes which factor contributes most.
        - `seconds`: how long it takes to answer, a whole number.
        - `question`: the question in words.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    Lindley (1956), "On a measure of the information provided by an experiment". A measurement that
    is a number is represented by nine typical readings, equally likely before any evidence.

    Examples
    --------
    >>> from lumbayes import load, next_question
    >>> table = next_question(load().given(back_pain="yes"))
    >>> table[["bits", "could_move", "could_flip", "seconds"]].head(2).round(2)
               bits  could_move  could_flip  seconds
    variable
    hills      0.17        0.11        0.23        5
    weak_core  0.17        0.08        0.63        5
    """
    check_arguments("next_question", locals())
    case.check_consistent()
    unanswered = [v for v in case.variables.values() if _is_unanswered(case, v)]
    questions = {v.name: (v.seconds, v.question) for v in unanswered}
    answers = _possible_answers(case, unanswered)
    for name, question, rates in _unanswered_contrasts(case):
        questions[name] = (CONTRAST_SECONDS, question)
        answers += [(name, (name, weights), 1.0) for weights in (1 - rates, rates)]
    columns = [[], *([evidence] for _, evidence, _ in answers)]
    contribution, total = _contributions(case, case.query_each(columns))
    of_question = np.array([list(questions).index(name) for name, *_ in answers], int)
    chance = np.array([weight for *_, weight in answers]) * total[1:] / total[0]
    share = chance / np.bincount(of_question, chance)[of_question]
    gains = _gains(case, contribution, of_question, share)
    seconds, words = ([question[i] for question in questions.values()] for i in (0, 1))
    by_column = dict(zip(COLUMNS, (*gains, seconds, words), strict=True))
    table = pd.DataFrame(by_column, pd.Index(questions, name="variable"))
    return table.sort_values("bits", ascending=False, kind="stable")


def same_decision_probability(case: Case, samples: int = SAMPLES, seed: int = SEED) -> float:
    """Estimate the probability that more answers would not change which factor contributes most.

    It is the probability that the factor with the highest contribution stays the same after all
    open questions on factors, the pain and its traits are answered. A question is open if there is
    no evidence or intervention on its variable. Measurements and contrasts are not asked.

    Parameters
    ----------
    case : Case
        The runner.
    samples : int, default 1000
        The number of joint answers drawn from the posterior. The standard error of the estimate is
        at most 0.5 / √samples.
    seed : int, default 0
        The seed of the draws.

    Returns
    -------
    float
        The share of the joint answers after which the same factor has the highest contribution,
        from 0 to 1. It is 1 if no question is open.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    Chen, Choi & Darwiche (2014), "Algorithms and applications for the same-decision probability".

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.decisions import same_decision_probability
    >>> same_decision_probability(load().given(back_pain="yes"), samples=200)
    0.23
    """
    check_arguments("same_decision_probability", locals())
    case.check_consistent()
    rng = np.random.default_rng(seed)
    inputs = case.compiled.mean_inputs
    overrides = batch_overrides(case.compiled, case.evidence_inputs(), [[]] * (samples + 1))
    for v in case.network.nodes:
        if _is_unanswered(case, v) and not isinstance(v, Measurement):
            query = Query.from_overrides(inputs, overrides)
            shares = posteriors(case.compiled, query, [v.name])[v.name]
            answers = _sampled_answers(shares, samples + 1, rng)
            answers[:, 0] = 1.0  # column 0 stays as the case is
            case.compiled.add_likelihood(overrides, v.name, answers)
    contribution, _ = _contributions(case, Query.from_overrides(inputs, overrides))
    first = _first_factor(case, contribution)
    return float((first[1:] == first[0]).mean())


def _is_unanswered(case: Case, v: Variable) -> bool:
    """Return whether a runner can still answer, and it is no test of a factor that is known."""
    if not v.question or isinstance(v, Mechanism) or v.name in case.likelihoods:
        return False
    return not {v.name, getattr(v, "reads", "")} & {*case.findings, *case.interventions}


def _unanswered_contrasts(case: Case) -> list[tuple[str, str, np.ndarray]]:
    """Return the contrasts that were not stated, of factors not known to be absent.

    Each with its question and P("worse" is said | absent, idle, fired).
    """
    data = case.variables.contrasts
    if data is None:
        return []
    entered = {**case.findings, **case.interventions}
    known = {*case.contrasts, *(n for n, state in entered.items() if state == ABSENT)}
    rates = tick_rates(data)
    open_ones = [(name, c.question) for name, c in data.factors.items() if name not in known]
    return [(evidence_on_link(name), question, rates) for name, question in open_ones]


def _possible_answers(case: Case, unanswered: list[Variable]) -> list[tuple[str, Evidence, float]]:
    """Return the answers to each question that the findings leave possible."""
    names = [v.name for v in unanswered if not _is_numeric(v)]
    query = Query.from_overrides(case.compiled.mean_inputs, case.evidence_inputs())
    shares = posteriors(case.compiled, query, names)
    of_each = case.compiled.cached("answers to questions", _answers_of_each)
    found = []
    for v in unanswered:
        answers = of_each[v.name]
        possible = shares[v.name][:, 0] > IMPOSSIBLE if v.name in shares else [True] * len(answers)
        found += [(v.name, *answer) for answer, keep in zip(answers, possible, strict=True) if keep]
    return found


def _answers_of_each(compiled: Compiled) -> dict[str, list[tuple[Evidence, float]]]:
    return {v.name: _answers(v) for v in compiled.network.variables.values()}


def _is_numeric(v: Variable) -> bool:
    return isinstance(v, Measurement) and bool(v.numeric)


def _answers(v: Variable) -> list[tuple[Evidence, float]]:
    """Return each possible answer as evidence, with the weight of its share of readings."""
    if isinstance(v, Measurement) and v.numeric:
        readings = typical_readings(v, READINGS).tolist()
        return [(reading_evidence(v, reading), 1 / READINGS) for reading in readings]
    return [((v.name, state), 1.0) for state in np.eye(len(v.states))]


def _sampled_answers(shares: np.ndarray, n_columns: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a state in each column and return it as evidence, shape (n_states, n_columns)."""
    states = (rng.random(n_columns) > np.cumsum(shares, axis=0)[:-1]).sum(axis=0)
    return np.eye(len(shares))[:, states]


def _contributions(case: Case, query: Query) -> tuple[np.ndarray, np.ndarray]:
    """Return the contributions, (n_causes, n_columns), 0 where impossible, and P(evidence)."""
    names = [c.name for c in case.variables.causes]
    circuit = fired_path_circuit(case)
    with np.errstate(invalid="ignore"):
        (contribution,), total = contribution_probabilities(circuit, query, names, CONTRIBUTION)
    return np.nan_to_num(contribution), total


def _gains(
    case: Case, contribution: np.ndarray, of_question: np.ndarray, share: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return `bits`, `could_move` and `could_flip` of each question from its possible answers.

    `contribution` has a column for what is known now and one for each answer; `of_question` and
    `share` say which question an answer is to, and P(answer), each of shape (n_answers,).
    """
    uncertain = entropy(contribution).sum(axis=0)
    bits = uncertain[0] - np.bincount(of_question, share * uncertain[1:])
    top = np.argmax(contribution[:, 0].round(TIE_DECIMALS))
    could_move = np.zeros(len(bits))
    np.maximum.at(could_move, of_question, np.abs(contribution[top, 1:] - contribution[top, 0]))
    first = _first_factor(case, contribution)
    could_flip = np.bincount(of_question, share * (first[1:] != first[0]))
    return bits.clip(0), could_move, could_flip


def entropy(p: np.ndarray) -> np.ndarray:
    """Return the entropy in bits of a variable that is yes with probability p and else no."""
    q = np.clip(np.stack([p, 1 - p]), 1e-300, 1)
    return -(q * np.log2(q)).sum(axis=0)


def _first_factor(case: Case, contribution: np.ndarray) -> np.ndarray:
    """Return the place of the factor that contributes most in each column, the first of ties."""
    is_factor = np.array([isinstance(c, Factor) for c in case.variables.causes])
    rounded = contribution.round(TIE_DECIMALS)
    return np.argmax(np.where(is_factor[:, None], rounded, -1.0), axis=0)
