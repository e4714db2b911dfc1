"""Probabilities and names of parameters in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...data.arguments import check_arguments
from ...inference.contrast_links import SUFFIX
from ...priors.strengths import claims_in_force

if TYPE_CHECKING:
    from ...case import Case

SMALL = 1 / 10  # below it hundredths are too coarse to tell two strengths apart


def per_hundred(p: float) -> str:
    """Return a probability as text, in whole hundredths.

    Parameters
    ----------
    p : float
        A probability from 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> from lumbayes.explanation.summaries import per_hundred
    >>> per_hundred(0.42)
    '42 in 100'
    """
    check_arguments("per_hundred", locals())
    return f"{round(100 * p)} in 100"


def of_one_run(p: float) -> str:
    """Return a link strength or rate as text: in hundredths or, below 0.1, in thousandths.

    Parameters
    ----------
    p : float
        A probability from 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> from lumbayes.explanation.summaries import of_one_run
    >>> of_one_run(0.42), of_one_run(0.0094)
    ('42 in 100', '9 in 1,000')
    """
    check_arguments("of_one_run", locals())
    return per_hundred(p) if p >= SMALL else f"{round(1000 * p)} in 1,000"


def called(case: Case, parameter: str) -> str:
    """Return the name of a parameter with labels of variables in place of their names.

    Parameters
    ----------
    case : Case
        The case whose variables have the labels.
    parameter : str
        The name of a parameter as in the index of `sensitivity`: a variable, or a link such as
        "flat_feet → over_pronation". A state after " = " is named by its answer.

    Returns
    -------
    str

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import summaries
    >>> print(summaries.called(load(), "flat_feet → over_pronation"))
    Flat feet → Foot imbalance (over-pronation)
    """
    check_arguments("called", locals())
    name, _, state = parameter.partition(" = ")
    ends = name.split(" → ")
    label = " → ".join(_end_label(case, end) for end in ends)
    if not state:
        return label
    return f"{label}: {case.variables[ends[-1]].answers.get(state, state)}"


def _end_label(case: Case, end: str) -> str:
    name, _, state = end.partition("=")
    label = case.variables[name].label
    return f"{label} ({state})" if state else label


def variable_of(finding: str) -> str:
    """Return the variable of a finding, likelihood or contrast written as text.

    "hills=yes", "hills likelihood" and "hills:contrast" all give "hills".
    """
    return finding.split("=")[0].removesuffix(" likelihood").removesuffix(SUFFIX)


def left_out(case: Case) -> str:
    """Return the sentence that some claims are left out of tables of claims; "" if none is."""
    used = [claim for claim in case.priors.claims if claim.is_used]
    if len(claims_in_force(case.priors)) == len(used):
        return ""
    return " Claims whose numbers were fitted or drawn are left out."
