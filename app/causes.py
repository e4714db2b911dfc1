"""One cause's own view: its figures, who carries them, what would change them, and every number
they rest on.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import streamlit as st

import doubts
import phrases
import receipts
import wording
from lumbayes.explanation import remedies, summaries


def spoken(case: Any, cause: str) -> list[Any]:
    """The claims that speak for a cause, in the thread's order."""
    claims = [claim for v in effects(case, cause) for claim in case.priors[cause, v.name].claims]
    return sorted(claims, key=lambda claim: claim.id)


def effects(case: Any, cause: str) -> list[Any]:
    """What a cause leads to next on its way to the pain."""
    variables = case.variables
    return [v for v in variables.values() if cause in v.parents and v not in variables.traits]


def view(now: Any, row: Any, with_advice: bool, first: str) -> None:
    """A cause's own view, worked out once it is opened; not a fragment: Streamlit copies all around
    each of them.
    """
    v = now.case.variables[row.Index]
    label = wording.MORE.format(wording.small(v.label))
    with st.expander(label, type="compact", key=f"more {v.name}", on_change="rerun") as opened:
        if opened.open:
            _show(now, row, with_advice, first)


def _show(now: Any, row: Any, with_advice: bool, first: str) -> None:
    v, settled = now.case.variables[row.Index], wording.sure(row.contribution)
    st.html(f'<div class="more"><ul>{"".join(_figures(row, now.hurts))}</ul></div>')
    receipts.claims(now, v.name, settled, with_advice)
    with st.container(key=f"parts {v.name}", gap="xsmall"):
        for heading, part in _parts(now, v, settled, with_advice, first).items():
            with st.expander(
                heading, key=f"{heading} {v.name}", on_change="rerun", type="compact"
            ) as opened:
                if opened.open:
                    part()


def _parts(now: Any, v: Any, settled: bool, with_advice: bool, first: str) -> dict[str, Any]:
    case, links = now.case, [(v, effect) for effect in effects(now.case, v.name)]
    worked_out = {
        phrases.OWN_ANSWERS: partial(receipts.own_answers, now, v.name),
        phrases.HOW_FIRM: partial(doubts.firm, now, v.name, first, with_advice),
        phrases.REPLIES: partial(doubts.opinions, now, v.name, links),
    }
    told = {
        phrases.TO_TRY: partial(_to_try, case, v.name, with_advice),
        phrases.NUMBERS: partial(_numbers, case, v),
    }
    return told if settled else {**worked_out, **told}


def _figures(row: Any, pain: bool) -> list[str]:
    there = (
        wording.BY_ANSWER[round(row.present)] if wording.sure(row.present) else _both(row.present)
    )
    work = wording.BY_ANSWER[0]
    if row.contribution:
        work = f"{_both(row.contribution)}, {wording.span(row.low, row.high)}"
    told = zip(wording.ASKS[pain], [there, work, _both(row.but_for)], strict=True)
    shown = list(told)[: 3 if row.contribution else 2]
    return [f"<li>{question}? <b>{wording.capital(answer)}.</b></li>" for question, answer in shown]


def _both(p: float) -> str:
    """A figure in words people compare, and as a number."""
    return f"{wording.count(p)} ({summaries.per_hundred(p)})"


def _to_try(case: Any, cause: str, with_advice: bool) -> None:
    said = remedies(case, cause)
    if said.empty or not with_advice:
        st.markdown(phrases.NOTHING_TO_TRY if said.empty else wording.HIDDEN)
        return
    st.markdown(phrases.TRY)
    quoted: Any = said.itertuples()
    told = [
        f"<blockquote>“{escape(c.quote)}”<footer>{escape(c.author)}</footer></blockquote>"
        for c in quoted
    ]
    st.html(f'<div class="more">{"".join(told)}</div>')


def _numbers(case: Any, v: Any) -> None:
    links = "".join(_link(case, v, effect) for effect in effects(case, v.name))
    base = f"<h4>{wording.BASE[bool(v.parents)]}</h4>{_nobody(case.priors[v.name])}"
    st.html(f'<div class="more">{links}{base}</div>')


def _link(case: Any, cause: Any, effect: Any) -> str:
    prior = case.priors[cause.name, effect.name]
    told = [_said(wording.TOGETHER.format(*_figure(prior))) if prior.claims else _nobody(prior)]
    if effect != case.variables.outcome:
        told += [_said(wording.ONWARDS.format(effect.label))]
    return f"<h4>{escape(cause.label)} → {escape(effect.label)}</h4>{''.join(told)}"


def _nobody(prior: Any) -> str:
    basis = wording.BASES.get(prior.basis, prior.basis)
    return _said(wording.NOBODY_SAYS.format(*_figure(prior), basis, prior.source))


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _figure(prior: Any) -> tuple[str, str]:
    return wording.count(prior.mean), wording.span(*prior.interval())
