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
    """The evidence of one runner, with the methods that add and retract it."""

    # `tidy` has the type of a finding, so that type checkers let a mapping of findings be unpacked
    def given(self, *, tidy: str | float = False, **findings: str | float) -> Self:
        """Return a case with findings added: observed states and readings of measurements.

        A variable without a finding is unknown, which is not "no".

        Parameters
        ----------
        tidy : bool, default False
            Whether to accept other notations, such as "Y" or 1 for "yes", decimal commas, and
            "n/a", which adds nothing. `batch.tidy_findings` lists the rules. If False, only exact
            names, exact states and numbers are accepted.
        **findings : str or float
            For each variable the observed state, such as ``hills="yes"``, or the reading in the
            unit of the measurement, such as ``plank_seconds=22``.

        Returns
        -------
        Case
            This case with the findings added. If findings exclude each other, the methods that
            compute posteriors raise `ImpossibleFindings`.

        Raises
        ------
        ValueError
            If a name or state is unknown, if a reading is out of range, or if the case holds a
            different finding on the same variable (call `retract` first).

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
        """Return a case with likelihood evidence (soft or virtual evidence) added.

        Parameters
        ----------
        **ratios : float or mapping of str to float
            For each variable the likelihood ratio of "yes" to "no": ``flat_feet=3`` is 3 to 1 for
            flat feet, ``flat_feet={"no": 3}`` is 3 to 1 against. For a variable with more than two
            states, a mapping of states to relative likelihoods. A state that is left out has 1.

        Returns
        -------
        Case
            This case with the likelihoods added. An earlier likelihood on the same variable is
            multiplied with the new one. So is one that `believe` computed; `Case.beliefs` then no
            longer lists the variable, because its posterior is not the stated probability any more.

        Raises
        ------
        ValueError
            If a name or state is unknown, or if a ratio is not a finite number above 0. A bare
            number between 0 and 1 is refused: give probabilities to `believe`.

        Notes
        -----
        Pearl (1988), *Probabilistic Reasoning in Intelligent Systems*, 2.2.2.

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
        """Return a case with likelihoods that give variables the stated probabilities.

        Parameters
        ----------
        **probabilities : float or mapping of str to float
            For each variable the probability of "yes", above 0 and below 1. For a variable with
            more than two states, a mapping of states to probabilities. States that are left out
            share the rest in proportion to their prior probabilities.

        Returns
        -------
        Case
            This case with the likelihoods added, in place of earlier likelihoods on the same
            variables. Its posteriors are the stated probabilities if there is no other evidence or
            intervention. Other evidence moves them.

        Raises
        ------
        ValueError
            - If a name or state is unknown, or a probability is not above 0 and below 1.
            - If the probabilities of all states of a variable do not add up to 1.
            - If the probabilities of only some states of a variable add up to 1 or more.
            - If the stated probabilities of several variables contradict each other in this
              network.

        Notes
        -----
        All stated probabilities are fitted together, by iterative proportional fitting (Deming &
        Stephan 1940) at the means of the priors. So a statement that the others imply adds little.

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
        """Return a case with contrasts: whether it hurts more after runs with a factor.

        Parameters
        ----------
        **statements : str or tuple of int
            For each factor one of:

            - "worse": asked, the runner says that it clearly hurts more after runs with the factor.
            - "not worse": asked, the runner does not say so.
            - four counts (r, n, s, m): r of the last n runs with the factor hurt, and s of the last
              m runs without it. n and m are from 1 to 100.

        Returns
        -------
        Case
            This case with the contrasts added. A contrast is evidence on whether the link of the
            factor fired. "worse" also makes it more likely that the factor is present.

        Raises
        ------
        ValueError
            If the factor is not in `case.variables.contrasts.factors`, if a statement has another
            form, or if the case holds another contrast of the same factor (call `retract` first).

        Notes
        -----
        For counts the likelihood ratio is P(counts | runs with the factor hurt more often than runs
        without it) / P(counts | both hurt equally often), at most 20 to 1 either way. The other
        ratios are in docs/model.md, "Soft evidence".

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
        """Return a case with interventions: variables held at a state, the links into them cut.

        Parameters
        ----------
        **states : str
            For each variable the state at which it is held, such as ``hills="no"``.

        Returns
        -------
        Case
            This case with the interventions added, in place of earlier ones on the same variables.
            If the case has a finding of another state of the variable, the evidence has probability
            0 (call `retract` first).

        Raises
        ------
        ValueError
            If a name or state is unknown, or if the variable is a measurement that is a number.

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
        """Return a case without any evidence or intervention on some variables.

        Parameters
        ----------
        *names : str
            Variables, such as "hills". One with nothing entered is ignored. To retract a home test
            of a factor, name the test.

        Returns
        -------
        Case
            This case without the findings, likelihoods, stated probabilities, contrasts and
            interventions of these variables. If one of them had a stated probability (see
            `believe`), the remaining ones are fitted again.

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
        return left if left.beliefs == self.beliefs else left.believe(**left.beliefs)

    def _check_unchanged(self, name: str, value: str | float) -> None:
        before = self.findings.get(name, value)
        if before != value:
            raise ValueError(
                f"{name} was given as {before!r} and now as {value!r}; "
                f"a case holds one finding a variable: call retract({name!r}) first."
            )
