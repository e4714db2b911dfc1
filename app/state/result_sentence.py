"""The sentence that answers the title's question, and the one that says what is open."""

from typing import Any

from state import result_names
from text import result_words as words
from text.figures import TENS, in_ten, tenths
from text.lists import capital, listing


def said(case: Any, order: Any, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return `sentence`, `second` and `disclaimer`."""
    first = _first(order, "mechanism")
    form = "tie" if len(first) > 1 else "none" if rows[first[0]]["unnamed"] else "lead"
    figure = rows[first[0]]["figure"]
    named = [{"text": rows[name]["sentence"], "cause": name} for name in first]
    start, end = {"tie": words.TIE, "none": words.NOTHING, "lead": words.LEAD}[form]
    count = words.about(figure) if form == "lead" else in_ten(figure)
    parts = [{"text": start}, *_joined(named), {"text": end.format(count)}]
    text = "".join(part["text"] for part in parts)
    return {
        "sentence": {"form": form, "text": text, "parts": parts},
        "second": _second(case, order, rows, form, figure),
        "disclaimer": _disclaimer(case),
    }


def _joined(named: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return 'a, or b' and 'a, b, or c' as parts."""
    parts = [named[0]]
    for i, part in enumerate(named[1:], start=2):
        parts += [{"text": ", or " if i == len(named) else ", "}, part]
    return parts


def _first(order: Any, layer: str) -> list[str]:
    """Return the first of a layer, or all that are in a tie with it."""
    top = str(order.above[layer].index[0])
    ties = [group for group in order.practical_ties[layer] if top in group]
    return list(ties[0]) if ties else [top]


def _second(case: Any, order: Any, rows: Any, form: str, figure: float) -> str:
    """Return what is open: between the mechanisms in a tie, else among the factors."""
    each = capital(words.about(figure))
    if result_names.is_unanswered(case):
        return words.EACH_BEFORE.format(each) if form == "tie" else words.BEFORE_ANSWERS
    if form == "none":
        note = rows[order.above["mechanism"].index[0]]["first_note"]
        return note or words.NO_FIT.format(words.number(_replies(case)))
    behind = _behind(order, rows)
    return f"{words.EACH.format(each)} {behind}" if form == "tie" else behind


def _behind(order: Any, rows: Any) -> str:
    """Return what is open among the factors: the first, or those in a tie for it."""
    above = order.above["factor"]
    if not tenths(rows[above.index[0]]["figure"]):
        return words.NOTHING_BEHIND
    tied = [rows[name]["sentence"] for name in _first(order, "factor")]
    if len(tied) > words.MANY:
        return words.NO_LEADER
    if len(tied) > 1 or len(above) < 2:
        return words.OPEN.format(listing(tied, "or"))
    first = min(tenths(float(above.iloc[0, 1])), TENS - 1)
    pair = [rows[name]["sentence"] for name in above.index[:2]]
    if not rows[above.index[1]]["figure"]:
        return words.CLEARLY.format(pair[0])
    odds = words.PAIR.format(*pair, first, TENS - first)
    return (words.CLEARLY if first >= words.CLEAR else words.OPEN).format(odds)


def _disclaimer(case: Any) -> str:
    yours = "" if result_names.is_unanswered(case) else words.AND_YOURS
    strangers = capital(words.number(_replies(case)))
    return words.STRANGERS.format(strangers, yours)


def _replies(case: Any) -> int:
    """Return how many replies the thread has, those that are switched off included."""
    return len({c.answer for c in case.compiled.base_claims} - {0})
