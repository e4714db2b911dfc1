"""What was said: every statement of a thread coded as one claim, with its exact words and how
strong they read.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..defaults import WIDTH


@dataclass(frozen=True)
class StrengthWord:
    """What people take a strength word to mean: a Beta(alpha, beta) over probabilities, and where
    it comes from.
    """

    name: str
    alpha: float
    beta: float
    basis: str
    source: str
    phrase: str
    n: int
    reason: str

    @property
    def mean(self) -> float:
        """The average probability people give the word."""
        return self.alpha / (self.alpha + self.beta)

    def interval(self, width: float = WIDTH) -> tuple[float, float]:
        """The central interval of that width of what people mean by the word."""
        from scipy.special import betaincinv

        low, high = betaincinv(self.alpha, self.beta, tails(self.name, width))
        return float(low), float(high)

    @property
    def variance(self) -> float:
        """How far readers differ about it."""
        return self.mean * (1 - self.mean) / (self.alpha + self.beta + 1)


@dataclass(frozen=True)
class Claim:
    """One statement of the thread. `answer` 0 is the question; `used` says which number it reaches,
    `note` why.
    """

    id: str
    answer: int
    quote: str
    start: int
    end: int
    cause: str
    effect: str
    state: str
    direction: str
    kind: str
    words: str
    reading: str
    scale: str
    about: str
    standing: str
    implied: bool
    than: tuple[str, ...]
    chain: tuple[str, ...]
    agrees: tuple[str, ...]
    conflicts: tuple[str, ...]
    used: str
    note: str

    @property
    def pooled(self) -> bool:
        """Whether it reaches a number: that of a link, or of how a mechanism shapes a trait."""
        return self.used in ("link", "profile")

    @property
    def author(self) -> str:
        """Who said it, as far as the thread tells."""
        who = f"answer {self.answer}" if self.answer else "the question"
        return f"{who} ({self.standing})" if self.standing else who

    def __str__(self) -> str:
        return f"{self.id}, {self.author}: “{self.quote}”"


def tails(where: object, width: float) -> tuple[float, float]:
    """The two ends of a central interval of that width, as shares; another width than one inside 0
    to 1 is told.
    """
    if not 0 < width < 1:
        raise ValueError(
            f"{where}: found an interval of width {width}; it must be above 0 and below 1, as {WIDTH} is."
        )
    return (1 - width) / 2, (1 + width) / 2
