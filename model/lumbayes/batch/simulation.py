"""Simulation of runners from the network: link activations, states and readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import NUMBER, check_arguments
from ..data.variables import Measurement, Trait, Variable
from ..defaults import SEED
from ..inference.dose_links import dose_of
from ..network.network import Network
from ..network.noisy_or import DOMINANT_CAUSE, dominant_causes
from .columns import is_numeric
from .readings import readings, uniforms

if TYPE_CHECKING:
    from ..case import Case
    from ..priors.prior import Key

Levels = dict[str, np.ndarray]  # by variable or link the position in the variable's order, (n,)


def simulate(case: Case, n: int, seed: int = SEED, missing: float = 0) -> pd.DataFrame:
    """Simulate runners from the network at the means of its priors.

    Parameters
    ----------
    case : Case
        The network. Its interventions (`Case.do`) apply to all runners. It must hold no findings,
        likelihoods or contrasts.
    n : int
        The number of runners.
    seed : int, default 0
        The seed. It gives the same runners whatever `missing` is.
    missing : float, default 0
        The probability, from 0 to 1, that a cell is left unknown (NaN), completely at random.

    Returns
    -------
    DataFrame, shape (n, n_variables)
        One row per runner, numbered from 0, and one column per variable. A cell is a state as text
        or, for a numeric measurement, a reading in its unit. `posteriors` takes this table.

    Raises
    ------
    ValueError
        If `n` or `missing` is out of range, or if the case holds findings, likelihoods or
        contrasts.

    Examples
    --------
    >>> from lumbayes import load, simulate
    >>> simulate(load(base_rate=0.3), 3, seed=1)[["hills", "back_pain", "severity"]]
      hills back_pain severity
    0    no        no     none
    1    no       yes   severe
    2    no        no     none

    Notes
    -----
    Ancestral sampling. To condition on findings, simulate and select the rows that agree with them.
    """
    check_arguments("simulate", locals(), missing=NUMBER)
    if not 0 <= missing <= 1:
        raise ValueError(
            f"Found missing={missing}: it is the share of cells left unknown, from 0 to 1."
        )
    frame = simulate_latent(case, n, seed)[list(case.variables)]
    is_missing = [uniforms(seed, f"missing {name}", n) < missing for name in frame]
    return frame.mask(np.stack(is_missing, axis=1))


def simulate_latent(case: Case, n: int, seed: int = SEED) -> pd.DataFrame:
    """Simulate runners as `simulate` does, together with which links and leaks fired.

    Parameters
    ----------
    case : Case
        The network. Its interventions (`Case.do`) apply to all runners. It must hold no findings,
        likelihoods or contrasts.
    n : int
        The number of runners.
    seed : int, default 0
        The seed. It gives the same runners as in `simulate`.

    Returns
    -------
    DataFrame, shape (n, n_columns)
        One row per runner, numbered from 0. The columns:

        - one per variable, as `simulate` returns them;
        - `dominant_cause`: the cause whose pain the traits describe, drawn from those whose links
          to the pain fired; "background" if none fired, "none" without pain. Left out with
          `load(traits=False)`;
        - `cause → effect`, one per link: the state, such as "yes", that the link gives its effect.
          It is the lowest state, such as "no", if the cause is absent or the link does not fire;
        - `→ effect`, one per leak: the state that the leak gives the effect, in the same way; that
          of a trait fires only if no link to it does.

        A variable held by `Case.do` has no columns for its leak and the links to it. A trait that
        depends on `dominant_cause` has none either: it is drawn from that cause, not from links.

    Raises
    ------
    ValueError
        If `n` is negative, or if the case holds findings, likelihoods or contrasts.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.batch import simulate_latent
    >>> runners = simulate_latent(load(), 1000, seed=1)
    >>> on_hills = runners[runners["hills"] == "yes"]
    >>> on_hills["hills → muscle_strain"].value_counts().to_dict()
    {'no': 189, 'yes': 4}
    >>> runners["dominant_cause"].value_counts().head(2).to_dict()
    {'none': 963, 'muscle_strain': 21}
    """
    check_arguments("simulate_latent", locals())
    if case.findings or case.likelihoods or case.contrasts:
        raise ValueError(
            f"Found {case}: simulate runners of a case without findings, likelihoods or contrasts."
        )
    levels = Levels()
    link_levels = Levels()
    doses = case.compiled.doses
    shares = {key: prior.shares for key, prior in case.priors.items()}
    shares |= {link: doses.by_level(case.priors[link]) for link in doses.effects.items()}
    for name in _topological_order(case.network):
        if name == DOMINANT_CAUSE:
            levels[name] = _dominant_causes(case, levels, link_levels, seed)
            continue
        variable = case.variables[name]
        if name in case.interventions:
            levels[name] = np.full(n, variable.order.index(case.interventions[name]))
        elif variable.parents and not variable.follows_cause:
            active = _link_levels(variable, levels, shares, seed, n)
            levels[name] = np.max([*active.values()], axis=0)
            link_levels |= active
        else:
            table = _conditional_table(case, variable, levels, shares)
            levels[name] = _sample_states(table, uniforms(seed, name, n))
        if name in doses.tests:
            level = _sample_states(doses.shares[name][:, None], uniforms(seed, dose_of(name), n))
            levels[dose_of(name)] = (levels[name] > 0) * (1 + level)
    return _labelled(case, levels, link_levels, seed)


def sample_parameters(case: Case, seed: int = SEED) -> Case:
    """Draw all parameters once from their joint prior and return the case with these values.

    Parameters
    ----------
    case : Case
        The case whose priors are drawn from.
    seed : int, default 0
        The seed of the draw.

    Returns
    -------
    Case
        A case with the same evidence. The mean of each prior is the drawn value, its counts have
        the same sum as before, and its `basis` is "draw". T (see `lumbayes.load`) stays the same,
        so P(pain) may differ from the base rate that the case shows.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.batch import sample_parameters
    >>> base = load()
    >>> truth = sample_parameters(base, seed=3)
    >>> [round(case.priors["hills"].mean, 2) for case in (base, truth)]
    [0.18, 0.06]
    """
    check_arguments("sample_parameters", locals())
    drawn = {key: draws[0] for key, draws in case.priors.sample(1, seed).items()}
    return at_draw(case, drawn, f"one draw of its prior (seed {seed})")


def at_draw(case: Case, drawn: Mapping[Key, np.ndarray], source: str) -> Case:
    """Return the case with these values for the means of its priors: P(yes), or of each state."""
    priors, at = case.priors, {}
    for key, value in drawn.items():
        shares = value if value.ndim else np.array([1 - value, value])
        counts = tuple((shares * sum(priors[key].counts)).tolist())
        alone = replace(priors[key], within_variance=0, between_variance=0, mixed=())
        at[key] = replace(alone, counts=counts, basis="draw", source=source)
    return replace(case, compiled=case.compiled.with_network(Network(priors.with_priors(at))))


def _topological_order(network: Network) -> list[str]:
    latent = [DOMINANT_CAUSE] if network.variables.cause_traits else []
    names = [*(node.name for node in network.nodes), *latent]
    parents = {name: network.parents(name) for name in names}
    return [*TopologicalSorter(parents).static_order()]


def _conditional_table(
    case: Case, variable: Variable, levels: Levels, shares: Mapping[Key, np.ndarray]
) -> np.ndarray:
    """P(state) of a variable without links, of a test given its factor, (n_states, n or 1)."""
    if variable.follows_cause:
        return case.network.table(variable.name)[:, levels[DOMINANT_CAUSE]]
    if not isinstance(variable, Measurement):
        return shares[variable.name][:, None]
    states = case.variables[variable.reads].states
    columns = [shares[f"{variable.reads}={state}", variable.name] for state in states]
    return np.stack(columns, axis=1)[:, levels[variable.reads]]


def _dominant_causes(case: Case, levels: Levels, link_levels: Levels, seed: int) -> np.ndarray:
    """The dominant cause: any of those whose links into the pain fired, each as likely."""
    outcome = case.variables.outcome
    is_pain = levels[outcome.name] > 0
    n = len(is_pain)
    idle = np.zeros(n, int)
    fired = [link_levels.get(f"{p} → {outcome.name}", idle) > 0 for p in outcome.parents]
    # the background is the last, and the only one where no link fired
    candidates = np.stack([*fired, ~np.any([*fired, idle > 0], axis=0)]).cumsum(axis=0)
    chosen = np.floor(uniforms(seed, DOMINANT_CAUSE, n) * candidates[-1])
    return np.where(is_pain, 1 + (candidates <= chosen).sum(axis=0), 0)


def _link_levels(
    variable: Variable, levels: Levels, shares: Mapping[Key, np.ndarray], seed: int, n: int
) -> Levels:
    """The level that the leak and each link give a noisy-MAX variable."""
    active = {}
    for parent in variable.parents:
        label = f"{parent} → {variable.name}"
        by_level = shares[parent, variable.name].reshape(len(variable.states), -1)
        at_level = levels[dose_of(parent)] if by_level.shape[1] > 1 else [0]
        drawn = _sample_states(by_level[:, at_level], uniforms(seed, label, n))
        active[label] = (levels[parent] > 0) * drawn
    leak_label = f"→ {variable.name}"
    leak = _sample_states(shares[variable.name][:, None], uniforms(seed, leak_label, n))
    if not isinstance(variable, Trait):
        return {leak_label: leak, **active}
    is_open = levels[variable.gate] > 0
    active = {label: level * is_open for label, level in active.items()}
    no_active_link = np.max([*active.values()], axis=0) == 0
    return {leak_label: (leak + 1) * no_active_link * is_open, **active}


def _sample_states(shares: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    """States by inversion of the cumulated shares, which have shape (n_states, n or 1)."""
    return (uniforms >= np.cumsum(shares, axis=0)[:-1]).sum(axis=0)


def _labelled(case: Case, levels: Levels, link_levels: Levels, seed: int) -> pd.DataFrame:
    """Levels as states' names, and readings of the numeric tests."""
    variables = case.variables
    columns: dict[str, np.ndarray] = {}
    for name, variable in variables.items():
        if is_numeric(variable):
            level = levels[dose_of(variable.reads) if variable.dose else variable.reads]
            columns[name] = readings(variable, level, seed)
        else:
            columns[name] = _names(variable.order, levels[name])
    if DOMINANT_CAUSE in levels:
        columns[DOMINANT_CAUSE] = _names(dominant_causes(variables.outcome), levels[DOMINANT_CAUSE])
    for label, level in link_levels.items():
        effect = label.rpartition("→ ")[2]
        columns[label] = _names(variables[effect].order, level)
    frame = pd.DataFrame(columns)
    if len(frame):
        return frame
    # of no rows pandas cannot tell that a column would hold text
    return frame.astype({name: "str" for name, held in columns.items() if held.dtype == object})


def _names(names: Sequence[str], levels: np.ndarray) -> np.ndarray:
    return np.array(names, object)[levels]
