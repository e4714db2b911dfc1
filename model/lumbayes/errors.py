"""Exceptions of the package, and the sentence for a name that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MAX_SHOWN = 60  # characters of a value other than a text that a message repeats


class ImpossibleFindings(ValueError):
    """Raised if the findings have probability 0 in this model, so that no posterior exists.

    The message lists the findings or, for a table, gives the first row that is impossible.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().given(back_pain="no", severity="mild").posterior("hills")
    Traceback (most recent call last):
    lumbayes.errors.ImpossibleFindings: These findings exclude each other in this model: ...
    """


class PriorsChanged(ValueError):
    """Raised by `decode_case` if a case was encoded under other parameters than the present.

    Attributes
    ----------
    moved : list of str
        Names of the parameters that are new or have changed, such as "hills → muscle_strain". It is
        empty if parameters have only been removed.
    """

    def __init__(self, text: str, moved: list[str]):
        super().__init__(text)
        self.moved = moved


class RunFileError(ValueError):
    """Raised if a run file cannot be read; the message gives the reason, and no row is returned.

    `read_runs` raises it for a single file. Among several files it leaves the unreadable one out.
    """


def unknown(what: str, found: object, allowed: Iterable[str], nearest: object = None) -> str:
    """Return one sentence for an unknown name: what was found, the nearest, what is allowed.

    `nearest` takes the place of the allowed name that is spelt most alike, if it is allowed.

    Examples
    --------
    >>> from lumbayes.errors import unknown
    >>> unknown("cause", "hill", ["hills", "flat_feet"])
    "Unknown cause 'hill'. Did you mean 'hills'? Allowed: flat_feet, hills."
    """
    names = sorted(map(str, allowed))
    shown = str(found)
    if not isinstance(found, str) and (len(shown) > MAX_SHOWN or "\n" in shown):
        shown = f"a {type(found).__name__}"
    is_known = isinstance(nearest, str) and nearest in names
    near = [nearest] if is_known else difflib.get_close_matches(shown, names, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"Unknown {what} {shown!r}.{hint} Allowed: {', '.join(names) or 'none'}."


def allow(where: str, what: str, found: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise a `ValueError` at `where` for the first of these names that is not allowed.

    Examples
    --------
    >>> from lumbayes.errors import allow
    >>> allow("blend", "cause", ["hill"], ["hills"])
    Traceback (most recent call last):
    ValueError: blend: Unknown cause 'hill'. Did you mean 'hills'? Allowed: hills.
    """
    names = list(allowed)
    for name in found:
        if name not in names:
            raise ValueError(f"{where}: {unknown(what, name, names)}")
