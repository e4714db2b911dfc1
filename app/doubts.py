"""How firm a cause's figure is, where its doubt comes from, and what each reply alone and the
studies would say.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

import bars
import phrases
import wording
from lumbayes import Case, load, sensitivity
from lumbayes.explanation import compare_priors, contributions_by_reply, summaries
from lumbayes.sensitivity_analysis import variance_decomposition


@st.cache_resource(show_spinner=False)
def studies() -> Case:
    """What studies say of the same links, with nobody's answers in it; read once for everyone."""
    return load("literature")


def firm(now: Any, cause: str, first: str, with_advice: bool) -> None:
    """What would change the first place of the cause's list, in a sentence; then the parts of the
    figure's doubt.
    """
    said = summaries.firmness(now.case, now.ask(sensitivity, cause), first)
    advice = [c.words for c in now.case.priors.claims if wording.advice(c) and c.words]
    hidden = not with_advice and any(f"“{words}”" in said for words in advice)
    st.markdown(wording.HIDDEN if hidden else said)
    parts = {
        str(name): share
        for name, share in now.ask(variance_decomposition, cause).items()
        if phrases.hundred(share)
    }
    shown = [bars.level(phrases.ORIGINS.get(name, name), share) for name, share in parts.items()]
    st.html(bars.listed(phrases.DOUBT, shown))


def opinions(now: Any, cause: str, links: list[tuple[Any, Any]]) -> None:
    """The cause by all replies, by each alone, and by studies, of whose links those without a
    figure are named.
    """
    row: Any = now.ask(contributions_by_reply).loc[cause].drop("apart")
    shown = [bars.level(_reply(name), p) for name, p in row.items()]
    st.html(bars.listed(phrases.BY_REPLY, shown))
    if wording.ABOUT.studies:
        _studies(now, cause, links)


def _studies(now: Any, cause: str, links: list[tuple[Any, Any]]) -> None:
    both = now.ask(_beside_studies).loc[cause]
    sets = {"this": phrases.THE_THREAD, "other": phrases.THE_STUDIES}
    shown = [_beside(name, both[key]) for key, name in sets.items()]
    st.html(bars.listed(phrases.STUDIES, shown))
    said = [_figure(parent, effect) for parent, effect in links]
    st.caption(" ".join([*said, phrases.NEVER_MIXED]))


def _beside_studies(case: Any) -> Any:
    return compare_priors(case, studies())


def _reply(name: str) -> str:
    number = name.split()[-1]
    return phrases.ONE_REPLY.format(number) if number.isdecimal() else phrases.ALL_REPLIES


def _beside(name: str, figures: Any) -> str:
    reach = (figures["low"], figures["high"])
    return bars.level(name, figures["contribution"], wording.capital(wording.span(*reach)), reach)


def _figure(cause: Any, effect: Any) -> str:
    """Where the studies' figure of one link is from, or that there is none."""
    variables = studies().network.variables
    told = variables[effect.name].link[cause.name]
    if told.why.startswith(phrases.NO_FIGURE):
        return phrases.NOT_FOUND.format(cause.label, effect.label)
    return phrases.FOUND.format(cause.label, effect.label, told.source or told.why.rstrip("."))
