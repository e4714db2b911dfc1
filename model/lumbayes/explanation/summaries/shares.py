"""Sentences on how much of a contribution comes from claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...data.argument_kinds import table_with
from ...data.arguments import check_arguments
from .words import per_hundred

if TYPE_CHECKING:
    from ...case import Case

FIGURES = table_with("contribution", "without_claims", "share", of="claim_share")
NOTICEABLE = 0.005  # half of one in a hundred, the step in which figures are said


def from_claims(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Return a sentence with the contribution of a cause and how much of it comes from claims.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `claim_share(case)`.
    cause : str
        A factor or mechanism.

    Returns
    -------
    str
        The sentence gives the contribution, what it would be without claims, and the share from
        claims, in hundredths. If the contribution is 0 or hardly depends on claims, it says so.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import claim_share, summaries
    >>> runner = load().given(back_pain="yes", hills="no")
    >>> summaries.from_claims(runner, claim_share(runner), "hills")
    'Hills is ruled out by what was answered, with claims or without.'
    """
    check_arguments("from_claims", locals(), table=FIGURES)
    label = case.variables[cause].label
    figure, without = (float(table[column][cause]) for column in ("contribution", "without_claims"))
    if not figure > 0:
        return f"{label} is ruled out by what was answered, with claims or without."
    sentence = f"{label}: {per_hundred(figure)}"
    if abs(figure - without) < NOTICEABLE:
        return f"{sentence}, and the same without any claim of the thread."
    if figure < without:
        return f"{sentence}; without any claim of the thread it would be {per_hundred(without)}."
    part = per_hundred(float(table["share"][cause]))
    rest = f"without any claim {per_hundred(without)}"
    return f"{sentence}; {rest}, so {part} parts of it are claims."
