"""The values of a compiled network's inputs: its parameters at their means or over draws."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..data.variables import Measurement, Trait
from ..engine.circuit import CONSTANTS
from .dominant_cause import quadrature_inputs

if TYPE_CHECKING:
    from ..network.network import Network
    from ..priors.prior import Key, Prior
    from .dose_links import DoseLinks

InputKey = tuple[str | int, ...]
OF_PRIORS = ("mean_inputs", "relative_strengths")  # what another network has of its own


class Origin(NamedTuple):
    """What the inputs of a network may be taken from: those of the network that it was made from.

    `samples` are by number of draws and seed; `means` is None if they were not computed.
    """

    network: Network
    samples: dict[tuple[int, int], np.ndarray]
    means: np.ndarray | None


class ParameterInputs:
    """The inputs of a compiled network, computed from the values of its parameters."""

    network: Network
    doses: DoseLinks
    input_rows: dict[InputKey, int]
    _samples: dict[tuple[int, int], np.ndarray]
    _origin: Origin

    @cached_property
    def mean_inputs(self) -> np.ndarray:
        """The inputs at the mean of every prior, shape (n_inputs, 1), without evidence.

        The joint distribution is linear in each parameter. So the posteriors at the means are
        exact: the priors are integrated out. As in `sampled_inputs`, what is shared is not computed
        again.
        """
        original, known = self._origin.network.priors, self._origin.means
        inputs = self._blank_inputs(1) if known is None else known.copy()
        for key, prior in self.network.priors.items():
            if known is None or prior is not original[key]:
                inputs[self.parameter_rows(key), 0] = self.prior_values(prior)
        return inputs

    def prior_values(self, prior: Prior) -> np.ndarray:
        """Return the values of the rows of a prior at the mean; order as in `parameter_rows`."""
        values = self.parameter_values(prior.key, prior.shares)
        if prior.key in self.doses:
            idle = self.doses.idle_at_mean(prior)
            values[2 : 2 + len(idle)] = idle
        return values

    def sampled_inputs(self, n: int, seed: int) -> np.ndarray:
        """Return the inputs for `n` joint draws of all parameters, shape (n_inputs, n), cached.

        All queries with the same `n` and `seed` use the same draws. What is drawn as in the network
        that this one was made from by `with_network` is not drawn again.
        """
        if (n, seed) not in self._samples:
            priors, original = self.network.priors, self._origin.network.priors
            known = self._origin.samples.get((n, seed))
            new = [*priors] if known is None else priors.drawn_otherwise(original)
            draws = priors.sample(n, seed, new)
            values = {k: np.stack([1 - d, d]) if d.ndim == 1 else d.T for k, d in draws.items()}
            shapes = self.doses.sampled_shapes(n, seed)
            self._samples[n, seed] = self.parameter_inputs(values, known, shapes)
        return self._samples[n, seed]

    def parameter_inputs(
        self,
        shares: Mapping[Key, np.ndarray],
        inputs: np.ndarray | None = None,
        shapes: Mapping[str, np.ndarray] | None = None,
    ) -> np.ndarray:
        """Return the inputs for given values of parameters, without evidence.

        Parameters
        ----------
        shares : mapping of key to array, shape (n_states, batch_size)
            From parameter to the probabilities of its states.
        inputs : array, shape (n_inputs, batch_size), optional
            Inputs with the values of the parameters that are not in `shares`.
        shapes : mapping of factor to array, shape (batch_size,), optional
            From graded factor to the power that its strengths are raised to; by default 1.
        """
        if inputs is None:
            inputs = self._blank_inputs(max(array.shape[1] for array in shares.values()))
        else:
            inputs = inputs.copy()
        for key, array in shares.items():
            values = self.parameter_values(key, array)
            if key in self.doses:
                shape = (shapes or {}).get(key[0], np.ones(1))
                idle = self.doses.idle_of_draws(key, array, shape)
                values[2 : 2 + len(idle)] = idle
            inputs[self.parameter_rows(key)] = values
        return inputs

    def _blank_inputs(self, batch_size: int) -> np.ndarray:
        inputs = np.ones((len(self.input_rows) + len(CONSTANTS), batch_size))
        inputs[: len(CONSTANTS)] = CONSTANTS
        constants = quadrature_inputs(len(self.network.variables.outcome.parents))
        constants |= self.doses.constants()
        for key, row in self.input_rows.items():
            lowest = {"shut": float(key[2] == 0), "row": 0.0}  # other states of rows are priors
            inputs[row] = constants.get(key, lowest.get(str(key[0]), 1.0))
        return inputs

    def parameter_rows(self, key: Key) -> list[int]:
        """Return the input rows of a parameter, in the order of the states of its variable.

        For the link of a graded factor there follow the rows of P(link idle | level) for each
        level, then those of P(idle or not | level), which is 1.
        """
        cause, effect = ("", key) if isinstance(key, str) else key
        v = self.network.variables[effect]
        if v.follows_cause:
            return [self.input_rows["row", cause, v.name, k] for k in range(1, len(v.states))]
        prefix: tuple[str, ...] = ("link", cause)
        if isinstance(v, Measurement) or not self.network.parents(v.name):
            prefix = ("point", cause.partition("=")[2])
        elif not cause:
            prefix = ("leak",)
        rows = [self.input_rows[(*prefix, v.name, k)] for k in range(len(v.states))]
        if key in self.doses:
            for by_level in (self.doses.idle_rows, self.doses.any_rows):
                rows += by_level(cause, lambda *row: self.input_rows[row])
        return rows

    def parameter_values(self, key: Key, shares: np.ndarray) -> np.ndarray:
        """Return the values of the rows of a parameter: its probabilities, or their cumulation.

        Both arrays have the shape (n_states, batch_size). For the link of a graded factor the
        result has two rows per level more. There P(link fires | level) is taken in the proportion
        to P(link fires) that it has at the mean of the prior, so that all rows are linear in
        `shares`.
        """
        v = self.network.variables[key if isinstance(key, str) else key[1]]
        if v.follows_cause:
            return shares
        if isinstance(v, Trait) and key == v.name:  # a trait's leak has no share of its level none
            return np.concatenate([np.zeros((1, *shares.shape[1:])), shares])
        if key in self.doses:
            idle = shares[0] + np.multiply.outer(1 - self.relative_strengths[key], shares[1])
            either = np.broadcast_to(shares.sum(axis=0), idle.shape)
            return np.concatenate([np.cumsum(shares, axis=0), idle, either])
        return np.cumsum(shares, axis=0) if v.parents else shares

    @cached_property
    def relative_strengths(self) -> dict[Key, np.ndarray]:
        """By graded link, P(link fires | level) / P(link fires) at the means, shape (n_levels,)."""
        links = [*self.doses.effects.items()]
        return {link: self.doses.relative_strengths(self.network.priors[link]) for link in links}
