"""One cause, opened: its figures in words, how they came about, and who says so."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from lumbayes import Case, explain, load, next_run
from lumbayes.attribution import contribution_at_means
from lumbayes.explanation import ranking, remedies
from state import result_names
from state.result_receipt import about, claims_for, receipt, with_claims
from text import result_words as words
from text.figures import in_ten, tenths
from text.lists import small
from text.page_words import ABOUT

LEVELS = tuple((2 * i + 1) / 20 for i in range(10))  # the middle of each cell of a bar
DRAWS = 1024
SURE = 1e-9
ADVICE = ("remedy", "advice", "referral")  # kinds of claims that tell somebody what to do
NO_STUDY = "no figure"  # how the reason of a link starts that no study gives


def cause(
    case: Any, order: Any, rows: dict[str, dict[str, Any]], name: str, advice: bool, base: Any
) -> dict[str, Any]:
    """Return the view of one cause.

    Returns
    -------
    dict
        name, label, through; `figures` two or three of {title, value, note}; `receipt` steps
        {label, start, end, step}; `claims` {id, quote, reply, on, now, other}, those that
        move it most first, `other` the figure with its switch turned; `studies` {thread, studies:
        {label, figure, low, high, fade}, note} or null; `tries` {quote, reply} and `tries_note`;
        `firm`; `numbers`, lists of lines under headings.
    """
    v, row = case.variables[name], rows[name]
    effects = [rows[e]["sentence"] for e in case.variables.effects(name) if e in rows]
    tried = _tries(case, name) if advice else []
    return {
        **moving(case, order, rows, name, advice),
        "label": row["label"],
        "through": words.THROUGH.format(effects[0]) if effects else "",
        "claims": _claims(case, base, name, advice),
        "studies": _studies(case, v, row),
        "tries": tried,
        "tries_note": "" if tried else words.NOTHING_TO_TRY if advice else words.HIDDEN,
        "firm": _firm(case, row),
        "numbers": _numbers(case, v),
    }


def moving(
    case: Any, order: Any, rows: dict[str, dict[str, Any]], name: str, advice: bool
) -> dict[str, Any]:
    """Return the part of a cause's view that moves with a slider: `name`, `figures`, `receipt`."""
    v, row = case.variables[name], rows[name]
    there, at_work = _is_there(case, v, row), _at_work(row, rows)
    hung_on = [] if row["unnamed"] else [_next_run(case, v, order, advice)]
    figures = [there, at_work, *hung_on]
    return {"name": name, "figures": figures, "receipt": receipt(case, v)}


def _is_there(case: Any, v: Any, row: Any) -> dict[str, str]:
    present, answers = row["present"], about(case, v)
    tests = [small(case.variables[n].label) for n in answers if n != v.name]
    if row["state"] in ("yes", "no"):
        note = words.BY_ANSWER
    elif tests:
        note = words.BY_TEST.format(tests[-1])
    elif row["state"] == "belief":
        note = words.BY_BELIEF
    else:
        note = words.AS_OTHERS if result_names.is_unanswered(case) else words.BY_OTHERS
    is_sure = min(present, 1 - present) < SURE
    value = (words.YES if present > 1 - SURE else words.NO) if is_sure else in_ten(present)
    return {"title": words.IS_IT_THERE, "value": value, "note": note}


def _at_work(row: Any, rows: Any) -> dict[str, str]:
    if row["high"] < SURE:
        note = words.CUT_OFF_HERE if row["note"] == "cut off" else words.NOT_HERE
        return {"title": words.AT_WORK, "value": in_ten(row["figure"]), "note": note}
    same = [r for r in rows.values() if bool(r["group"]) == bool(row["group"]) and r is not row]
    rival: Any = max(same, key=lambda r: r["figure"], default=None)
    is_likely = rival is not None and tenths(rival["figure"])
    note = words.BESIDE.format(words.inside(rival)) if is_likely else words.ALONE
    return {"title": words.AT_WORK, "value": in_ten(row["figure"]), "note": note}


def _next_run(case: Any, v: Any, order: Any, advice: bool) -> dict[str, str]:
    """Return the next run as things are and without the cause, or this pain's but-for."""
    is_there = float(order.contributions["present"][v.name]) > SURE
    if not (advice and is_there and getattr(v, "changeable", False)):
        value = in_ten(float(order.contributions["but_for"][v.name]))
        return {"title": words.STAYED_AWAY, "value": value, "note": words.THIS_PAIN_WITHOUT}
    hurts = case.variables.outcome.states[-1]
    now = float(next_run(case)[hurts])
    without = float(next_run(case, **{v.name: v.states[0]})[hurts])
    is_same = in_ten(now) == in_ten(without)
    return {
        "title": words.NEXT_RUN,
        "value": in_ten(now) if is_same else words.FROM_TO.format(tenths(now), in_ten(without)),
        "note": words.HARDLY if is_same else words.WITHOUT,
    }


