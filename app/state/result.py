"""What a case comes to, as plain JSON: all that the right side of the page draws."""

from typing import Any

from lumbayes import ImpossibleFindings
from lumbayes.explanation import ranking
from state import result_cause, result_names, result_next, result_sentence
from state.result_cause import LEVELS
from state.result_receipt import claims_for
from text import result_words as words
from text.figures import UNDER, tenths
from text.lists import listing

DRAWS_WHILE_DRAGGING = 512  # an eighth of the usual number: the fades differ by less than is seen
SHORT = 3  # factors: where fewer are at work, all others stand in groups


def result(
    case: Any,
    *,
    focus: str | None = None,
    opened: str | None = None,
    advice: bool = True,
    base: Any = None,
) -> dict[str, Any]:
    """Return what a case comes to, as plain JSON.

    Parameters
    ----------
    case : Case
    focus : str, optional
        The variable under the finger. Then only what moves with it is there, `partial` is true, and
        the draws are fewer.
    opened : str, optional
        The cause whose own view is open.
    advice : bool, default True
        Whether the thread's advice and the next run may be shown.
    base : Case, optional
        A case with all claims, where `case` may be without some; it tells what each of them would
        change if it counted again.

    Returns
    -------
    dict
        `sentence` {form, text, parts: [{text, cause}]}, where form is lead, tie, none or clash;
        `second` and `disclaimer`; `factors` and `mechanisms`, rows in the order of the network:
        name, label, unnamed, group, figure, low, high, fade (P(figure > x) in the middle of ten
        cells), present, state (untouched, yes, no, belief, value), note ("", not there, cut off,
        idle), first, rank, tie (the number of its group of ties, or null), direct, quote, replies;
        `pain` {name, label}; `links` [{from, to, figure, note}]; `reads`, the cause that each
        measurement is about; `groups` [{heading, text}] of the factors that are not at work, where
        few are; `cause`, the opened one or null, of which only figures and steps are there while
        dragging. Not while dragging: `next` (the question card). Where the answers exclude one
        another: `sentence`, `second`, and no rows and links.
    """
    draws = {"draws": DRAWS_WHILE_DRAGGING} if focus is not None else {}
    try:
        order = ranking(case, levels=LEVELS, **draws)
    except ImpossibleFindings:
        return _clash(case)
    rows = {row["name"]: row for row in _rows(case, order, advice)}
    layers = {
        "factors": [rows[v.name] for v in _in_order(case)],
        "mechanisms": [rows[v.name] for v in case.variables.mechanisms],
    }
    said = result_sentence.said(case, order, rows)
    groups = _groups(case, layers["factors"], rows)
    drawn = {**said, **layers, **_picture(case, rows), "groups": groups}
    name = str(opened) if opened in rows else None
    if focus is not None:
        part = {"cause": result_cause.moving(case, order, rows, name, advice)} if name else {}
        return {**drawn, **part, "partial": True}
    card = result_next.card(case, order.contributions, rows)
    cause = name and result_cause.cause(case, order, rows, name, advice, base or case)
    return {**drawn, "partial": False, "next": card, "cause": cause}


def _clash(case: Any) -> dict[str, Any]:
    """Say which answers exclude each other: the fewest that do."""
    for name in case.findings:
        fewer = case.retract(name)
        case = case if fewer.probability else fewer
    entered = [result_names.answered(case.variables[name], x) for name, x in case.findings.items()]
    text = words.CLASH.format(listing([words.QUOTED.format(said) for said in entered]))
    sentence = {"form": "clash", "text": text, "parts": [{"text": text}]}
    return {
        "sentence": sentence,
        "second": words.CLASH_NEXT,
        "factors": [],
        "mechanisms": [],
        "links": [],
        "partial": False,
    }


def _in_order(case: Any) -> list[Any]:
    """Return the factors as the sliders stand, those that act on the pain itself last."""
    factors, direct = case.variables.factors, case.variables.outcome.parents
    groups = list(dict.fromkeys(v.group for v in factors))
    return sorted(factors, key=lambda v: (v.name in direct, groups.index(v.group)))


