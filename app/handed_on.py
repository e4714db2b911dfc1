"""A case as one line of text, the way notebooks hand it on: made of the answers here, and turned
into answers again.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import keep_words as words
import questions
import wording
from foreign import NotKept, answer
from lumbayes import PriorsChanged, decode_case, encode_case

MOST_NAMED, MOST_LETTERS = 5, 10_000


def python(case: Any, base: Any) -> str:
    """The two lines of Python that open the case in a notebook; no safety answer is in them, for a
    case has none.

    Of a folder that the page was opened on they say the name alone: where it lies here is nobody's
    business.
    """
    folder = Path(os.environ.get("LUMBAYES_PRIORS", ""))
    priors = f', "path/to/{folder.name}"' if folder.name and folder.is_dir() else ""
    return (
        "from lumbayes import decode_case\n\n"
        f'case = decode_case("{encode_case(case, base)}"{priors})'
    )


def read_line(text: str, base: Any) -> dict[str, Any]:
    """What a line holds, as `answers`, `left_out` and `notes`; raises `NotKept` for what this page
    cannot show whole.

    The line is the longest word of the text, so quotes and the Python around it may come along.
    """
    line = max(text.replace('"', " ").replace("'", " ").split(), key=len, default="")
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            case = decode_case(line, base)
    except PriorsChanged as other:
        raise NotKept(words.OTHER_NUMBERS.format(_moved(other.moved, base.variables))) from other
    except ValueError as no:
        raise NotKept(words.NOT_READ) from no
    heard = {claim.id for claim in case.priors.claims}
    off = [claim.id for claim in base.priors.claims if claim.id not in heard]
    return {"answers": _answers(case), "left_out": off, "notes": [words.OTHER_MAKE] if said else []}


def _answers(case: Any) -> dict[str, Any]:
    """The case as answers that the page could have been given, each of its questions once; else
    `NotKept`.
    """
    variables = case.variables
    leaning = {name: _fairly(case, name) for name in case.likelihoods}
    odd = [
        *case.interventions,
        *({*case.findings} & {*case.likelihoods}),
        *(name for name, said in leaning.items() if not said),
    ]
    odd += [name for name in case.findings if not variables[name].question]
    if odd:
        raise NotKept(
            words.NO_PLACE.format(
                wording.listing(f"“{label}”" for label in _labels(odd, variables))
            )
        )
    return {
        name: answer(name, said, variables) for name, said in {**case.findings, **leaning}.items()
    }


def _fairly(case: Any, name: str) -> str:
    """The half-sure answer that leans just so; empty where the page offers none."""
    variables = case.variables
    v, ratio = variables[name], variables.sureness["fairly"]["ratio"]
    states = v.states if v in variables.causes and v.question else ()
    leans = {
        state: case.retract(name).likelihood(**{name: {state: ratio}}).likelihoods[name]
        for state in states
    }
    return next(
        (
            questions.FAIRLY + state
            for state, told in leans.items()
            if told == case.likelihoods[name]
        ),
        "",
    )


def _moved(names: Iterable[str], variables: Mapping[str, Any]) -> str:
    """Which numbers have changed, in a sentence."""
    told = list(dict.fromkeys(" → ".join(_labels(name.split(" → "), variables)) for name in names))
    more = [words.AND_MORE.format(len(told) - MOST_NAMED)] if len(told) > MOST_NAMED else []
    return words.MOVED.format(wording.listing([*told[:MOST_NAMED], *more])) if told else words.GONE


def _labels(names: Iterable[str], variables: Mapping[str, Any]) -> list[str]:
    """What the page calls these variables; one at a certain state is named 'hills=yes'."""
    return list(dict.fromkeys(variables[name.split("=")[0]].label for name in names))
