"""The evidence of a case as it was entered: its labels, its check, and the queries made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..data.arguments import COUNT_OR_ZERO, EVIDENCE, check_arguments
from ..defaults import SEED
from ..engine.query import ACCURACY_OF_DRAWS, Overrides, Query
from ..engine.solve import probability
from ..errors import ImpossibleFindings, allow
from ..network.contrast import contrast_likelihood
from ..network.measurement import level_likelihood, likelihood
from .contrast_links import evidence_on_link
from .dose_links import evidence_on_dose
from .evidence_checks import is_reading, ratio_label
from .observed import hold_observed
from .surgery import intervention

if TYPE_CHECKING:
    from ..data.variables import Measurement, Variable, Variables
    from ..network.network import Network
    from ..priors.priors import Priors
    from .compiled import Compiled

Evidence = tuple[str, np.ndarray]  # a node, and the likelihood of each of its states


@dataclass(frozen=True, eq=False)
class EnteredEvidence:
    """A compiled network together with the evidence and interventions entered into it."""

    compiled: Compiled
    findings: Mapping[str, str | float] = field(default_factory=dict)
    likelihoods: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    interventions: Mapping[str, str] = field(default_factory=dict)
    beliefs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    contrasts: Mapping[str, str] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The `Network` with the parameters of the case, without its evidence and interventions.

        Its methods include `cpt` (a conditional table), `save` and `to_pgmpy`.
        """
        return self.compiled.network

    @property
    def variables(self) -> Variables:
        """The variables of the case, a mapping from name to variable.

        They are the factors, mechanisms, traits, measurements and the outcome (the pain). For
        example, `case.variables["hills"].states` is ("no", "yes").
        """
        return self.network.variables

    @property
    def priors(self) -> Priors:
        """The priors of the case, a mapping from parameter to `Prior`, a Beta or Dirichlet.

        The key of a base rate or leak is its variable, such as "hills". The key of a link is the
        pair (cause, effect). A `Prior` has a `mean`, an `interval(width)`, its `source` and its
        `claims`.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors["hills", "muscle_strain"].source
        'replies 1, 2, 3'
        """
        return self.network.priors

    @property
    def probability(self) -> float:
        """P(evidence) under the interventions, exact at the prior means; 1 without evidence.

        A reading enters as p(reading | factor) / p(reading among all runners), so the value can
        exceed 1. The weights of a likelihood or contrast are scaled such that the largest is 1.
        """
        return float(probability(self.compiled.circuit, self.query())[0])

    def check_consistent(self) -> None:
        """Raise `ImpossibleFindings` if the evidence has probability 0; otherwise do nothing."""
        if not self.probability > 0:
            labels = ", ".join(self.labels())
            raise ImpossibleFindings(f"These findings exclude each other in this model: {labels}.")

    def query(self, draws: int = 0, seed: int = SEED) -> Query:
        """Return the input of the arithmetic circuit for this case.

        The functions of `lumbayes.engine.solve`, such as `probability`, take it as an argument. For
        the probabilities of one variable use `posterior`.

        Parameters
        ----------
        draws : int, default 0
            The number of joint draws of all parameters from their priors; 0 means the prior means.
            The base rate of an observed factor keeps its mean, because it does not change the
            posteriors.
        seed : int, default 0
            The seed of the draws.

        Returns
        -------
        Query
            `inputs`: an array with one row per input of the circuit (a parameter, or the likelihood
            of a state) and one column per draw, or one column of means; without the evidence.
            `overridden`: the numbers of the rows that evidence and interventions replace.
            `override_values`: what they are replaced by when the circuit is evaluated.

        Examples
        --------
        >>> from lumbayes import load
        >>> from lumbayes.engine.solve import probability
        >>> case = load().given(back_pain="yes")
        >>> probability(case.compiled.circuit, case.query()).round(3)
        array([0.03])
        """
        check_arguments("Case.query", locals(), draws=COUNT_OR_ZERO)
        overrides = self.evidence_inputs()
        if not draws:
            return Query.from_overrides(self.compiled.mean_inputs, overrides)
        inputs = self.compiled.sampled_inputs(draws, seed)
        held = hold_observed(self.compiled, overrides)
        return Query.from_overrides(inputs, held, ACCURACY_OF_DRAWS)

    def query_each(self, columns: Sequence[Sequence[Evidence]]) -> Query:
        """Return the input of the arithmetic circuit for several variants of this case.

        `columns` has a list per variant: the evidence added to that of the case, as pairs of a node
        and one weight per state, such as ``[("hills", [0, 1])]`` for hills=yes. The `Query` is as
        that of `query()`, not yet evaluated, with one column per variant. For probabilities of many
        runners use `lumbayes.posteriors`.
        """
        check_arguments("Case.query_each", locals(), columns=EVIDENCE)
        overrides = batch_overrides(self.compiled, self.evidence_inputs(), columns)
        return Query.from_overrides(self.compiled.mean_inputs, overrides)

    def evidence_inputs(self) -> Overrides:
        """Return the inputs of the arithmetic circuit that evidence and interventions replace.

        The result is a dict from the number of an input (its row in `query().inputs`) to the number
        that replaces it. The inputs are likelihoods of states, and parameters that an intervention
        or a reading sets. `query` holds them already, as `overridden` and `override_values`. For
        probabilities use `posterior`.
        """
        overrides: Overrides = {}
        for name, state in self.interventions.items():
            overrides |= intervention(self.compiled, name, state)
        held = [
            (name, indicator(self.variables[name], state))
            for name, state in self.interventions.items()
        ]
        for name, weights in [*held, *self.evidence()]:
            self.compiled.add_likelihood(overrides, name, weights)
        return overrides

    def dose_inputs(self) -> Overrides:
        """Return the part of `evidence_inputs` that readings imply for doses, for `Diary`.

        A dose is how strongly a factor acts. The result is a dict with one entry per possible dose
        of each factor that a reading is about: from the number of the circuit's input for this dose
        (its row in `query().inputs`) to P(dose | factor present, reading), a float. It is {} if no
        reading is about a dose. In a run without the factor these inputs have no effect.
        """
        return self.compiled.dose_inputs(self.evidence_inputs())

    def evidence(self) -> list[Evidence]:
        """Return findings, likelihoods and contrasts as weights of nodes, for other engines.

        For probabilities use `posterior`. docs/sharing.md shows how pyAgrum takes the result.

        Returns
        -------
        list of (str, ndarray)
            Pairs of a node and its weights, one per state of the node, without interventions:

            - Finding that is a state: 1 for this state and 0 for the others.
            - Reading: p(reading | state) / p(reading among all runners) for each state of the
              factor that it measures. If the factor has doses (how strongly it acts), the node is
              "weak_core:dose": the first weight is for the absent factor, and one for each dose
              follows.
            - Likelihood: one weight per state, the largest 1.
            - Contrast: the node is "hills:contrast", with three states: the factor is absent; it is
              present and its link did not fire; its link fired. The largest weight is 1.

        Examples
        --------
        >>> from lumbayes import load
        >>> case = load().given(hills="yes").likelihood(flat_feet=4)
        >>> [(node, weights.tolist()) for node, weights in case.evidence()]
        [('hills', [0.0, 1.0]), ('flat_feet', [0.25, 1.0])]
        """
        hard = [finding_likelihood(self.variables, *pair) for pair in self.findings.items()]
        soft = [(name, np.array(w) / max(w)) for name, w in self.likelihoods.items()]
        return hard + soft + self._contrast_evidence()

    def _contrast_evidence(self) -> list[Evidence]:
        data = self.variables.contrasts
        if data is None:  # of a network without contrasts, in which those of the case would be lost
            allow("contrast", "factor", self.contrasts, ())
            return []
        return [
            (evidence_on_link(name), contrast_likelihood(data, statement))
            for name, statement in self.contrasts.items()
        ]

    def labels(self) -> list[str]:
        """Return evidence and interventions as texts, such as "hills=yes" and "do hills=no".

        Findings come first, then likelihoods, contrasts and interventions.
        """
        return [
            *(finding_label(*pair) for pair in self.findings.items()),
            *(f"{name} {self.likelihood_label(name)}" for name in self.likelihoods),
            *(contrast_label(*pair) for pair in self.contrasts.items()),
            *(f"do {name}={state}" for name, state in self.interventions.items()),
        ]

    def likelihood_label(self, name: str) -> str:
        """Return the likelihood on a variable as text: "likelihood 3:1" or "believed yes 0.8".

        The second form is used if `believe` entered it. Raises `ValueError` if the variable has no
        likelihood.
        """
        check_arguments("Case.likelihood_label", locals())
        allow("Case.likelihood_label", "variable with a likelihood", [name], self.likelihoods)
        if name in self.beliefs:
            return f"believed {belief_label(self.beliefs[name])}"
        return f"likelihood {ratio_label(self.likelihoods[name])}"

    def condition(self) -> str:
        """Return all that was entered as a condition, such as " | hills=yes"; "" if nothing was."""
        labels = ", ".join(self.labels())
        return f" | {labels}" if labels else ""