def _rows(case: Any, order: Any, advice: bool) -> list[dict[str, Any]]:
    """Return one row a cause, the likeliest first."""
    ties = {
        name: i
        for groups in order.practical_ties.values()
        for i, group in enumerate(groups)
        for name in group
    }
    places = {"factor": 0, "mechanism": 0}
    present = order.contributions["present"].to_dict()
    rows = []
    fades = order.exceeds.to_numpy().round(4).tolist()
    for cause, fade in zip(order.contributions.itertuples(), fades, strict=True):
        v = case.variables[cause.Index]
        places[cause.layer] += 1
        rows.append(
            {
                "name": v.name,
                **result_names.names(case.variables, v),
                "group": getattr(v, "group", ""),
                "direct": v.name in case.variables.outcome.parents,
                "state": _state(case, v),
                "note": _note(case, v, present, cause.contribution),
                "figure": round(cause.contribution, 4),
                **{c: round(getattr(cause, c), 4) for c in ("low", "high", "present", "first")},
                "fade": fade,
                "rank": places[cause.layer],
                "tie": ties.get(v.name),
                **_spoken(case, v.name, advice),
            }
        )
    return rows


def _state(case: Any, v: Any) -> str:
    """Return how the runner answered about a cause: untouched, yes, no, belief or value."""
    if v.name in case.findings:
        return "yes" if case.findings[v.name] == v.states[-1] else "no"
    if any(getattr(case.variables[name], "reads", "") == v.name for name in case.findings):
        return "value"
    if v.name in case.contrasts:
        return "value"
    return "belief" if v.name in case.likelihoods else "untouched"


def _note(case: Any, v: Any, present: dict[str, float], figure: float) -> str:
    """Return why a cause hardly counts: not there, cut off or idle; empty where it does."""
    if not tenths(present[v.name]):
        return "not there"
    if tenths(figure) or 2 * present[v.name] < 1:
        return ""
    outcome = case.variables.outcome.name
    effects = case.variables.effects(v.name)
    is_cut_off = all(name != outcome and not tenths(present[name]) for name in effects)
    return "cut off" if is_cut_off else "idle"


def _spoken(case: Any, cause: str, advice: bool) -> dict[str, str]:
    """Return the shortest words that speak for a cause, and which replies do."""
    claims = claims_for(case.priors.claims, cause)
    if not claims:
        return {"quote": "", "replies": words.NOT_IN_THE_THREAD}
    quotes = [c.quote for c in claims if advice or c.kind not in result_cause.ADVICE]
    return {"quote": min(quotes, key=len, default=""), "replies": words.replies(claims)}


def _picture(case: Any, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the links of the network, its pain and what each measurement is about."""
    variables = case.variables
    outcome = variables.outcome
    links = [
        {
            "from": p,
            "to": v.name,
            "figure": min(rows[name]["figure"] for name in (p, v.name) if name in rows),
            "note": rows[p]["note"],
        }
        for v in (*variables.causes, outcome)
        for p in v.parents
    ]
    reads = {v.name: v.reads for v in variables.measurements}
    pain = {"name": outcome.name, "label": result_names.names(variables, outcome)["label"]}
    return {"links": links, "pain": pain, "reads": reads}


def _groups(case: Any, factors: list[dict[str, Any]], rows: dict[str, Any]) -> list[dict[str, str]]:
    """Return, where few factors are at work, all others in groups."""
    rest = [row for row in factors if not tenths(row["figure"])]
    if len(factors) - len(rest) >= SHORT:
        return []

    def named(note: str) -> list[str]:
        return [row["sentence"] for row in rest if row["note"] == note]

    groups = []
    if names := named("not there"):
        groups.append((words.NOT_THERE.format(len(names)), words.short_list(names, SHORT + 1)))
    for row in rest:
        if row["note"] == "cut off":
            effects = [rows[name]["sentence"] for name in case.variables.effects(row["name"])]
            through = words.ACTS_THROUGH.format(listing(effects))
            groups.append((words.CUT_OFF.format(row["sentence"]), through))
    for heading, note in ((words.IDLE, "idle"), (words.NOT_LIKELY, "")):
        if names := named(note):
            groups.append((heading.format(words.short_list(names, SHORT)), UNDER))
    return [{"heading": heading, "text": text} for heading, text in groups]
