"""How things are listed in a sentence."""

from collections.abc import Iterable


def listing(items: Iterable[object], last: str = "and") -> str:
    """Return '1', '1 and 3', '1, 3 and 5'."""
    *most, end = map(str, items)
    return f"{', '.join(most)} {last} {end}" if most else end


def capital(text: str) -> str:
    """Return the text with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return the text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]