def _claims(case: Any, base: Any, name: str, advice: bool) -> list[dict[str, Any]]:
    """Return the claims that speak for a cause, with the figure when each is switched over."""
    kept = {claim.id for claim in case.priors.claims}
    spoken = claims_for(base.priors.claims, name)
    now = float(contribution_at_means(case, [name])[0])
    rows = []
    for claim in spoken:
        turned = with_claims(case, base, kept ^ {claim.id})
        is_hidden = not advice and claim.kind in ADVICE
        rows.append(
            {
                "id": claim.id,
                "quote": words.HIDDEN if is_hidden else words.short(claim.quote),
                "whole": "" if is_hidden else claim.quote,
                "hidden": is_hidden,
                "reply": claim.author,
                "on": claim.id in kept,
                "now": round(now, 4),
                "other": round(float(contribution_at_means(turned, [name])[0]), 4),
            }
        )
    return sorted(rows, key=lambda row: (not row["on"], -abs(row["now"] - row["other"])))


@lru_cache(maxsize=1)
def _literature() -> Case:
    return load("literature")


def _studies(case: Any, v: Any, row: Any) -> dict[str, Any] | None:
    """Return the cause by the thread's priors and by those of studies; None without studies."""
    if not ABOUT.studies:
        return None
    literature = _literature()
    other = ranking(replace(case, compiled=literature.compiled), draws=DRAWS, levels=LEVELS)
    fade = [round(float(share), 4) for share in other.exceeds.loc[v.name]]
    figure = round(float(other.contributions["contribution"][v.name]), 4)
    note = _source(literature, v)
    label = words.A_GUESS if note == words.NO_FIGURE else words.THE_STUDIES
    studies = {"label": label, "figure": figure, "fade": fade}
    thread = {"label": words.THE_THREAD, "figure": row["figure"], "fade": row["fade"]}
    return {"thread": thread, "studies": studies, "note": note}


def _source(literature: Any, v: Any) -> str:
    """Return where the studies' figure of a cause's first link comes from."""
    effect = literature.variables[literature.variables.effects(v.name)[0]]
    estimate = effect.link.get(v.name)
    if estimate is None or estimate.why.lower().startswith(NO_STUDY) or not estimate.source:
        return words.NO_FIGURE
    return words.FROM_STUDIES.format(estimate.source.split(",")[0].rstrip("."))


def _tries(case: Any, name: str) -> list[dict[str, str]]:
    quoted = remedies(case, name).itertuples()
    return [{"quote": words.short(str(row.quote)), "reply": str(row.author)} for row in quoted]


def _firm(case: Any, row: Any) -> str:
    if row["high"] < SURE:
        return words.SETTLED
    parts = [
        words.DOUBT.format(words.span(row["low"], row["high"])),
        words.COMES_FIRST.format(in_ten(row["first"], *words.ENDS)),
    ]
    if not row["unnamed"]:
        without = float(contribution_at_means(with_claims(case, case, []), [row["name"]])[0])
        parts.append(words.WITHOUT_REPLIES.format(in_ten(without)))
    return " ".join(parts)


def _numbers(case: Any, v: Any) -> list[dict[str, Any]]:
    """Return every number behind a cause: strengths, claims as read, answers in decibans."""
    links = [case.priors[v.name, effect] for effect in case.variables.effects(v.name)]
    strengths = [_strength(words.BY_ITSELF, prior) for prior in links]
    strengths.append(_strength(words.BASE_RATE, case.priors[v.name]))
    read = [_read(case, claim) for claim in claims_for(case.priors.claims, v.name)]
    table = explain(case, v.name)[["shapley_db", "says"]]
    answers = [_decibans(*row) for row in table.itertuples(name=None)]
    return [{"lines": strengths}, {"lines": read}, {"lines": answers}]


def _strength(form: str, prior: Any) -> str:
    return form.format(in_ten(prior.mean), words.span(*prior.interval()))


def _decibans(name: Any, db: Any, says: Any) -> str:
    return words.SETTLES.format(name, says) if says else words.DECIBANS.format(name, db)


def _read(case: Any, claim: Any) -> str:
    reading = case.priors.words.get(claim.reading)
    return f"{claim}: {claim.note} {reading.reason if reading else ''}".strip()
