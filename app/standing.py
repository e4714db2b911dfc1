"""Where a runner stands: the case as it is told now, what it comes to, and what the last answer moved."""

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
from lumbayes import ImpossibleFindings, contributions, next_question, posteriors, stays_first

KEY, CURVE, POINTS, SAMPLES = "standing", "curve", 25, 250


@dataclass(frozen=True, eq=False)
class Standing:
    """A case with its table of causes (None where the answers exclude each other), and where the bars came from.

    `off` is what was switched off, `last` the question answered last, and `before` the contributions as they stood
    before its answer began to move them; both are None where there is no single last answer.
    """

    case: Any
    off: tuple[Any, ...]
    table: Any
    last: str | None = None
    before: Any = None

    @cached_property
    def pain(self) -> float:
        """P(the back hurt), by the answers; 0 where they exclude each other."""
        outcome = self.case.network.variables.outcome
        return 0.0 if self.table is None else float(self.case.posterior(outcome.name)[outcome.states[-1]])

    @property
    def hurts(self) -> bool:
        """True when the answers say that the back hurt."""
        return wording.sure(self.pain) and bool(round(self.pain))

    @cached_property
    def reach(self) -> Any:
        """The open questions, the most telling first, as `next_question` gives them; none without a table."""
        return pd.DataFrame() if self.table is None else next_question(self.case)

    @cached_property
    def stays(self) -> float:
        """How likely the first factor stays first, whatever else is answered."""
        return stays_first(self.case, samples=SAMPLES)

    def curve(self, test: Any) -> list[float]:
        """How likely the factor that a test reads is at work, for numbers all along the test's slider."""
        if self.table is None:
            return []
        key, others = f"{CURVE} {test.name}", {k: v for k, v in self.told.items() if k != test.name}
        if st.session_state.get(key, ((),))[0] != (others, self.off):
            numbers = [test.low + (test.high - test.low) * i / (POINTS - 1) for i in range(POINTS)]
            found = posteriors(self.case.forget(test.name), pd.DataFrame({test.name: numbers}))
            st.session_state[key] = ((others, self.off), found["contribution", test.reads].tolist())
        return st.session_state[key][1]

    @property
    def told(self) -> Mapping[str, Any]:
        """Every answer that counts, by the name of its question."""
        return {**self.case.findings, **self.case.leanings}

    def moved(self) -> str:
        """What the last answer did to the bars, in a sentence; empty where nothing was answered last."""
        if self.last is None or self.table is None:
            return ""
        change = (self.table.contribution - self.before).abs()
        cause, variables = str(change.idxmax()), self.case.network.variables
        figures = float(self.before[cause]), float(self.table.contribution[cause])
        return phrases.moved(questions.short(variables[self.last], variables), variables[cause].label, *figures)


def now(nobody: Any) -> Standing:
    """Where this runner stands; worked out again only when an answer or a switch has changed."""
    told, before = questions.said(nobody.network.variables), st.session_state.get(KEY)
    case = left_out.heard(nobody).given(**told.findings).leaning(**told.leanings)
    fresh = Standing(case, left_out.now(), None)
    if before is None or before.off != fresh.off or before.told != fresh.told:
        st.session_state[KEY] = _worked_out(fresh, before)
    return st.session_state[KEY]


def _worked_out(fresh: Standing, before: Standing | None) -> Standing:
    try:
        table = contributions(fresh.case)
    except ImpossibleFindings:
        return fresh
    return Standing(fresh.case, fresh.off, table, *_last(fresh, before))


def _last(fresh: Standing, before: Standing | None) -> tuple[str | None, Any]:
    """The one question whose answer changed, and the contributions before it did; a slider on its way is one answer."""
    if before is None or before.table is None or before.off != fresh.off:
        return None, None
    names = {*before.told, *fresh.told}
    changed = [name for name in names if before.told.get(name) != fresh.told.get(name)]
    if len(changed) != 1:
        return None, None
    return changed[0], before.before if changed[0] == before.last else before.table.contribution
