"""The kinds of variables: factors, mechanisms, the pain, its traits, and measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .doses import Dose


@dataclass(frozen=True)
class StatedEstimate:
    """The prior of a parameter that no claim is about: Dirichlet counts with their basis.

    Attributes
    ----------
    basis : str
        "ignorance", "judgement" or "published".
    why : str
        The reason, in a sentence.
    counts : mapping of str to float
        By state, the count (Dirichlet parameter).
    source : str
        The publication, if there is one.

    Examples
    --------
    >>> from lumbayes import load
    >>> estimate = load().variables["flat_feet"].background
    >>> estimate.basis, estimate.counts
    ('published', {'yes': 4.5, 'no': 25.5})
    """

    basis: str
    why: str
    counts: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


NO_YES = ("no", "yes")
"""The states of most variables, in order."""
CAUSES = ("factor", "mechanism")
"""The two layers of causes, as the column `layer` of `contributions` names them."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable: its states in order, its question, its parents and its stated estimates.

    Attributes
    ----------
    name, label : str
        The id, and the name for people.
    states : tuple of str, default ("no", "yes")
        In order, lowest first. Empty for a numeric measurement.
    question : str
        The question that a runner is asked; "" if nothing is asked.
    answers : mapping of str to str
        By state, the answer in words.
    parents : tuple of str
        The causes with a link to this variable.
    background : StatedEstimate or None
        The base rate or leak.
    link : mapping of str to StatedEstimate
        By parent, the stated estimate of its link, used if no claim is about it.
    prevalence : StatedEstimate or None
        How common a variable with parents is altogether. Its leak is then what the parents leave
        over.
    seconds : int, default 5
        About how long a runner takes to answer the question.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().variables["over_pronation"].parents
    ('flat_feet',)
    """

    name: str
    label: str
    states: tuple[str, ...] = NO_YES
    question: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    background: StatedEstimate | None = None
    link: Mapping[str, StatedEstimate] = field(default_factory=dict)
    prevalence: StatedEstimate | None = None
    seconds: int = 5

    @property
    def order(self) -> tuple[str, ...]:
        """The states in the order of noisy-MAX: lowest first; the highest active one holds."""
        return self.states

    @property
    def follows_cause(self) -> bool:
        """Whether this is a trait that describes the pain of the active cause."""
        return False


@dataclass(frozen=True, kw_only=True)
class Factor(Variable):
    """A property of a runner or of their running that may cause the pain.

    Attributes
    ----------
    group : str
        The group in which a page lists the factor, such as "running" or "body".
    changeable : bool
        True for a habit, False for anatomy.
    still : bool, default False
        Whether the factor has the same state in every run of one runner (it may still change over
        time if it is changeable). Otherwise it is drawn for each run.
    """

    group: str
    changeable: bool
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Mechanism(Variable):
    """A process in the back that hurts, such as muscle strain.

    Attributes
    ----------
    without_pain : str
        How common it is in people without pain, in words.
    still : bool, default False
        Whether it is present in every run of one runner or in none. Otherwise it is an event of a
        run.
    share : StatedEstimate or None
        The share of all pain after a run that it is known to cause.
    """

    without_pain: str = ""
    still: bool = False
    share: StatedEstimate | None = None

    @property
    def is_event(self) -> bool:
        """Whether it happens in a run, as a strain does. An event hurts by definition."""
        return not self.still


@dataclass(frozen=True, kw_only=True)
class Outcome(Variable):
    """The outcome variable: whether there was pain after this run."""


FOLLOWS = ("presence", "cause")
"""The possible values of `Trait.follows`."""
NO_PAIN, BACKGROUND = "none", "background"
"""States of the latent node `dominant_cause` besides the causes of the pain.

`NO_PAIN` stands for no pain, `BACKGROUND` for a pain in which no listed cause is active.
"""


@dataclass(frozen=True, kw_only=True)
class Trait(Variable):
    """A trait of the pain, such as its onset. It has its lowest state if there is no pain.

    Attributes
    ----------
    gate : str
        The pain that the trait is of.
    follows : str, default "presence"
        "presence": the trait is a noisy-MAX of the active mechanisms. If none is active,
        `background` gives its state. "cause": the trait describes the pain of one active cause.
        Its parents are then those of the pain, `link` holds the distribution of the trait for each
        of them, and `background` that for a pain without a listed cause.
    dominance : tuple of str
        The states in the order of noisy-MAX, if that differs from `states`.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().variables["where"].follows_cause
    True
    """

    gate: str
    dominance: tuple[str, ...] = ()
    follows: str = "presence"

    @property
    def follows_cause(self) -> bool:
        """Whether the trait describes the pain of the active cause (`follows` is "cause")."""
        return self.follows == "cause"

    @property
    def order(self) -> tuple[str, ...]:
        """The states in noisy-MAX order, lowest first; the earliest onset is the highest."""
        return self.states if self.follows_cause else self.dominance or self.states


@dataclass(frozen=True, kw_only=True)
class Measurement(Variable):
    """A noisy measurement of one factor: a picture to choose (states), or a number with a unit.

    Attributes
    ----------
    reads : str
        The factor that is measured.
    how : str
        How to do the test, in words.
    safe_in_pain : bool
        Whether the test may be done by somebody in pain.
    basis, why, source : str
        Where the error model comes from, as for a `StatedEstimate`.
    rows : mapping of str to StatedEstimate
        For a picture: by state of the factor, the distribution over the pictures.
    unit : str
        For a number: its unit.
    low, high, step, start : float
        For a number: the allowed range, the step of its slider, and the slider's start.
    scale : str
        For a number: "linear", "log" or "log1p", the scale on which error and spread are normal.
    centre, spread : float
        For a number: median and, on the scale, standard deviation of the true quantity in runners.
    cut : float
        For a number: the true value beyond which the factor is present.
    side : str
        For a number: "below" or "above", the side of `cut` on which the factor is present.
    error : float
        For a number: the standard deviation of its error, on the scale.
    blunder : float
        For a number: the probability that it has nothing to do with the true quantity.
    dose : Dose or None
        For a number that grades the factor: how strongly the factor acts at each value.

    Examples
    --------
    >>> from lumbayes import load
    >>> plank = load().variables["plank_seconds"]
    >>> plank.reads, plank.low, plank.high, plank.unit
    ('weak_core', 1, 600, 's')
    """

    reads: str
    how: str
    safe_in_pain: bool
    basis: str
    why: str
    source: str = ""
    rows: Mapping[str, StatedEstimate] = field(default_factory=dict)
    unit: str = ""
    low: float = 0
    high: float = 0
    step: float = 1
    start: float = 0
    scale: str = ""
    cut: float = 0
    side: str = ""
    centre: float = 0
    spread: float = 0
    error: float = 0
    blunder: float = 0
    dose: Dose | None = None

    @property
    def numeric(self) -> bool:
        """Whether the measurement is a number with a unit; otherwise it is one of `states`."""
        return bool(self.scale)
