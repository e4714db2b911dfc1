"""Why a cause stands where it stands: claim by claim, each with a switch, and answer by answer of
the runner's own.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import streamlit as st

import bars
import left_out
import phrases
import questions
import wording
from lumbayes import explain
from lumbayes.explanation import claim_attribution


def claims(now: Any, cause: str, settled: bool, with_advice: bool) -> None:
    """The claims that carry the cause, the strongest first, all but a few folded."""
    case = now.case
    with st.container(gap="xsmall"):
        st.html(f'<div class="more"><h4>{phrases.CARRIED}</h4></div>')
        switches = left_out.switches(case, cause)
        left_out.notice(case, cause)
        st.caption(phrases.NOT_SUMMED if settled else phrases.DECIBANS)
    order, sizes = _settled(case, cause) if settled else _by_size(now, cause)
    show = partial(_claims, case, sizes, cause, with_advice, switches)
    show(order[: phrases.FEW])
    if rest := order[phrases.FEW :]:
        label = (phrases.OTHERS if settled else phrases.FAINT).format(len(rest))
        with st.expander(label, key=f"faint {cause}", on_change="rerun", type="compact") as more:
            show(rest if more.open else [])


def _settled(case: Any, cause: str) -> tuple[list[Any], dict[str, float]]:
    """The claims that speak for the cause itself, none of which moves it now."""
    claims = left_out.whole(case).network.priors.claims
    return [claim for claim in claims if claim.cause == cause and left_out.used(claim)], {}


def _by_size(now: Any, cause: str) -> tuple[list[Any], dict[str, float]]:
    """Every claim that moves the cause, and by how much; one that is switched off keeps its
    place.
    """
    sizes = now.ask(_sizes, cause)
    known = {claim.id: claim for claim in left_out.whole(now.case).network.priors.claims}
    order = now.ask(_sizes_in_full, cause) if left_out.now() else sizes
    return [known[name] for name in order], sizes


def _sizes(case: Any, cause: str) -> dict[str, float]:
    """What each claim that still counts adds, in decibans."""
    counting = any(map(left_out.used, case.priors.claims))
    return (
        {str(name): db for name, db in claim_attribution(case, cause)["shapley_db"].items()}
        if counting
        else {}
    )


def _sizes_in_full(case: Any, cause: str) -> dict[str, float]:
    """The same of all claims, those that are switched off among them."""
    return _sizes(left_out.whole(case), cause)


def _claims(
    case: Any,
    sizes: dict[str, float],
    cause: str,
    with_advice: bool,
    switches: bool,
    shown: list[Any],
) -> None:
    """Each claim with its words; what is switched off keeps its switch, the way back, whatever else
    is folded.
    """
    widest = max([phrases.STRONG, *map(abs, sizes.values())])
    for claim in shown:
        author, said = wording.capital(claim.author), quote(case, claim, with_advice)
        bar = bars.off(author) if claim in left_out.now() else f"<h5>{escape(author)}</h5>"
        if claim.id in sizes:
            bar = bars.pull(author, sizes[claim.id], widest)
        with st.container(key=f"claim {cause} {claim.id}", gap=None):
            st.html(f'<div class="more">{bar}{said}</div>')
            if switches or claim in left_out.now():
                left_out.switch(claim, cause)


def quote(case: Any, claim: Any, with_advice: bool) -> str:
    """The claim's words and how they were read; advice is held back when the safety answers say
    so.
    """
    if wording.advice(claim) and not with_advice:
        return f"<p>{escape(wording.HIDDEN)}</p>"
    reading = case.priors.words.get(claim.reading)
    read = f"{claim.note} {reading.reason if reading else ''}"
    implied = f"<footer>{wording.capital(wording.IMPLIED)}</footer>" if claim.implied else ""
    return (
        f"<blockquote><p>“{escape(claim.quote)}”</p> {implied}"
        f"<details><summary>{wording.HOW_READ.format(claim.id)}</summary>{escape(read)}</details></blockquote>"
    )


def own_answers(now: Any, cause: str) -> None:
    """What each of the runner's answers adds, in the order told, and where that leaves the
    cause.
    """
    variables = now.case.variables
    told = [questions.told(variables[name], variables) for name in now.told]
    if not told:
        st.caption(phrases.NO_ANSWER)
        return
    before, *sizes, after = now.ask(explain, cause)["shapley_db"]
    widest = max([phrases.STRONG, *map(abs, sizes)])
    st.html(
        bars.listed("", [bars.pull(name, db, widest) for name, db in zip(told, sizes, strict=True)])
    )
    st.caption(
        f"{phrases.SUM.format(phrases.figure(before), phrases.figure(after))} {phrases.DECIBANS}"
    )
