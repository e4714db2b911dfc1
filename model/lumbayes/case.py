"""One runner's case: evidence in, posterior out; each method returns a new case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .data.claims import Claim
from .errors import allow
from .inference.beliefs import belief_likelihoods, check_belief, stated_shares
from .inference.compiled import posteriors
from .inference.evidence import (
    EnteredEvidence,
    check_finding,
    check_node,
    check_ratio,
    check_state,
)
from .network.network import Network

MAX_NAMED = 12  # claims that the printed form of a case names; the rest are counted


@dataclass(frozen=True, eq=False)
class Case(EnteredEvidence):
    """A network with the evidence of one runner; a value that is never changed.

    `load` makes the first case; `given`, `believe`, `likelihood` and `do` return others.

    Attributes
    ----------
    findings : Mapping
        Hard evidence: a state's name, or a reading in the unit of its test.
    likelihoods : Mapping
        Likelihood evidence: one weight for each state of a variable.
    interventions : Mapping
        The state at which `do` holds a variable.
    beliefs : Mapping
        The probabilities that `believe` stated, by state; they stand as likelihoods, too.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().given(back_pain="yes", plank_seconds=22).likelihood(flat_feet=3)
    Case('thread', base rate 0.03 (any_run), T 29.4, no claim left out)
    entered: back_pain=yes, plank_seconds=22, flat_feet likelihood 3:1
    """

    def __repr__(self) -> str:
        kept = set(self.priors.claims)
        excluded = [c.id for c in self.compiled.base_claims if c not in kept]
        more = [f"{len(excluded) - MAX_NAMED} more"] if len(excluded) > MAX_NAMED else []
        claims = f"without claims {', '.join([*excluded[:MAX_NAMED], *more])}"
        level = f"{self.priors.level}, " if self.priors.level else ""
        claims = claims if excluded else "no claim left out"
        first = f"Case({self.priors.name!r}, {level}{claims})"
        return f"{first}\nentered: {', '.join(self.labels()) or 'nothing'}"

    def without_evidence(self) -> Case:
        """Return the case with the same priors and nothing entered.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(hills="yes").without_evidence().findings
        {}
        """
        return Case(self.compiled)

    def given(self, **findings: str | float) -> Case:
        """Return a case with findings (hard evidence) added; what is not given stays unknown.

        Parameters
        ----------
        **findings : str or float
            For each variable a state's name, or a number in the unit of the measurement.

        Raises
        ------
        ValueError
            If a name or state is unknown, a number is out of range, or a finding contradicts an
            earlier one (call `retract` first).

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(hills="yes", plank_seconds=22).findings
        {'hills': 'yes', 'plank_seconds': 22.0}
        """
        for name, value in findings.items():
            findings[name] = check_finding(self.variables[name], value)
            self._check_unchanged(name, findings[name])
        return replace(self, findings={**self.findings, **findings})

    def likelihood(self, **ratios: float | Mapping[str, float]) -> Case:
        """Return a case with likelihood (virtual) evidence added; repeated calls multiply.

        Parameters
        ----------
        **ratios : float or Mapping
            For each variable the likelihood ratio of yes to no. A variable of more states takes a
            mapping of states to weights; a state left out has weight 1.

        Raises
        ------
        ValueError
            If a ratio is not a finite number above 0, or a name or state is unknown. A bare number
            between 0 and 1 is refused, for it looks like a probability: `believe` states one, and
            a mapping gives a ratio against yes (``{"no": 3}``).

        Notes
        -----
        Pearl (1988), *Probabilistic Reasoning in Intelligent Systems*, 2.2.2. A probability stated
        before by `believe` stays as the ratio that it was worth.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().likelihood(weak_core=3).likelihood(weak_core=3).likelihoods
        {'weak_core': (1.0, 9.0)}
        """
        likelihoods = dict(self.likelihoods)
        for name, ratio in ratios.items():
            weights = check_ratio(check_node(self.variables[name]), ratio)
            before = likelihoods.get(name, (1.0,) * len(weights))
            likelihoods[name] = tuple(a * b for a, b in zip(before, weights, strict=True))
        beliefs = {k: v for k, v in self.beliefs.items() if k not in ratios}
        return replace(self, likelihoods=likelihoods, beliefs=beliefs)

    def believe(self, **probabilities: float | Mapping[str, float]) -> Case:
        """Return a case with stated probabilities, each worth its odds over the base rate's.

        Parameters
        ----------
        **probabilities : float or Mapping
            For each variable the probability of yes. A variable of more states takes a mapping of
            states to probabilities; states left out share the rest as they do without evidence.

        Raises
        ------
        ValueError
            If a probability is not above 0 and below 1, a name or state is unknown, or the
            statements cannot all hold in this network.

        Notes
        -----
        Without other evidence the posterior is what was stated, of every variable: several
        statements are made in the light of one another, so one that is read off another (rolling
        feet, off flat ones) adds only what the other does not say yet. Their ratios are found
        together, by iterative proportional fitting (Deming & Stephan 1940), at the means of the
        priors, and stay when claims are excluded. Findings then count in addition. A second
        statement on a variable replaces the first and any likelihood of it.

        Examples
        --------
        >>> from lumbayes import load
        >>> case = load().believe(flat_feet=0.8, over_pronation=0.8)
        >>> [float(case.posterior(v)["yes"].round(6)) for v in ("flat_feet", "over_pronation")]
        [0.8, 0.8]
        >>> case.believe(flat_feet=0.3).beliefs
        {'flat_feet': {'yes': 0.3}, 'over_pronation': {'yes': 0.8}}
        """
        beliefs = {**self.beliefs}
        for name, belief in probabilities.items():
            beliefs[name] = check_belief(check_node(self.variables[name]), belief)
        stated = {name: stated_shares(self.variables[name], b) for name, b in beliefs.items()}
        fitted = belief_likelihoods(self.compiled, stated)
        weights = {name: tuple(map(float, column[:, 0])) for name, column in fitted.items()}
        return replace(self, likelihoods={**self.likelihoods, **weights}, beliefs=beliefs)

    def do(self, **states: str) -> Case:
        """Return a case after an intervention: links into each variable cut, its state held.

        Raises
        ------
        ValueError
            If a name or state is unknown, or the variable is a number read off a test.

        Notes
        -----
        Pearl (2009), *Causality*, ch. 3.

        Examples
        --------
        >>> from lumbayes import load
        >>> float(load().do(pelvic_imbalance="no").posterior("pelvic_imbalance")["no"])
        1.0
        """
        for name, state in states.items():
            check_state(check_node(self.variables[name]), state)
        return replace(self, interventions={**self.interventions, **states})

    def retract(self, *names: str) -> Case:
        """Return a case without any evidence on these variables.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(hills="yes", back_pain="yes").retract("hills").findings
        {'back_pain': 'yes'}
        """
        for name in names:
            self.variables[name]  # raises for an unknown name
        kept = {
            part: {k: v for k, v in getattr(self, part).items() if k not in names}
            for part in ("findings", "likelihoods", "interventions", "beliefs")
        }
        left = replace(self, **kept)
        return left.believe(**left.beliefs)

    def exclude_claims(self, *claims: str, reply: int | None = None) -> Case:
        """Return the case without some claims, or without all claims of one reply.

        Parameters
        ----------
        *claims : str
            Ids of claims.
        reply : int, optional
            The number of a reply of the thread; 0 is the question itself.

        Returns
        -------
        Case
            Its links are pooled again from the remaining claims, exactly.

        Raises
        ------
        ValueError
            If there is no such claim or reply.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().exclude_claims("A4-01")
        Case('thread', base rate 0.03 (any_run), T 29.4, without claims A4-01)
        entered: nothing
        """
        known = self.priors.claims
        allow("exclude_claims", "claim", claims, [c.id for c in known])
        if reply is not None:
            allow("exclude_claims", "reply", [str(reply)], {str(c.answer) for c in known})
        return self.with_claims([c for c in known if c.id not in claims and c.answer != reply])

    def with_claims(self, claims: Iterable[Claim]) -> Case:
        """Return the case with these claims only; links without any have priors of ignorance.

        Examples
        --------
        >>> from lumbayes import load
        >>> base = load()
        >>> len(base.with_claims(c for c in base.priors.claims if c.answer == 1).priors.claims)
        49
        """
        return self._with_network(Network(self.priors.with_claims(claims)))

    def blend(self, other: Case, trust: float) -> Case:
        """Return the case under a mixture of its priors and those of another.

        Parameters
        ----------
        other : Case
            The case whose priors are mixed in; its evidence is ignored.
        trust : float
            The weight of the other priors, from 0 to 1 (a linear opinion pool).

        Examples
        --------
        >>> from lumbayes import load
        >>> half = load().blend(load("literature"), 0.5)
        >>> [round(c.priors["weak_core", "muscle_strain"].mean, 3) for c in (load(), half)]
        [0.009, 0.014]
        """
        return self._with_network(Network(self.priors.blend(other.priors, trust)))

    def posterior(self, name: str) -> pd.Series:
        """Return P(name | evidence), exact, over the variable's states.

        Raises
        ------
        ImpossibleFindings
            If the findings exclude each other.
        ValueError
            If the name is unknown or belongs to a number read off a test.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(back_pain="yes").posterior("weak_core").round(2)
        weak_core
        no     0.72
        yes    0.28
        Name: P(weak_core | back_pain=yes), dtype: float64
        """
        states = pd.Index(check_node(self.variables[name]).states, name=name)
        self.check_consistent()
        shares = posteriors(self.compiled, self.query(), [name])[name][:, 0]
        return pd.Series(shares, index=states, name=f"P({name}{self.condition()})")

    def posteriors(self) -> pd.Series:
        """Return P(variable = state | evidence) of all variables with states, in one pass.

        Returns
        -------
        pandas.Series
            Indexed by `variable` and `state`, in file order.

        Raises
        ------
        ImpossibleFindings
            If the findings exclude each other.

        Examples
        --------
        >>> from lumbayes import load
        >>> table = load().given(back_pain="yes", hills="no").posteriors()
        >>> table[["hills", "weak_core"]].round(2)
        variable   state
        hills      no       1.00
                   yes      0.00
        weak_core  no       0.71
                   yes      0.29
        Name: P(variable = state | back_pain=yes, hills=no), dtype: float64
        """
        self.check_consistent()
        names = [v.name for v in self.network.nodes]
        shares = posteriors(self.compiled, self.query(), names)
        pairs = [(name, state) for name in names for state in self.variables[name].states]
        index = pd.MultiIndex.from_tuples(pairs, names=["variable", "state"])
        values = np.concatenate([shares[name][:, 0] for name in names])
        return pd.Series(values, index=index, name=f"P(variable = state{self.condition()})")

    def _with_network(self, network: Network) -> Case:
        return replace(self, compiled=self.compiled.with_network(network))

    def _check_unchanged(self, name: str, value: str | float) -> None:
        before = self.findings.get(name, value)
        if before != value:
            raise ValueError(
                f"{name} was given as {before!r} and now as {value!r}; "
                f"a case holds one finding a variable: call retract({name!r}) first."
            )
