"""The claims of a thread, and the strength words that they use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..defaults import WIDTH, tails

CLAIMS = Path("claims.csv")  # the file of a folder in which they stand


@dataclass(frozen=True)
class StrengthWord:
    """What readers take a strength word, such as "can", to mean: a Beta over probabilities.

    Attributes
    ----------
    name : str
        The name of the word in the column `reading` of words.csv and claims.csv.
    alpha, beta : float
        The parameters of the Beta, with mean alpha / (alpha + beta).
    basis : str
        Where the Beta comes from: "survey", "published" or "judgement".
    source : str
        The survey or publication, or the word judgement.
    phrase : str
        The phrase that people in the survey were asked about.
    n : int
        How many people answered; 0 without a survey.
    reason : str
        Why this word of the thread is read as that phrase.

    Examples
    --------
    >>> from lumbayes import load
    >>> word = load().priors.words["can"]
    >>> word.basis, round(word.mean, 2)
    ('survey', 0.4)
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
        """The mean of the probabilities that readers give the word.

        Examples
        --------
        >>> from lumbayes import load
        >>> round(load().priors.words["major_cause"].mean, 2)
        0.65
        """
        return self.alpha / (self.alpha + self.beta)

    def at_mean(self, mean: float) -> StrengthWord:
        """Return the word with another mean and the same `alpha` + `beta`.

        Examples
        --------
        >>> from lumbayes import load
        >>> round(load().priors.words["can"].at_mean(0.7).mean, 2)
        0.7
        """
        counts = self.alpha + self.beta
        return replace(self, alpha=mean * counts, beta=(1 - mean) * counts)

    def interval(self, width: float = WIDTH) -> tuple[float, float]:
        """Return the central interval of the probabilities that readers give the word.

        Parameters
        ----------
        width : float, default 0.9
            The share of readers inside the interval, above 0 and below 1.

        Returns
        -------
        low, high : float
            The ends of the interval, as probabilities.

        Raises
        ------
        ValueError
            If `width` is out of range.

        Examples
        --------
        >>> from lumbayes import load
        >>> low, high = load().priors.words["can"].interval()
        >>> round(low, 2), round(high, 2)
        (0.12, 0.72)
        """
        from scipy.special import betaincinv

        low, high = betaincinv(self.alpha, self.beta, tails(self.name, width))
        return float(low), float(high)

    @property
    def variance(self) -> float:
        """The variance of the probabilities that readers give the word.

        Examples
        --------
        >>> from lumbayes import load
        >>> round(load().priors.words["can"].variance, 3)
        0.033
        """
        return self.mean * (1 - self.mean) / (self.alpha + self.beta + 1)


@dataclass(frozen=True)
class Claim:
    """One statement of the thread, coded as a row of claims.csv.

    The attributes are the columns of that file, described in `priors/README.md`. The main ones:

    Attributes
    ----------
    id : str
        Such as "A1-28", a claim of reply 1.
    answer : int
        The number of the reply; 0 is the question.
    quote, words : str
        The statement, and the words in it that say how strongly.
    cause, effect, state : str
        The link that the claim is about, and the state of a trait; "" if none.
    reading : str
        The strength word (see `StrengthWord`) that `words` are read as.
    used : str
        Which parameter the claim reaches: "link" (a link strength), "share" (a share of all pain),
        "profile" (how a cause shapes a trait), "order" (none, it compares two causes), "case"
        (none, it describes the asker), "no" (none, and `note` says why) or "todo" (not yet coded).
    weight : float
        The weight of the opinion beside those of other replies: 1, or 1/2 for an echo of another
        claim and for a claim that only implies what it is used for.

    Examples
    --------
    >>> from lumbayes import load
    >>> claim = load().priors["hills", "muscle_strain"].claims[0]
    >>> claim.cause, claim.effect, claim.reading
    ('hills', 'muscle_strain', 'stress')
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
    weight: float

    @property
    def pooled(self) -> bool:
        """Whether `used` is "link" or "profile": the claim is pooled into the prior of one link.

        Examples
        --------
        >>> from lumbayes import load
        >>> sum(claim.pooled for claim in load().priors.claims)
        23
        """
        return self.used in ("link", "profile")

    @property
    def is_used(self) -> bool:
        """Whether the claim reaches a parameter: `used` is "link", "profile" or "share".

        Examples
        --------
        >>> from lumbayes import load
        >>> [claim.id for claim in load().priors.claims if claim.is_used and not claim.pooled]
        ['A1-11', 'A3-02', 'A5-05']
        """
        return self.pooled or self.used == "share"

    @property
    def author(self) -> str:
        """Who wrote the claim: "the question" or "reply 5 (semi-professional runner)".

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors["hills", "muscle_strain"].claims[0].author
        'reply 1'
        """
        who = f"reply {self.answer}" if self.answer else "the question"
        return f"{who} ({self.standing})" if self.standing else who

    def __str__(self) -> str:
        return f"{self.id}, {self.author}: “{self.quote}”"
