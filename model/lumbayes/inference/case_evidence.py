"""How evidence is entered: each method returns a new case, with what it adds checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from ..data.arguments import NAMES, check_arguments
from ..errors import allow
from ..network.contrast import check_statement
from .beliefs import belief_likelihoods, stated_shares
from .evidence import EnteredEvidence
from .evidence_checks import (
    check_belief,
    check_finding,
    check_node,
    check_ratio,
    check_state,
    multiplied,
    tidy_record,
)


@dataclass(frozen=True, eq=False)
class CaseEvidence(EnteredEvidence):
    """The evidence of one runner, with the methods that add evidence and retract it."""

    # `tidy` has the type of a finding, so that type checkers let a mapping of findings be unpacked
    def given(self, *, tidy: str | float = False, **findings: str | float) -> Self:
        """Return a case with findings (hard evidence) added; variables not named stay unknown.

        Parameters
        ----------
        tidy : bool, default False
            Whether to accept names and values in other notations, by the rules of
            `batch.tidy_findings`: y, true or 1 for yes, decimal commas, capitals. A value that
            means unknown, such as n/a, adds nothing.
        **findings : str or float
            By variable, the name of a state, or a number in the unit of the measurement.

        Returns
        -------
        Case

        Raises
        ------
        ValueError
            If a name or state is unknown, if a number is out of range, or if a finding differs from
            the one that the case holds on the same variable (call `retract` first).

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(hills="yes", plank_seconds=22).findings
        {'hills': 'yes', 'plank_seconds': 22.0}
        >>> load().given(tidy=True, hills="Y", plank_seconds="22,5", flat_feet="n/a").findings
        {'hills': 'yes', 'plank_seconds': 22.5}
        """
        check_arguments("Case.given", {"tidy": tidy})
        if tidy:
            findings = tidy_record(self.variables, findings)
        for name, value in findings.items():
            findings[name] = check_finding(self.variables[name], value)
            self._check_unchanged(name, findings[name])
        return replace(self, findings={**self.findings, **findings})

    def likelihood(self, **ratios: float | Mapping[str, float]) -> Self:
        """Return a case with likelihood (virtual) evidence added; repeated calls multiply.

        Parameters
        ----------
        **ratios : float or mapping of str to float
            By variable, the likelihood ratio of yes to no. For a variable with more than two
            states, a mapping of states to relative likelihoods; a state left out has 1.

        Returns
        -------
        Case

        Raises
        ------
        ValueError
            If a ratio is not a finite number above 0, or if a name or state is unknown. A bare
            number between 0 and 1 is refused, because it looks like a probability: use `believe`
            for a probability, and a mapping for a ratio against yes (``{"no": 3}``).

        Notes
        -----
        Pearl (1988), *Probabilistic Reasoning in Intelligent Systems*, 2.2.2. If `believe` was
        called for the same variable before, the likelihood that it derived is multiplied by the
        ratio, and the posterior no longer has to equal the stated probability.

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
            likelihoods[name] = multiplied(name, before, weights)
        beliefs = {k: v for k, v in self.beliefs.items() if k not in ratios}
        return replace(self, likelihoods=likelihoods, beliefs=beliefs)

    def believe(self, **probabilities: float | Mapping[str, float]) -> Self:
        """Return a case with stated probabilities of variables, entered as likelihood evidence.

        Parameters
        ----------
        **probabilities : float or mapping of str to float
            By variable, the probability of yes, above 0 and below 1. For a variable with more than
            two states, a mapping of states to probabilities; states left out share the rest in
            proportion to their probabilities without evidence.

        Returns
        -------
        Case
            Without any other evidence its posteriors equal the stated probabilities.

        Raises
        ------
        ValueError
            If a probability is not above 0 and below 1, if a name or state is unknown, or if the
            statements cannot all hold in this network.

        Notes
        -----
        All stated probabilities are fitted together, by iterative proportional fitting (Deming &
        Stephan 1940) at the means of the priors. So a statement adds only what the others do not
        imply already: over-pronation stated after flat feet adds little. The resulting likelihoods
        stay as they are if claims are excluded later. Findings count in addition. A second
        statement on a variable replaces the first one and any likelihood on that variable.

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

    def contrast(self, **statements: str | tuple[int, int, int, int]) -> Self:
        """Return a case with a comparison of runs with a factor and runs without it.

        Parameters
        ----------
        **statements : str or tuple of int
            By factor, "worse" (the pain is clearly worse after runs with the factor), "not worse",
            or four counts (r, n, s, m): r of the last n runs with the factor hurt, and s of the
            last m runs without it. n and m are from 1 to 100.

        Returns
        -------
        Case

        Raises
        ------
        ValueError
            If the factor has no contrast, if a statement is none of these, or if the case holds
            another contrast of the same factor (call `retract` first).

        Notes
        -----
        A contrast is likelihood evidence on whether the factor's link was active; it says nothing
        about whether the factor is present. For "worse" and "not worse" the likelihoods are the
        rates in contrasts.toml. Counts give a capped likelihood ratio of two models: runs with the
        factor hurt by the background or the link, or all runs hurt with one common probability. The
        likelihoods are the same in every draw of the priors.

        Examples
        --------
        >>> from lumbayes import contributions, load
        >>> runner = load().given(back_pain="yes", hills="yes")
        >>> often, alike = (runner.contrast(hills=(r, 5, 2, 5)) for r in (5, 2))
        >>> cases = runner, often, alike
        >>> [round(float(contributions(c).contribution["hills"]), 2) for c in cases]
        [0.28, 0.78, 0.18]
        """
        contrasts = {**self.contrasts}
        data = self.variables.contrasts
        for name, statement in statements.items():
            allow("contrast", "factor", [name], data.factors if data else ())
            text = check_statement(name, statement)
            if contrasts.setdefault(name, text) != text:
                raise ValueError(
                    f"{name} was contrasted as {contrasts[name]!r} and now as {text!r}; a case "
                    f"holds one contrast a factor, a tick or counts: call retract({name!r}) first."
                )
        return replace(self, contrasts=contrasts)

    def do(self, **states: str) -> Self:
        """Return a case after an intervention, which cuts the links into each variable it sets.

        Parameters
        ----------
        **states : str
            By variable, the state at which it is held.

        Returns
        -------
        Case

        Raises
        ------
        ValueError
            If a name or state is unknown, or if the variable is a numeric measurement.

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

    def retract(self, *names: str) -> Self:
        """Return a case without the evidence on some variables, whatever kind it is of.

        Parameters
        ----------
        *names : str
            Variables. Interventions on them are removed too.

        Returns
        -------
        Case
            Probabilities that `believe` stated of other variables are fitted again.

        Raises
        ------
        ValueError
            If a name is unknown.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().given(hills="yes", back_pain="yes").retract("hills").findings
        {'back_pain': 'yes'}
        """
        check_arguments("Case.retract", locals(), names=NAMES)
        for name in names:
            self.variables[name]  # raises for an unknown name
        parts = ("findings", "likelihoods", "interventions", "beliefs", "contrasts")
        kept: dict[str, Any] = {
            part: {k: v for k, v in getattr(self, part).items() if k not in names} for part in parts
        }
        left = replace(self, **kept)
        return left.believe(**left.beliefs)

    def _check_unchanged(self, name: str, value: str | float) -> None:
        before = self.findings.get(name, value)
        if before != value:
            raise ValueError(
                f"{name} was given as {before!r} and now as {value!r}; "
                f"a case holds one finding a variable: call retract({name!r}) first."
            )
