"""The families of the network: noisy-OR, noisy-MAX, and the trait of a pain that is present."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..data.variables import Trait, Variable
from ..priors.prior import Key, Prior


def noisy_max(priors: Mapping[Key, Prior], v: Variable, present: list[str]) -> np.ndarray:
    """Return P(each state | these parents present, all others absent) of a noisy-MAX.

    Parameters
    ----------
    priors : mapping of key to Prior
        It holds the leak `priors[v.name]` and a link `priors[parent, v.name]` a parent.
    v : Variable
        The effect.
    present : list of str
        The parents that are present.

    Returns
    -------
    ndarray
        Of shape (n_states,), in the order of `v.order`, lowest first.

    Notes
    -----
    The effect has the highest level that its leak or a present link takes, so P(v ≤ state) is the
    product of their cumulated shares (Díez & Druzdzel 2006). Of two states that is the noisy-OR
    with leak: P(yes) = 1 − (1 − leak) Π (1 − link) (Pearl 1988; Henrion 1989).

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.families import noisy_max
    >>> network = load().network
    >>> feet = network.variables["over_pronation"]
    >>> noisy_max(network.priors, feet, ["flat_feet"]).round(2)
    array([0.61, 0.39])
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
        Of shape (n_states,), in the order of `v.order`; the first, no pain, is 0.

    Notes
    -----
    The leak decides only where no link is active. A leak that were always active could only be
    exceeded: the lowest level would then be evidence against every mechanism, even against the one
    whose pain typically has it.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.families import by_default
    >>> network = load().network
    >>> by_default(network.priors, network.variables["severity"], ["muscle_strain"]).round(2)
    array([0.  , 0.44, 0.36, 0.21])
    """
    links = [np.cumsum(priors[p, v.name].shares) for p in present]
    at_most = np.prod([np.ones(len(v.order)), *links], axis=0)
    return np.concatenate([[0.0], np.diff(at_most) + at_most[0] * priors[v.name].shares])
