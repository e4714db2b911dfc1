"""The question card: what to ask next, what that could change, and when to stop asking."""

from typing import Any

from lumbayes import next_question
from state import result_names
from text import result_words as words
from text.figures import tenths
from text.lists import small

COMPARED = "compared"  # the row of chips that says what runs are clearly worse after
END = {
    "slider": None,
    "heading": words.ENOUGH,
    "detail": words.NEXT_RUNS,
    "button": words.NOTE_A_RUN,
    "end": True,
}


def card(case: Any, table: Any, rows: dict[str, Any]) -> dict[str, Any]:
    """Return the next best question, or the end of asking.

    Returns
    -------
    dict
        `name` the variable asked about, `slider` the factor whose slider holds it, the variable
        itself, or `COMPARED` for what runs are worse after; `heading`, `detail`, `button`; `end`
        where no question is worth it.
    """
    variables = case.variables
    asked: Any = next_question(case).itertuples()
    worth = [row for row in asked if _is_worth(case, row)]
    if not worth:
        return END
    sliders = list(dict.fromkeys(slider(variables, row.Index) for row in worth))
    is_first = result_names.is_unanswered(case)
    detail = _detail(rows[table.index[0]], worth[0], len(sliders) - 1)
    return {
        "name": worth[0].Index,
        "slider": sliders[0],
        "heading": (words.START if is_first else words.NEXT).format(small(worth[0].question)),
        "detail": words.ONE_IS_ENOUGH if is_first else detail,
        "button": words.SHOW if sliders[0] in rows else words.SHOW_CHIPS,
        "end": False,
    }


def slider(variables: Any, name: str) -> str:
    """Return the factor whose slider holds a question, or the name of its row of chips."""
    if name not in variables:
        return COMPARED
    reads = str(getattr(variables[name], "reads", name))
    return reads if variables[reads] in variables.factors else name


def _is_worth(case: Any, row: Any) -> bool:
    """Whether a question can be asked, its slider is untouched and its answer could count."""
    variables = case.variables
    if not tenths(max(row.could_flip, row.could_move)):
        return False
    asks_of = slider(variables, row.Index)
    if asks_of == COMPARED:
        return True
    is_set = asks_of in {slider(variables, n) for n in (*case.findings, *case.likelihoods)}
    return not is_set and getattr(variables[row.Index], "safe_in_pain", True)


def _detail(top: dict[str, Any], row: Any, more: int) -> str:
    if flips := tenths(row.could_flip):
        change = words.FLIPS.format(f"{flips} time{'s' if flips > 1 else ''}")
    else:
        change = words.MOVES.format(words.inside(top), tenths(row.could_move))
    return f"{change} {words.WORTH_ASKING.format(more) if more else words.LAST_ONE}"
