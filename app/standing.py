"""Where a runner stands: the case as it is told now, what it comes to, and what the last answer
moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

import left_out
import phrases
import questions
import wording
from lumbayes import ImpossibleFindings, contributions, next_question, posteriors
from lumbayes.attribution import measurement_profile
from lumbayes.decisions import same_decision_probability

KEY, CURVE, ALONG, POINTS, SAMPLES = "standing", "curve", "along", 25, 250


@dataclass(frozen=True, eq=False)
class Standing:
    """A case with its table of causes (None where the answers exclude each other), and where the
    bars came from.

    `off` is what was switched off, `last` the question answered last, and `before` the
    contributions as they stood before its answer began to move them, by cause; both are None where
    there is no single last answer.
    """

    case: Any
    off: tuple[Any, ...]
    table: Any
    last: str | None = None
    before: Any = None

    @cached_property
    def pain(self) -> float:
        """P(the back hurt), by the answers; 0 where they exclude each other."""
        outcome = self.case.variables.outcome
        if self.table is None:
            return 0.0
        if outcome.name in self.case.findings:
            return float(self.case.findings[outcome.name] == outcome.states[-1])
        return float(self.case.posterior(outcome.name)[outcome.states[-1]])

    @property
    def hurts(self) -> bool:
        """True when the answers say that the back hurt."""
        return wording.sure(self.pain) and bool(round(self.pain))

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of the table, the likeliest cause first."""
        return list(self.table.itertuples())

    @cached_property
    def reach(self) -> Any:
        """The open questions, the most telling first, as `next_question` gives them; none without a
        table.
        """
        return pd.DataFrame() if self.table is None else next_question(self.case)

    @cached_property
    def stays(self) -> float:
        """How likely the first factor stays first, whatever else is answered."""
        return same_decision_probability(self.case, samples=SAMPLES)

    def curve(self, test: Any) -> list[float]:
        """How likely the factor that a test reads is at work, for numbers all along the test's
        slider.
        """
        if self.table is None:
            return []
        key, others = f"{CURVE} {test.name}", {k: v for k, v in self.told.items() if k != test.name}
        if st.session_state.get(key, ((),))[0] != (others, self.off):
            numbers = [test.low + (test.high - test.low) * i / (POINTS - 1) for i in range(POINTS)]
            found = posteriors(self.case.retract(test.name), pd.DataFrame({test.name: numbers}))
            st.session_state[key] = ((others, self.off), found["contribution", test.reads].tolist())
        return st.session_state[key][1]

    def ask(self, question: Any, *about: Any) -> Any:
        """What a question asked of the case comes to, worked out once however often the page
        runs.
        """
        if (question, about) not in self._known:
            self._known[question, about] = question(self.case, *about)
        return self._known[question, about]

    @cached_property
    def _known(self) -> dict[Any, Any]:
        return {}

    @property
    def told(self) -> Mapping[str, Any]:
        """Every answer that counts, by the name of its question."""
        return {**self.case.findings, **self.case.likelihoods}

    @property
    def about(self) -> str | None:
        """What the last answer was about: the question itself, or what a test reads."""
        return self.last and getattr(self.case.variables[self.last], "reads", self.last)

    @cached_property
    def moved(self) -> str:
        """What the last answer did to the bars, in a sentence; empty where nothing was answered
        last.
        """
        if self.last is None or self.table is None:
            return ""
        now, variables = self.table.contribution.to_dict(), self.case.variables
        cause = max(now, key=lambda name: abs(now[name] - self.before[name]))
        figures = self.before[cause], now[cause]
        return phrases.moved(
            questions.short(variables[self.last], variables), variables[cause].label, *figures
        )


def now(base: Any) -> Standing:
    """Where this runner stands; worked out again only when an answer or a switch has changed."""
    told, before = questions.said(base.variables), st.session_state.get(KEY)
    case = left_out.heard(base).given(**told.findings).likelihood(**told.likelihoods)
    fresh = Standing(case, left_out.now(), None)
    if before is None or before.off != fresh.off or before.told != fresh.told:
        st.session_state[KEY] = _worked_out(fresh, before)
    return st.session_state[KEY]


def _worked_out(fresh: Standing, before: Standing | None) -> Standing:
    changed = _changed(fresh, before)
    try:
        table = _table(fresh, changed)
    except ImpossibleFindings:
        return fresh
    if changed is None or before is None or before.table is None:
        return Standing(fresh.case, fresh.off, table)
    earlier = before.before if changed == before.last else before.table.contribution.to_dict()
    return Standing(fresh.case, fresh.off, table, changed, earlier)


def _changed(fresh: Standing, before: Standing | None) -> str | None:
    """The one question whose answer changed; None where it was not one."""
    if before is None or before.off != fresh.off:
        return None
    names = {*before.told, *fresh.told}
    changed = [name for name in names if before.told.get(name) != fresh.told.get(name)]
    return changed[0] if len(changed) == 1 else None


def _table(fresh: Standing, changed: str | None) -> Any:
    """The causes; while a slider is on its way by what was asked once for all its numbers."""
    v = fresh.case.variables[changed] if changed else None
    if not (questions.numeric(v) and changed in fresh.case.findings):
        st.session_state[ALONG] = None
        return contributions(fresh.case)
    others = {name: answer for name, answer in fresh.told.items() if name != changed}
    kept = st.session_state.get(ALONG)
    if kept is None or kept[0] != (changed, others, fresh.off):
        kept = st.session_state[ALONG] = (
            (changed, others, fresh.off),
            measurement_profile(fresh.case, str(changed)),
        )
    return kept[1].contributions(fresh.case.findings[changed])