def finding_likelihood(variables: Variables, name: str, value: str | float) -> Evidence:
    """Return a finding as a node and its likelihood; a reading stands at the factor it measures."""
    v = variables[name]
    return reading_evidence(v, float(value)) if is_reading(v) else (name, indicator(v, str(value)))


def reading_evidence(test: Measurement, reading: float) -> Evidence:
    """Return a reading as a node (the factor measured, or its dose) and the node's likelihood."""
    if test.dose:
        return evidence_on_dose(test.reads), level_likelihood(test, reading)
    return test.reads, likelihood(test, reading)


def node_of(name: str) -> str:
    """Return the variable that evidence is on; for a link or a dose that is its factor.

    Examples
    --------
    >>> from lumbayes.inference.evidence import node_of
    >>> node_of("hills:dose"), node_of("hills")
    ('hills', 'hills')
    """
    return name.partition(":")[0]


def indicator(v: Variable, state: str) -> np.ndarray:
    """Return an array of 1 at the state and 0 at the others, shape (n_states,)."""
    return np.array([float(s == state) for s in v.states])


def finding_label(name: str, value: str | float) -> str:
    """Return a finding as text, such as "plank_seconds=22"."""
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"


def contrast_label(name: str, statement: str) -> str:
    """Return a contrast as text, such as "hills:contrast=worse"."""
    return f"{evidence_on_link(name)}={statement}"


def belief_label(belief: Mapping[str, float]) -> str:
    """Return stated probabilities as text, such as "yes 0.8"."""
    return " ".join(f"{state} {share:g}" for state, share in belief.items())


def batch_overrides(
    compiled: Compiled, overrides: Overrides, columns: Sequence[Sequence[Evidence]]
) -> Overrides:
    """Return the overrides for a batch in which each column adds its own list of evidence."""
    n_columns = len(columns)
    batch: Overrides = {row: np.full(n_columns, value) for row, value in overrides.items()}
    likelihoods: dict[str, np.ndarray] = {}
    for column, evidence in enumerate(columns):
        for name, weights in evidence:
            likelihood = likelihoods.setdefault(name, np.ones((len(weights), n_columns)))
            likelihood[:, column] *= weights
    for name, likelihood in likelihoods.items():
        compiled.add_likelihood(batch, name, likelihood)
    return batch
