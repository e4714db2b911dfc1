"""One cause's own view: how likely it is there and at work, and whose words every figure rests on."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st
import wording


def spoken(case: Any, cause: str, with_advice: bool = True) -> list[Any]:
    """The claims that speak for a cause, those that are advice left out where it is not to be shown."""
    claims = [claim for v in effects(case, cause) for claim in case.network.priors[cause, v.name].claims]
    return [claim for claim in claims if with_advice or not wording.advice(claim)]


def effects(case: Any, cause: str) -> list[Any]:
    """What a cause leads to next on its way to the pain."""
    variables = case.network.variables
    return [v for v in variables.values() if cause in v.parents and v not in variables.traits]


def show(case: Any, row: Any, with_advice: bool) -> None:
    """The three figures in a sentence each, then the receipt: claim by claim, link by link."""
    v = case.network.variables[row.Index]
    links = "".join(_link(case, v, effect, with_advice) for effect in effects(case, v.name))
    st.html(f'<div class="more"><ul>{"".join(_figures(row))}</ul>{links}{_base(case, v)}</div>')


def _figures(row: Any) -> list[str]:
    there = wording.BY_ANSWER[round(row.present)] if wording.sure(row.present) else wording.count(row.present)
    work = wording.count(row.contribution) if row.contribution else wording.BY_ANSWER[0]
    said = {"Is it there at all": there, "Is it at work in this pain": work}
    if row.contribution:
        said["Is it at work in this pain"] += f", {wording.span(row.contribution, row.low, row.high)}"
        said["Would the pain have stayed away without it"] = wording.count(row.but_for)
    return [f"<li>{question}? <b>{wording.capital(answer)}.</b></li>" for question, answer in said.items()]


def _link(case: Any, cause: Any, effect: Any, with_advice: bool) -> str:
    prior = case.network.priors[cause.name, effect.name]
    shown = [claim for claim in prior.claims if with_advice or not wording.advice(claim)]
    quotes = "".join(_quote(case, claim) for claim in shown)
    hidden = f"<p>{wording.HIDDEN}</p>" if len(shown) < len(prior.claims) else ""
    nobody = "" if prior.claims else f"<p>Nobody in the thread says how strong this is. {_start(prior)}</p>"
    taken = f"<p>Taken together: {_figure(prior)} from this one thing alone.</p>" if prior.claims else ""
    return f"<h4>{escape(cause.label)} → {escape(effect.label)}</h4>{quotes}{hidden}{nobody}{taken}"


def _quote(case: Any, claim: Any) -> str:
    reading = case.network.priors.words.get(claim.reading)
    read = f"{claim.note} {reading.reason if reading else ''}"
    implied = " (advice, from which the cause is read)" if claim.implied else ""
    return (
        f"<blockquote>“{escape(claim.quote)}”<footer>{escape(claim.author)}{implied}</footer>"
        f"<details><summary>How {claim.id} was read</summary>{escape(read)}</details></blockquote>"
    )


def _base(case: Any, v: Any) -> str:
    prior = case.network.priors[v.name]
    asks = "How often it comes for none of the reasons listed" if v.parents else "How common it is"
    if prior.claims:
        return f"<h4>{asks}</h4>{''.join(_quote(case, claim) for claim in prior.claims)}"
    return f"<h4>{asks}</h4><p>Nobody in the thread says. {_start(prior)}</p>"


def _start(prior: Any) -> str:
    basis = wording.BASES.get(prior.basis, prior.basis)
    return f"We start from {_figure(prior)}; {basis}: {escape(prior.source)}."


def _figure(prior: Any) -> str:
    return f"{wording.count(prior.mean)}, {wording.span(prior.mean, *prior.interval())}"
