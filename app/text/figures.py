"""Figures on the page's one denominator, as the browser writes them too."""

TENS = 10
# not broken over two lines
IN_TEN, UNDER, OVER = "{}\u00a0in\u00a010", "under 1\u00a0in\u00a010", "over 9\u00a0in\u00a010"
WORDS = {"in_ten": IN_TEN, "under": UNDER, "over": OVER}  # for the browser


def tenths(p: float) -> int:
    """Return a probability in whole tenths, halves up, as the browser rounds."""
    return (int(2 * TENS * p) + 1) // 2


def in_ten(p: float, form: str = IN_TEN, under: str = UNDER, over: str = OVER) -> str:
    """Return a probability as a count in ten.

    Examples
    --------
    >>> in_ten(0.42, "{}"), in_ten(0.25, "{}"), in_ten(0.01, under="< 1"), in_ten(0.99, over="> 9")
    ('4', '3', '< 1', '> 9')
    """
    n = tenths(p)
    return under if n < 1 else over if n >= TENS else form.format(n)
