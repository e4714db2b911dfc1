"""One cause's own view: how likely it is there and at work, and whose words every figure rests on."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

import wording


def spoken(case: Any, cause: str) -> list[Any]:
    """The claims that speak for a cause, in the thread's order."""
    claims = [claim for v in effects(case, cause) for claim in case.network.priors[cause, v.name].claims]
    return sorted(claims, key=lambda claim: claim.id)


def effects(case: Any, cause: str) -> list[Any]:
    """What a cause leads to next on its way to the pain."""
    variables = case.network.variables
    return [v for v in variables.values() if cause in v.parents and v not in variables.traits]


def show(case: Any, row: Any, pain: bool, with_advice: bool) -> None:
    """The three figures, each as a question with its answer, then the receipt: link by link, claim by claim."""
    v = case.network.variables[row.Index]
    links = "".join(_link(case, v, effect, with_advice) for effect in effects(case, v.name))
    st.html(f'<div class="more"><ul>{"".join(_figures(row, pain))}</ul>{links}{_base(case, v)}</div>')


def _figures(row: Any, pain: bool) -> list[str]:
    there = wording.BY_ANSWER[round(row.present)] if wording.sure(row.present) else wording.count(row.present)
    work = wording.BY_ANSWER[0]
    if row.contribution:
        work = f"{wording.count(row.contribution)}, {wording.span(row.low, row.high)}"
    told = zip(wording.ASKS[pain], [there, work, wording.count(row.but_for)], strict=True)
    shown = list(told)[: 3 if row.contribution else 2]
    return [f"<li>{question}? <b>{wording.capital(answer)}.</b></li>" for question, answer in shown]


def _link(case: Any, cause: Any, effect: Any, with_advice: bool) -> str:
    prior = case.network.priors[cause.name, effect.name]
    shown = [claim for claim in prior.claims if with_advice or not wording.advice(claim)]
    told = [_quote(case, claim) for claim in shown]
    told += [_said(wording.HIDDEN)] if len(shown) < len(prior.claims) else []
    told += [_said(wording.TOGETHER.format(*_figure(prior)))] if prior.claims else [_nobody(prior)]
    if effect != case.network.variables.outcome:
        told += [_said(wording.ONWARDS.format(effect.label))]
    return f"<h4>{escape(cause.label)} → {escape(effect.label)}</h4>{''.join(told)}"


def _quote(case: Any, claim: Any) -> str:
    reading = case.network.priors.words.get(claim.reading)
    read = f"{claim.note} {reading.reason if reading else ''}"
    author = f"{claim.author} ({wording.IMPLIED})" if claim.implied else claim.author
    return (
        f"<blockquote>“{escape(claim.quote)}”<footer>{escape(author)}</footer>"
        f"<details><summary>{wording.HOW_READ.format(claim.id)}</summary>{escape(read)}</details></blockquote>"
    )


def _base(case: Any, v: Any) -> str:
    prior = case.network.priors[v.name]
    told = "".join(_quote(case, claim) for claim in prior.claims) or _nobody(prior)
    return f"<h4>{wording.BASE[bool(v.parents)]}</h4>{told}"


def _nobody(prior: Any) -> str:
    basis = wording.BASES.get(prior.basis, prior.basis)
    return _said(wording.NOBODY_SAYS.format(*_figure(prior), basis, prior.source))


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _figure(prior: Any) -> tuple[str, str]:
    return wording.count(prior.mean), wording.span(*prior.interval())
