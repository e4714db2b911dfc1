"""Arguments of public functions: what each may be, by its name, and the check of all of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from inspect import signature
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..defaults import WIDTH
from .argument_kinds import LISTS, LISTS_OR_ITERATOR, Argument, instance, optional
from .schema import is_number


def _are_texts(values: Any) -> bool:
    return not isinstance(values, str | bytes) and all(isinstance(v, str) for v in values)


def _are_numbers(values: Any) -> bool:
    if isinstance(values, str | bytes):
        return False
    return all(isinstance(v, Real) and not isinstance(v, bool) for v in values)


def _are_weights(values: Any) -> bool:
    return _are_numbers(values) and all(value >= 0 for value in values) and sum(values) > 0


def _are_claims(values: Any) -> bool:
    """Return whether these can be claims; what can be read only once is left to its reader."""
    return isinstance(values, Iterator) or all(map(CLAIM.fits, values))


def _is_key(value: object) -> bool:
    is_pair = isinstance(value, tuple) and len(value) == 2
    return bool(value) and (isinstance(value, str) or (is_pair and _are_texts(value)))


def _are_keys(values: Any) -> bool:
    return isinstance(values, Iterator) or all(map(_is_key, values))


def _are_priors(values: Any) -> bool:
    return all(map(_is_key, values)) and all(map(PRIOR.fits, values.values()))


def _are_rows(values: Any) -> bool:
    return len(values) > 0


def _are_words(values: Any) -> bool:
    return all(map(instance("", "StrengthWord").fits, values.values()))


def _are_opinions(values: Any) -> bool:
    return len(values) > 0 and all(map(OPINION.fits, values))


def _are_mixes(values: Any) -> bool:
    pairs = all(isinstance(pair, tuple) and len(pair) == 2 for pair in values)
    return pairs and all(ALL_PRIORS.fits(priors) and is_number(trust) for priors, trust in values)


def _are_columns(values: Any) -> bool:
    if not all(isinstance(column, list | tuple) for column in values):
        return False
    return all(map(_are_pairs, values))


def _are_pairs(values: Any) -> bool:
    return all(isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) for p in values)


def _are_run_files(value: Any) -> bool:
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes | bytearray):
        return isinstance(value[0], str)
    if isinstance(value, str | Path | bytes | bytearray) or hasattr(value, "read"):
        return value != ""
    is_list = isinstance(value, list | tuple | Set)
    return isinstance(value, Iterator) or (is_list and all(map(_are_run_files, value)))


def _is_called_back(value: Any) -> bool:
    if value is None or not callable(value):
        return value is None
    try:
        signature(value).bind(0, 0, "")
    except (TypeError, ValueError):  # ValueError: a built-in that has no signature
        return False
    return True


def _is_priors(value: Any) -> bool:
    return isinstance(value, str | Path) or CASE.fits(value)


def _is_priors_or_fitted(value: Any) -> bool:
    return isinstance(value, str | Path) or CASE.fits(getattr(value, "case", None))


def _is_rate(value: Any) -> bool:
    return value is None or isinstance(value, str | Real)


def _is_positive(value: Any) -> bool:
    return is_number(value) and value > 0


ANYTHING = Argument("anything", (object,))
FLAG = Argument("True or False", (bool,))
TEXT = Argument("a text", (str,))
FILLED_TEXT = Argument("a text, not empty", (str,), bool)
NAME = Argument("a name", (str,))
NAMES = Argument("a list of names", (Sequence, Set), _are_texts)
NAMES_OF_ANY = Argument("a list or mapping of names", (Collection,), _are_texts)
NODES = Argument("names of nodes", (*LISTS, Mapping), _are_texts)
NODE_WEIGHTS = Argument("a list as case.evidence() gives", (list, tuple), _are_pairs)
STATES = Argument("a mapping of names to states", (Mapping,), _are_texts)
SEPARATOR = Argument("one character, or empty", (str,), lambda value: len(value) < 2)
PATH = Argument("a path", (str, Path), lambda value: str(value) not in ("", "."))
PRIORS = Argument("'thread', 'literature' or the path of a folder", (str, Path))
RATE = Argument("a name, a probability above 0 and below 1, or None", (object,), _is_rate)

COUNT = Argument("a whole number, 1 or more", (Integral,), lambda value: value >= 1)
COUNT_OR_ZERO = Argument("a whole number, 0 or more", (Integral,), lambda value: value >= 0)
GRID = Argument("a whole number, 2 or more", (Integral,), lambda value: value >= 2)
NUMBER = Argument("a number", (Real,))
POSITIVE = Argument("a finite number above 0", (Real,), _is_positive)
SHARE = Argument("a number from 0 to 1", (Real,), lambda value: 0 <= value <= 1)
BELOW_1 = Argument("a number from 0 to below 1", (Real,), lambda value: 0 <= value < 1)
INSIDE = Argument("a number above 0 and below 1", (Real,), lambda value: 0 < value < 1)
INTERVAL = Argument(f"above 0 and below 1, as {WIDTH} is", (Real,), lambda value: 0 < value < 1)
NUMBERS = Argument("a list of numbers", (list, tuple), _are_numbers)
WEIGHTS = Argument(
    "a list of numbers, 0 or more and not all 0", (Sequence, np.ndarray), _are_weights
)

FRAME = Argument("a pandas DataFrame (table.to_pandas() gives one)", (pd.DataFrame,))
PARTITIONED = Argument("a Dask dataframe", (object,), lambda df: hasattr(df, "map_partitions"))
SHARES = Argument("a Series of shares, as variance_decomposition gives", (pd.Series,), _are_rows)
RUN_LABEL = Argument("a label of the runs' index, or None", (Hashable,))
RUN_FILES = Argument(
    "a path, bytes, a pair of a name and bytes, a file opened as bytes, or a list of these",
    (object,),
    _are_run_files,
)
PROGRESS = Argument("a function of three arguments, or None", (object,), _is_called_back)
GENERATOR = instance("a generator, as numpy.random.default_rng(0) gives", "Generator")

CASE = instance("a Case, as load() gives", "Case")
CASE_OR_PRIORS = Argument(f"{CASE.words}, or {PRIORS.words}", (object,), _is_priors)
PRIORS_OR_FITTED = Argument(f"{PRIORS.words}, or a FittedModel", (object,), _is_priors_or_fitted)
VARIABLES = instance("Variables, as case.variables gives", "Variables")
CLAIM = instance("a Claim", "Claim")
CLAIMS = Argument("a list of claims, as case.priors.claims gives", LISTS_OR_ITERATOR, _are_claims)
EVIDENCE = Argument("a list of lists, each as case.evidence() gives", (list, tuple), _are_columns)
CLAIMS_OR_ALL = optional(CLAIMS)
CONFLICT = instance("a Conflict, as conflict(case) gives", "Conflict")
RANKING = instance("a Ranking, as ranking(case) gives", "Ranking")
KEY = Argument("a name, or a pair (cause, effect)", (str, tuple), _is_key)
KEYS = Argument("keys of priors: names, or pairs (cause, effect)", LISTS_OR_ITERATOR, _are_keys)
KEYS_OR_ALL = optional(KEYS)
PRIOR = instance("a Prior, as case.priors[name] gives", "Prior")
PRIORS_BY_KEY = Argument("a mapping of keys to Prior", (Mapping,), _are_priors)
ALL_PRIORS = instance("Priors, as case.priors gives", "Priors")
OPINION = instance("an Opinion(mean, variance)", "Opinion")
OPINIONS = Argument("a list of Opinion(mean, variance), at least one", (Sequence,), _are_opinions)
LEVEL = instance("a Level, as case.priors.level gives", "Level")
PLACE = instance("a Place in a file", "Place")
WORDS = Argument("a mapping of names to StrengthWord", (Mapping,), _are_words)
TIES = Argument("a GaussianCopula or JointDraws", (object,), lambda value: hasattr(value, "factor"))

MIXES = optional(Argument("a tuple of pairs of Priors and a weight", (tuple,), _are_mixes))
CHANGED_PRIORS = {"priors": PRIORS_BY_KEY, "claims": CLAIMS_OR_ALL, "mixes": MIXES}

# What a parameter of a public function may be, by its name. A function where a name means something
# else says so where it checks.
ARGUMENTS: dict[str, Argument] = {
    "against": optional(FILLED_TEXT),
    "answers": STATES,
    "base_rate": RATE,
    "bins": COUNT,
    "case": CASE,
    "case_a": CASE,
    "case_b": CASE,
    "cause": NAME,
    "changes": STATES,
    "chunk": COUNT_OR_ZERO,
    "claims": CLAIMS,
    "coding": optional(FILLED_TEXT),
    "divisor": POSITIVE,
    "doses": FLAG,
    "draws": COUNT,
    "effect": NAME,
    "first": NAME,
    "frame": FRAME,
    "half_life": optional(POSITIVE),
    "intervals": FLAG,
    "keep": NAMES,
    "key": KEY,
    "keys": KEYS,
    "level": optional(LEVEL),
    "missing": SHARE,
    "n": COUNT_OR_ZERO,
    "name": NAME,
    "parameter": NAME,
    "orders": COUNT,
    "other": CASE,
    "p": SHARE,
    "path": PATH,
    "prior": PRIOR,
    "priors": PRIORS,
    "progress": FLAG,
    "reply": optional(COUNT_OR_ZERO),
    "runs": FRAME,
    "samples": COUNT,
    "second": NAME,
    "seed": COUNT_OR_ZERO,
    "sep": SEPARATOR,
    "source": PATH,
    "state": TEXT,
    "stays": SHARE,
    "steps": GRID,
    "target": NAME,
    "test": NAME,
    "ties": optional(TIES),
    "tidy": FLAG,
    "traits": FLAG,
    "trust": SHARE,
    "width": INTERVAL,
    "words": optional(WORDS),
}


def check_arguments(where: str, arguments: Mapping[str, object], **special: Argument) -> None:
    """Raise an error for the first argument of a function that is not allowed.

    Parameters
    ----------
    where : str
        The name of the function, as a caller writes it, for the message.
    arguments : mapping of str to object
        The arguments of the function by name. As the first statement of a function, `locals()`
        gives them.
    **special : Argument
        For each argument named, what it may be here, in place of its entry in `ARGUMENTS`.

    Raises
    ------
    TypeError
        If a value is of another type. The message says what was found and what is allowed.
    ValueError
        If a value is of the right type and is not allowed.

    Examples
    --------
    >>> from lumbayes.data.arguments import check_arguments
    >>> check_arguments("contributions", {"width": 90})
    Traceback (most recent call last):
    ValueError: contributions: width is 90; it must be above 0 and below 1, as 0.9 is.
    """
    for name, value in arguments.items():
        if name != "self":
            (special.get(name) or ARGUMENTS[name]).check(where, name, value)
