"""How a cause came to its figure: step by step from the start to all answers."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lumbayes import Case
from lumbayes.attribution import contribution_at_means
from state import result_names
from text import result_words as words
from text.figures import tenths
from text.lists import capital

KEPT = 128  # sets of claims whose pooled priors stay in memory
SPEAKS = ("link", "share")  # what a claim reaches that speaks for a cause


def with_claims(case: Any, base: Any, ids: Iterable[str]) -> Any:
    """Return a case with these claims of `base` alone, its evidence as it is."""
    return replace(case, compiled=_pooled(base.compiled, frozenset(ids)))


@lru_cache(maxsize=KEPT)
def _pooled(compiled: Any, ids: frozenset[str]) -> Any:
    base = Case(compiled)
    return base.with_claims(c for c in base.priors.claims if c.id in ids).compiled


def receipt(case: Any, v: Any) -> list[dict[str, Any]]:
    """Return the steps from the start to now, in whole tenths that add up."""
    variables, kept = case.variables, case.priors.claims
    outcome = variables.outcome
    entered = _entered(case)
    own = about(case, v)
    traits = [n for n in entered if variables[n] in variables.traits]
    others = [n for n in entered if n not in (outcome.name, *own, *traits)]
    start = case.retract(*own, *traits, *others)
    spoken = claims_for(kept, v.name)
    stages = [
        (words.AT_THE_START, with_claims(start, case, [])),
        (_replies(case, v), with_claims(start, case, [c.id for c in spoken])),
        (words.THE_REST, start),
        (_own(case, own), case.retract(*traits, *others) if own else start),
        (words.THE_PAIN, case.retract(*others) if others else case),
        ("", case),
    ]
    steps: list[dict[str, Any]] = []
    before = 0.0
    for label, at_stage in stages:
        figure = float(contribution_at_means(at_stage, [v.name])[0])
        step = tenths(figure) - tenths(before)
        label = label or (words.OTHERS_LESS if figure < before else words.OTHERS_MORE)
        if not steps or step or 50 * abs(figure - before) >= 1:
            ends = {"start": round(before, 4), "end": round(figure, 4)}
            steps.append({"label": label, "step": step} | ends)
            before = figure
    return steps


def claims_for(claims: Iterable[Any], name: str) -> list[Any]:
    """Return the claims that speak for a cause, or else that it comes about, in their order."""
    speaking = [c for c in claims if c.used in SPEAKS]
    return [c for c in speaking if c.cause == name] or [c for c in speaking if c.effect == name]


def about(case: Any, v: Any) -> list[str]:
    """Return the names of the answers about a cause: itself, what is read off it, its contrasts."""
    entered = _entered(case)
    return [n for n in entered if v.name in (n, getattr(case.variables[n], "reads", ""))]


def _entered(case: Any) -> list[str]:
    return list(dict.fromkeys([*case.findings, *case.likelihoods, *case.contrasts]))


def _replies(case: Any, v: Any) -> str:
    """Return how many of the replies that speak for a cause still count."""
    every = {c.answer for c in claims_for(case.compiled.base_claims, v.name)}
    count = {c.answer for c in claims_for(case.priors.claims, v.name)}
    whole = words.number(len(every))
    if every == count:
        return capital(f"{whole} repl{'y' if len(every) == 1 else 'ies'}")
    return capital(words.REPLIES.format(words.number(len(count)), whole))


def _own(case: Any, own: list[str]) -> str:
    if len(own) == 1 and own[0] in case.findings:
        return result_names.answered(case.variables[own[0]], case.findings[own[0]])
    return capital(words.ANSWERS.format(words.number(len(own)))) if own[1:] else words.YOUR_ANSWER
