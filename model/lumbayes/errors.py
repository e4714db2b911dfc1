"""Exceptions of the package, and the message for a name that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MAX_SHOWN = 60  # characters of a value other than a text that a message repeats


class ImpossibleFindings(ValueError):
    """Raised if the evidence has probability 0 in this model, so that no posterior exists.

    A subclass of `ValueError`. The message lists the evidence and interventions of a case, or names
    the first impossible row of a table.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().given(back_pain="no", severity="mild").posterior("hills")
    Traceback (most recent call last):
    lumbayes.errors.ImpossibleFindings: These findings exclude each other in this model: ...
    """


class PriorsChanged(ValueError):
    """Raised by `decode_case` if the given priors are not those that the case was encoded with.

    A subclass of `ValueError`. Decode the text with the priors that it was encoded with, or enter
    the evidence again.

    Attributes
    ----------
    moved : list of str
        Names of the parameters that have changed or are new, such as "hills → muscle_strain". [] if
        the only change is that parameters no longer exist.
    """

    def __init__(self, text: str, moved: list[str]):
        super().__init__(text)
        self.moved = moved


class RunFileError(ValueError):
    """Raised by `read_runs` if the only source given cannot be read; the message gives the reason.

    A subclass of `ValueError`. The source is a file that cannot be read, a zip that is damaged or
    too large, or a folder that is too large. A file inside a list, folder or zip is left out
    instead, and `attrs["left_out"]` of the table says why.
    """


def unknown(what: str, found: object, allowed: Iterable[str], nearest: object = None) -> str:
    """Return the message for an unknown name: what was found, the nearest name, those allowed.

    The nearest name is `nearest` if that is allowed. Otherwise it is the allowed name that is
    spelled most alike; without any such name the message leaves this part out.

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
    """Raise a `ValueError` for the first name in `found` that is not in `allowed`.

    The message begins with `where`, the function that was called, and says of `what` the name is.

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
