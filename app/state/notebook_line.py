"""Answers as one line of text for a notebook, and a line as answers again."""

import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lumbayes import Case, PriorsChanged, decode_case, encode_case
from state.answers import Answers, case_of
from state.saved_file import EVIDENCE, Found, Rejected, check_evidence
from text import saving_words as words
from text.lists import listing

MOST_NAMED, MOST_LETTERS = 5, 10_000


def python(now: Answers, base: Case) -> str:
    """Return the two lines of Python that open the answers in a notebook.

    No safety answer is in them, for a case has none. Of a folder that the page was opened on they
    give the name alone: where it lies here is nobody's business.
    """
    folder = Path(os.environ.get("LUMBAYES_PRIORS", ""))
    priors = f', "path/to/{folder.name}"' if folder.name and folder.is_dir() else ""
    code = encode_case(case_of(base, now), base)
    return f'from lumbayes import decode_case\n\ncase = decode_case("{code}"{priors})'


def read_line(text: str, base: Case) -> Found:
    """Return what a line holds, as the parts of `Answers`; raise `Rejected` where that is not all.

    The line is the longest word of the text, so quotes and the Python around it may come along.
    """
    line = max(text.replace('"', " ").replace("'", " ").split(), key=len, default="")
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            case = decode_case(line[:MOST_LETTERS], base)
    except PriorsChanged as other:
        raise Rejected(words.OTHER_NUMBERS.format(_moved(other.moved, base.variables))) from other
    except ValueError as problem:
        raise Rejected(words.NOT_READ) from problem
    kept = {claim.id for claim in case.priors.claims}
    excluded = [claim.id for claim in base.priors.claims if claim.id not in kept]
    parts = _evidence(case)
    check_evidence(parts, excluded, base)
    notes = [words.OTHER_MAKE] if warned else []
    return {
        **{part: {} for part in EVIDENCE},
        **parts,
        "excluded": excluded,
        "dates": {},
        "notes": notes,
    }


def _evidence(case: Case) -> Found:
    """Return the evidence of a case by part; raise `Rejected` for what the page cannot show."""
    variables, outcome = case.variables, case.variables.outcome.name
    causes = {v.name for v in variables.causes if v.question}
    odd = [
        *case.interventions,
        *(name for name in case.likelihoods if name not in causes),
        *(name for name in case.findings if not variables[name].question),
    ]
    if odd:
        labels = _labels(odd, variables)
        raise Rejected(words.NO_PLACE.format(listing(f"“{label}”" for label in labels)))
    weights = {
        name: dict(zip(variables[name].states, w, strict=True))
        for name, w in case.likelihoods.items()
    }
    return {
        "given": {k: v for k, v in case.findings.items() if k != outcome},
        "likelihood": weights,
        "contrast": {name: _statement(said) for name, said in case.contrasts.items()},
    }


def _statement(text: str) -> str | list[int]:
    """Return a contrast as the page keeps it: counts as four numbers."""
    return [int(n) for n in text.replace("/", " ").split()] if text[:1].isdigit() else text


def _moved(names: Iterable[str], variables: Mapping[str, Any]) -> str:
    """Return which numbers have changed, in a sentence."""
    moved = list(dict.fromkeys(" → ".join(_labels(n.split(" → "), variables)) for n in names))
    more = [words.AND_MORE.format(len(moved) - MOST_NAMED)] if len(moved) > MOST_NAMED else []
    return words.MOVED.format(listing([*moved[:MOST_NAMED], *more])) if moved else words.GONE


def _labels(names: Iterable[str], variables: Mapping[str, Any]) -> list[str]:
    """Return what the page calls these variables; one at a certain state is named 'hills=yes'."""
    names = [name.split("=")[0] for name in names]
    return list(dict.fromkeys(variables[n].label if n in variables else n for n in names))
