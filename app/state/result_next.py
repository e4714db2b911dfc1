"""The question card: what to ask next, what that could change, and when to stop asking."""

from typing import Any

from lumbayes import next_question
from state import result_names
from text import result_words as words
from text.figures import tenths
from text.lists import small

COMPARED = "compared"  # the row of chips that says what runs are clearly worse after


def card(case: Any, table: Any, rows: dict[str, Any]) -> dict[str, Any]:
    """Return the next best question, or the end of asking.

    Returns
    -------
    dict
        `name` the variable asked about, `slider` the factor whose slider holds it, the variable
        itself, or `COMPARED` for what runs are worse after; `heading`, `detail`, `button`;
        `worth_asking`, how many sliders and rows could still change something; `first` where
        nothing is answered yet; `end` where no question is worth it.
    """
    variables = case.variables
    asked: Any = next_question(case).itertuples()
    worth = [row for row in asked if _is_worth(case, row)]
    sliders = list(dict.fromkeys(slider(variables, row.Index) for row in worth))
    if not worth:
        return _end()
    row = worth[0]
    is_first = result_names.is_unanswered(case)
    heading = (words.START if is_first else words.NEXT).format(small(row.question))
    return {
        "name": row.Index,
        "slider": sliders[0],
        "heading": heading,
        "detail": words.ONE_IS_ENOUGH
        if is_first
        else _detail(rows[table.index[0]], row, len(sliders) - 1),
        "button": words.SHOW if sliders[0] in _names(variables.factors) else words.SHOW_CHIPS,
        "worth_asking": len(sliders),
        "first": is_first,
        "end": False,
    }


def slider(variables: Any, name: str) -> str:
    """Return the factor whose slider holds a question, or the name of its row of chips."""
    if name not in variables:
        return COMPARED
    reads = str(getattr(variables[name], "reads", name))
    return reads if reads in _names(variables.factors) else name


def _names(variables: Any) -> list[str]:
    return [v.name for v in variables]


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
    if tenths(row.could_flip):
        change = words.FLIPS.format(_times(tenths(row.could_flip)))
    else:
        change = words.MOVES.format(_named(top), tenths(row.could_move))
    return f"{change} {words.WORTH_ASKING.format(more) if more else words.LAST_ONE}"


def _named(row: dict[str, Any]) -> str:
    return words.QUOTED.format(row["sentence"]) if row["unnamed"] else str(row["sentence"])


def _times(n: int) -> str:
    return f"{n} time{'s' if n > 1 else ''}"


def _end() -> dict[str, Any]:
    return {
        "name": None,
        "slider": None,
        "heading": words.ENOUGH,
        "detail": words.NEXT_RUNS,
        "button": words.NOTE_A_RUN,
        "worth_asking": 0,
        "first": False,
        "end": True,
    }
