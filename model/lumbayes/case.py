"""The case of one runner: evidence in, posteriors out; each method returns a new case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .data.arguments import NAMES, check_arguments
from .errors import allow
from .inference.case_evidence import CaseEvidence
from .inference.compiled import posteriors
from .inference.evidence_checks import check_node
from .network.network import Network

if TYPE_CHECKING:
    from .data.claims import Claim

MAX_NAMED = 12  # claims that the printed form of a case names; the rest are counted


@dataclass(frozen=True, eq=False)
class Case(CaseEvidence):
    """A Bayesian network with the evidence of one runner; an immutable value.

    `load` returns a case without evidence; do not call `Case(...)` directly. `given`, `likelihood`,
    `believe`, `contrast`, `do` and `retract` each return a new case. Printed, a case shows its
    priors, the base rate of pain, T (see `load`), the claims left out and what was entered.

    Attributes
    ----------
    compiled : Compiled
        The network and its priors, compiled for inference.
    findings : mapping of str to str or float
        From variable to its observed state or its reading, in the unit of the measurement.
    likelihoods : mapping of str to tuple of float
        Likelihood evidence: from variable to one weight per state, in the order of
        `case.variables[name].states`. (1.0, 3.0) is 3 to 1 for "yes".
    interventions : mapping of str to str
        From variable to the state at which `do` holds it.
    beliefs : mapping of str to mapping of str to float
        From variable to the probabilities given to `believe`, by state. The likelihoods computed
        from them are in `likelihoods`.
    contrasts : mapping of str to str
        From factor to its contrast: "worse", "not worse", or counts. "4/5 1/5" means that 4 of 5
        runs with the factor hurt, and 1 of 5 runs without it.

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
        """Return a case with the same priors and without any evidence or intervention.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(hills="yes").without_evidence().findings
        {}
        """
        return Case(self.compiled)

    def exclude_claims(self, *claims: str, reply: int | None = None) -> Case:
        """Return a case with priors pooled without some claims, or without all claims of one reply.

        Parameters
        ----------
        *claims : str
            Ids of the claims to leave out, such as "A4-01".
        reply : int, optional
            The number of a reply, 1 to 6, whose claims are left out, too; 0 is the question that
            opened the thread. By default no whole reply is left out.

        Returns
        -------
        Case
            A case with the same evidence and the same T (see `load`), so P(pain) without evidence
            may differ from the base rate. `with_claims` says which prior a parameter without a
            claim gets.

        Raises
        ------
        ValueError
            If there is no such claim or reply, or if it was left out already.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().exclude_claims("A4-01")
        Case('thread', base rate 0.03 (any_run), T 29.4, without claims A4-01)
        entered: nothing
        """
        check_arguments("Case.exclude_claims", locals(), claims=NAMES)
        known = self.priors.claims
        allow("exclude_claims", "claim", claims, [c.id for c in known])
        if reply is not None:
            allow("exclude_claims", "reply", [str(reply)], {str(c.answer) for c in known})
        return self.with_claims([c for c in known if c.id not in claims and c.answer != reply])

    def with_claims(self, claims: Iterable[Claim]) -> Case:
        """Return a case with priors pooled from the given claims only.

        Parameters
        ----------
        claims : iterable of Claim
            The claims to keep, from `case.priors.claims`; [] keeps none. Claims that the case does
            not have are ignored.

        Returns
        -------
        Case
            A case with the same evidence and the same T (see `load`). A parameter without a claim
            gets the estimate stated in variables.toml or traits.toml. If none is stated, it gets
            the prior of ignorance, which for a link is near 0 with a long tail; in a chain it is
            divided by the strength of the link that follows. A fitted prior that depends on a claim
            left out is pooled again, without what the fit learned.

        Examples
        --------
        >>> from lumbayes import load
        >>> base = load()
        >>> len(base.with_claims(c for c in base.priors.claims if c.answer == 1).priors.claims)
        49
        """
        check_arguments("Case.with_claims", locals())
        return self._with_network(Network(self.priors.with_claims(claims)))

    def blend(self, other: Case, trust: float) -> Case:
        """Return a case whose priors are a mixture of those of this case and of another case.

        Parameters
        ----------
        other : Case
            The case whose priors are mixed in. Its evidence is ignored.
        trust : float
            The weight of the priors of `other`, from 0 (only this case) to 1 (only `other`).

        Returns
        -------
        Case
            A case with the evidence of this case. Each prior is a Beta or Dirichlet with the mean
            and variance of the mixture of the two priors (a linear opinion pool, Stone 1961). The
            two priors are those in `self.priors` and `other.priors`, which T has already divided
            (see `load`). T is not computed again, so P(pain) without evidence may differ from the
            base rate.

        Raises
        ------
        ValueError
            If `trust` is not from 0 to 1, or if `other` lacks a parameter or its states.

        Examples
        --------
        >>> from lumbayes import load
        >>> base, studies = load(), load("literature")
        >>> cases = base, studies, base.blend(studies, 0.5)
        >>> [round(c.priors["weak_core", "muscle_strain"].mean, 3) for c in cases]
        [0.009, 0.019, 0.014]
        """
        check_arguments("Case.blend", locals())
        return self._with_network(Network(self.priors.blend(other.priors, trust)))

    def posterior(self, name: str) -> pd.Series:
        """Compute the posterior distribution of one variable, P(variable = state | evidence).

        Parameters
        ----------
        name : str
            A variable with states, such as "weak_core". A measurement that is a number, such as
            "plank_seconds", has none; ask for the factor that it measures.

        Returns
        -------
        pandas.Series
            The probability of each state, exact at the means of the priors. The index holds the
            states, such as "yes".

        Raises
        ------
        ImpossibleFindings
            If the evidence has probability 0.
        ValueError
            If the name is unknown or that of a measurement that is a number.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(back_pain="yes").posterior("weak_core").round(2)
        weak_core
        no     0.63
        yes    0.37
        Name: P(weak_core | back_pain=yes), dtype: float64
        """
        check_arguments("Case.posterior", locals())
        states = pd.Index(check_node(self.variables[name]).states, name=name)
        self.check_consistent()
        shares = posteriors(self.compiled, self.query(), [name])[name][:, 0]
        return pd.Series(shares, index=states, name=f"P({name}{self.condition()})")

    def posteriors(self) -> pd.Series:
        """Compute the posterior distributions of all variables with states, in one pass.

        Returns
        -------
        pandas.Series
            P(variable = state | evidence), exact at the means of the priors. The index has the
            levels `variable` and `state`, such as ("hills", "yes"). Measurements that are numbers
            have no rows.

        Raises
        ------
        ImpossibleFindings
            If the evidence has probability 0.

        Examples
        --------
        >>> from lumbayes import load
        >>> table = load().given(back_pain="yes", hills="no").posteriors()
        >>> table[["hills", "weak_core"]].round(2)
        variable   state
        hills      no       1.00
                   yes      0.00
        weak_core  no       0.62
                   yes      0.38
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
