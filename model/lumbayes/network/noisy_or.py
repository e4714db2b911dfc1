"""The conditional tables of the network: noisy-OR, noisy-MAX, traits, and the dominant cause."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..data.variables import BACKGROUND, NO_PAIN, Outcome, Trait, Variable

if TYPE_CHECKING:
    from ..priors.prior import Key, Prior

DOMINANT_CAUSE = "dominant_cause"  # the latent node that traits of the active cause depend on


def noisy_max(priors: Mapping[Key, Prior], v: Variable, present: list[str]) -> np.ndarray:
    """Return P(each state | these parents present, all others absent) of a noisy-MAX.

    Parameters
    ----------
    priors : mapping of key to Prior
        The priors with the leak, `priors[v.name]`, and for each parent the link,
        `priors[parent, v.name]`. Their means are used.
    v : Variable
        The effect.
    present : list of str
        The parents that are present.

    Returns
    -------
    ndarray
        An array of shape (n_states,), in the order of `v.order`, lowest first.

    Notes
    -----
    The effect has the highest state that the leak or a link of a present parent gives, so P(v ≤
    state) is the product of their cumulative probabilities (Díez & Druzdzel 2006). For two states
    that is the noisy-OR with leak: P(yes) = 1 − (1 − leak) Π (1 − link) (Pearl 1988; Henrion 1989).

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.noisy_or import noisy_max
    >>> network = load().network
    >>> feet = network.variables["over_pronation"]
    >>> noisy_max(network.priors, feet, ["flat_feet"]).round(2)
    array([0.03, 0.97])
    """
    levels = [priors[v.name], *(priors[p, v.name] for p in present)]
    return np.diff(np.prod([np.cumsum(level.shares) for level in levels], axis=0), prepend=0.0)


def by_default(priors: Mapping[Key, Prior], v: Trait, present: list[str]) -> np.ndarray:
    """Return P(each state | these parents and the pain present) of a trait.

    Parameters
    ----------
    priors, v, present
        As in `noisy_max`.

    Returns
    -------
    ndarray
        An array of shape (n_states,), in the order of `v.order`; the first, no pain, is 0.

    Notes
    -----
    The leak counts only if no link fires. If it always counted, the links could only raise the
    state further. The lowest state would then be evidence against every mechanism, even against
    the one whose pain typically has it.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.noisy_or import by_default
    >>> network = load(traits=False).network
    >>> by_default(network.priors, network.variables["severity"], ["muscle_strain"]).round(2)
    array([0.  , 0.46, 0.36, 0.18])
    """
    links = [np.cumsum(priors[p, v.name].shares) for p in present]
    at_most = np.prod([np.ones(len(v.order)), *links], axis=0)
    return np.concatenate([[0.0], np.diff(at_most) + at_most[0] * priors[v.name].shares])


def dominant_causes(outcome: Outcome) -> tuple[str, ...]:
    """Return the states of "dominant_cause": no pain, each parent of the pain, the background.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.noisy_or import dominant_causes
    >>> dominant_causes(load().variables.outcome)[:2]
    ('none', 'muscle_strain')
    """
    return (NO_PAIN, *outcome.parents, BACKGROUND)


def dominant_cause(priors: Mapping[Key, Prior], outcome: Outcome) -> np.ndarray:
    """Return P(dominant cause | causes of the pain, the pain).

    Parameters
    ----------
    priors : mapping of key to Prior
    outcome : Outcome
        The pain.

    Returns
    -------
    ndarray
        An array of shape (n_parents + 2, 2, …, 2). The first axis is in the order of
        `dominant_causes`, then follows an axis per parent, and the last axis is the pain.

    Notes
    -----
    The dominant cause is uniform over the parents whose links fired. It is the background if only
    the leak of the pain fired, and "none" without pain.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.noisy_or import dominant_cause
    >>> network = load().network
    >>> dominant_cause(network.priors, network.variables.outcome)[:, 1, 0, 0, 0, 0, 0, 1].round(2)
    array([0., 1., 0., 0., 0., 0., 0., 0.])
    """
    n_parents = len(outcome.parents)
    links = np.array([priors[parent, outcome.name].mean for parent in outcome.parents])
    leak = priors[outcome.name].mean
    table = np.zeros([*[2] * (n_parents + 1), n_parents + 2])
    table[..., 0, 0] = 1.0
    for present in product((0, 1), repeat=n_parents):
        joint = np.zeros(n_parents + 2)
        on = np.flatnonzero(present)
        for fired in product((0, 1), repeat=len(on)):
            strengths = np.where(fired, links[on], 1 - links[on])
            at_work = on[np.flatnonzero(fired)]
            if len(at_work):
                joint[1 + at_work] += strengths.prod() / len(at_work)
            else:
                joint[-1] = leak * strengths.prod()
        table[(*present, 1)] = _shares(joint)
    return np.moveaxis(table, -1, 0)


def rows_by_cause(priors: Mapping[Key, Prior], v: Variable) -> np.ndarray:
    """Return P(state of a trait | dominant cause), of shape (n_states, n_parents + 2).

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.noisy_or import rows_by_cause
    >>> network = load().network
    >>> rows_by_cause(network.priors, network.variables["cough"]).shape
    (4, 8)
    """
    table = np.zeros((len(v.states), len(v.parents) + 2))
    table[0, 0] = 1.0
    keys: list[Key] = [*((parent, v.name) for parent in v.parents), v.name]
    for column, key in enumerate(keys, 1):
        table[1:, column] = priors[key].shares
    return table


def _shares(joint: np.ndarray) -> np.ndarray:
    """Return weights as shares; without any the pain has no cause and is the background's."""
    return joint / joint.sum() if joint.sum() else np.eye(len(joint))[-1]
