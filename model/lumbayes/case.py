"""One runner's case: evidence in, posterior out; each method returns a new case."""

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
    contrasts : Mapping
        What was said of runs with a factor and without it.

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
        check_arguments("Case.exclude_claims", locals(), claims=NAMES)
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
        check_arguments("Case.with_claims", locals())
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
        check_arguments("Case.blend", locals())
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
