"""The kinds of variables: factors, mechanisms, the pain, its traits, and measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .doses import Dose


@dataclass(frozen=True)
class StatedEstimate:
    """A prior that is stated in a file, not pooled from claims: Dirichlet counts with a basis.

    A parameter that claims are about uses it as the prior before the claims.

    Attributes
    ----------
    basis : str
        "ignorance", "judgement" or "published".
    why : str
        The reason, in a sentence.
    counts : mapping of str to float
        From state to count (the Dirichlet parameter). Empty if basis is "ignorance" and the counts
        are those of `Variables.ignorance`.
    source : str
        The publication; "" if there is none.

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
        The name in the code, such as "hills", and the readable one, such as "Hills".
    states : tuple of str, default ("no", "yes")
        The states, lowest first. A measurement that is a number has none; it keeps the default.
    question : str
        The question that a runner is asked; "" if nothing is asked.
    answers : mapping of str to str
        From state to the answer in words.
    parents : tuple of str
        The causes with a link to this variable.
    background : StatedEstimate or None
        The base rate of a variable without parents; of one with parents the leak. None if it is
        ignorance or follows from `prevalence`.
    link : mapping of str to StatedEstimate
        From parent to the stated estimate of the link. A link without one starts from ignorance.
    prevalence : StatedEstimate or None
        How common a variable with parents is altogether, P(variable = yes). The leak is then what
        the parents leave over.
    seconds : int, default 5
        About how long a runner takes to answer the question, in seconds.

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
        """The states in the order of noisy-MAX, lowest first: the highest one that fires holds."""
        return self.states

    @property
    def follows_cause(self) -> bool:
        """Whether this is a trait that depends on which cause dominates the pain."""
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
        Whether the factor has the same state in every run of one runner, until the runner changes
        it. If False, it is drawn again for each run.
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
        How common the mechanism is in people without pain, in words.
    still : bool, default False
        Whether the mechanism is present in every run of one runner or in none. If False, it is an
        event that may happen in one run, as a strain does.
    share : StatedEstimate or None
        The share of all pain after a run that the mechanism causes. With a base rate of pain, the
        base rate of the mechanism follows from this share.
    """

    without_pain: str = ""
    still: bool = False
    share: StatedEstimate | None = None

    @property
    def is_event(self) -> bool:
        """Whether it may happen in one run, as a strain does (not `still`).

        Such an event hurts by definition.
        """
        return not self.still


@dataclass(frozen=True, kw_only=True)
class Outcome(Variable):
    """The outcome: whether there was pain after this run."""


FOLLOWS = ("presence", "cause")
"""The possible values of `Trait.follows`."""
NO_PAIN, BACKGROUND = "none", "background"
"""States of the latent node `dominant_cause` besides the causes of the pain.

`NO_PAIN` stands for no pain, `BACKGROUND` for a pain in which only the leak fired.
"""


@dataclass(frozen=True, kw_only=True)
class Trait(Variable):
    """A trait of the pain, such as when it starts. Without pain it has its lowest state.

    Attributes
    ----------
    gate : str
        The outcome variable: the pain that the trait is of.
    follows : str, default "presence"
        What the trait depends on if there is pain.
        "presence": on the mechanisms that are present. Each may set the trait (a noisy-MAX), and if
        none does, `background` gives the distribution of the states.
        "cause": on the dominant cause, which is drawn from the causes whose link into the pain
        fired. The parents are those of the pain. `link` holds the distribution of the states for
        each parent, and `background` that for a pain in which only the leak fired.
    dominance : tuple of str
        The states in the order of noisy-MAX, lowest first; () if that is `states`.

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
        """Whether the trait depends on the dominant cause (`follows` is "cause")."""
        return self.follows == "cause"

    @property
    def order(self) -> tuple[str, ...]:
        """The states in the order of noisy-MAX, lowest first; the earliest onset is the highest."""
        return self.states if self.follows_cause else self.dominance or self.states


@dataclass(frozen=True, kw_only=True)
class Measurement(Variable):
    """A noisy measurement of one cause: a picture to choose (states), or a number with a unit.

    Attributes
    ----------
    reads : str
        The factor or mechanism that is measured, such as "weak_core".
    how : str
        How to do the test, in words.
    safe_in_pain : bool
        Whether the test may be done by somebody in pain.
    basis, why, source : str
        Where the error model comes from, as for a `StatedEstimate`.
    rows : mapping of str to StatedEstimate
        For a picture: from state of the cause to the distribution over the pictures.
    unit : str
        For a number, like everything below: the unit, such as "s".
    low, high, step, start : float
        The allowed range, in the unit; the step of the slider and where the slider starts.
    scale : str
        "linear", "log" or "log1p": the scale on which the true quantity and the error are normal.
    centre, spread : float
        The median of the true quantity in runners, in the unit, and its standard deviation on the
        scale.
    cut : float
        The true value, in the unit, beyond which the cause is present. With a `dose` the cause is
        present with a probability below 1 on the other side too.
    side : str
        "below" or "above": the side of `cut` on which the cause is present.
    error : float
        The standard deviation of the error of a reading, on the scale.
    blunder : float
        The probability that a reading has nothing to do with the true quantity.
    dose : Dose or None
        How strongly the factor acts at each true value; None if the dose does not matter.

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
        """Whether the measurement is a number with a unit; if False, it is one of `states`."""
        return bool(self.scale)
