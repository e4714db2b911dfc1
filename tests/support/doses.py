"""Graded factors worked out apart from the package: shares of levels, likelihoods, doses.

Every expectation is a sum over a fine grid of the true quantity or of the link's probability.
"""

import math
from itertools import pairwise

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import betaln

TO_SCALE = {"linear": float, "log": math.log, "log1p": math.log1p}
FROM_SCALE = {"linear": lambda t: t, "log": np.exp, "log1p": np.expm1}
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(40)
FAR = 12  # standard deviations


def memberships(nodes, x):
    """P(level | quantity x), level 0 first, by the definition: shape (n_levels + 1, n_points)."""
    values, strengths = np.array(nodes, float).T
    g = np.interp(x, values, strengths)
    levels = sorted({s for s in strengths if s >= 1})
    there = np.minimum(g, 1)
    strength = np.maximum(g, 1)
    shares = [1 - there]
    for i, level in enumerate(levels):
        around = [*levels[max(i - 1, 0) : i + 2]]
        hat = np.interp(strength, around, [float(other == level) for other in around])
        shares.append(there * (hat if len(around) > 1 else 1.0))
    return np.array(shares)


def expected(test, mean, sd):
    """E[P(level | x)] of a quantity that is normal on the test's scale, panel by panel."""
    corners = [-math.inf if x <= -1 else x for x, _ in test.dose.nodes]
    on_scale = [TO_SCALE[test.scale](x) for x in corners if test.scale != "log" or x > 0]
    ends = sorted({mean - FAR * sd, mean + FAR * sd, *on_scale})
    ends = [e for e in ends if mean - FAR * sd <= e <= mean + FAR * sd]
    panels = [
        panel
        for a, b in pairwise(ends)
        for panel in pairwise(np.linspace(a, b, max(2, int(2 * (b - a) / sd))))
    ]
    low, high = np.array(panels).T[:, :, None]
    t = ((low + high) / 2 + (high - low) / 2 * POINTS).ravel()
    weights = ((high - low) / 2 * WEIGHTS).ravel() * stats.norm.pdf(t, mean, sd)
    return memberships(test.dose.nodes, FROM_SCALE[test.scale](t)) @ weights


def population(test):
    """P(level) among runners."""
    return expected(test, TO_SCALE[test.scale](test.centre), test.spread)


def likelihood(test, reading):
    """The likelihood of each level at a reading, level 0 first."""
    centre = TO_SCALE[test.scale](test.centre)
    weight = 1 / (1 + (test.error / test.spread) ** 2)
    mean = centre + weight * (TO_SCALE[test.scale](reading) - centre)
    sd = math.sqrt(weight) * test.error
    ratio = expected(test, mean, sd) / population(test)
    return (1 - test.blunder) * ratio + test.blunder


def if_present(test):
    shares = population(test)[1:]
    return shares / shares.sum()


def fires_at_mean(counts, test):
    """E[1 − (1 − λ)^d] at each level, λ a Beta with counts (no, yes)."""
    no, yes = counts
    shares, levels = if_present(test), np.array(test.dose.levels)

    def idle(unit):
        return np.exp(betaln(yes, no + unit * levels) - betaln(yes, no))

    unit = brentq(lambda u: shares @ idle(u) - no / (no + yes), 1e-3, 1e2, xtol=1e-13)
    return 1 - idle(unit)


def fires_at(link, test, shape=1.0):
    """1 − (1 − λ)^d at each level for one value of λ."""
    shares, strengths = if_present(test), np.array(test.dose.levels) ** shape
    idle = 1 - link
    unit = brentq(lambda u: shares @ idle ** (u * strengths) - idle, 1e-4, 1e4, xtol=1e-15)
    return 1 - idle ** (unit * strengths)
