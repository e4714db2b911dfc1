"""The mean of every parameter stated in a folder beside its reason, for the author to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .claims import CLAIMS

if TYPE_CHECKING:
    from .claims import Claim, StrengthWord
    from .variables import StatedEstimate, Variable, Variables


class Mean(NamedTuple):
    """The mean of a stated prior, strength word or claim.

    `file` is where it stands, `name` what it is of, such as "factor.hills", `mean` the mean as
    text, such as "18%", and `sentence` the reason or the quote.
    """

    file: str
    name: str
    mean: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.mean:>4}  {self.name}  {self.sentence}"


def means_as_read(
    variables: Variables, words: Mapping[str, StrengthWord], claims: Iterable[Claim]
) -> list[Mean]:
    """Return the mean of every stated prior, strength word and used claim, with its sentence.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.data.means import means_as_read
    >>> priors = load().priors
    >>> means = means_as_read(priors.variables, priors.words, priors.claims)
    >>> next(f"{m.mean} {m.name}" for m in means if m.name == "factor.hills")
    '18% factor.hills'
    """
    return [
        *_assumptions(variables),
        *(mean for v in variables.values() for mean in _figures(v, variables)),
        *(
            Mean("words.csv", word.name, percent(word.mean), " ".join(word.reason.split()))
            for word in words.values()
        ),
        *(_of_claim(claim, words) for claim in claims if claim.is_used),
    ]


def percent(share: float) -> str:
    """Return a share as text in percent: whole, or with one decimal if it rounds to 0%.

    Examples
    --------
    >>> from lumbayes.data.means import percent
    >>> percent(0.9), percent(0.004)
    ('90%', '0.4%')
    """
    text = f"{share:.0%}"
    return text if text != "0%" or not share else f"{share:.1%}"


def _assumptions(variables: Variables) -> Iterator[Mean]:
    for name in ("link", "base_rate"):
        assumed = variables.ignorance[name]
        yes, no = assumed["beta"]
        mean = percent(yes / (yes + no))
        yield Mean("variables.toml", f"ignorance.{name}", mean, assumed["why"])
    for name, rate in variables.base_rates.items():
        yield _of_estimate(f"base_rate.{name}", rate)


def _figures(v: Variable, variables: Variables) -> Iterator[Mean]:
    """Return the stated figures of one variable of variables.toml."""
    name = f"{type(v).__name__.lower()}.{v.name}"
    if v.follows_cause:  # as traits.toml describes it, row by row
        return
    for key in ("background", "prevalence", "share"):
        estimate = getattr(v, key, None)
        label = name if key == "background" else f"{name}.{key}"
        if estimate and estimate.counts:
            yield _of_estimate(label, estimate)
        elif estimate:
            yes, no = variables.ignorance["base_rate"]["beta"]
            sentence = f"{estimate.why} (ignorance)"
            yield Mean("variables.toml", label, percent(yes / (yes + no)), sentence)
    for parent, estimate in v.link.items():
        yield _of_estimate(f"{name}.link.{parent}", estimate)
    for state, estimate in getattr(v, "rows", {}).items():
        yield _of_estimate(f"{name}.rows.{state}", estimate)


def _of_estimate(name: str, estimate: StatedEstimate) -> Mean:
    total = sum(estimate.counts.values())
    shares = {state: percent(count / total) for state, count in estimate.counts.items()}
    mean = ", ".join(f"{state} {share}" for state, share in shares.items())
    if {*shares} == {"no", "yes"}:
        mean = shares["yes"]
    return Mean("variables.toml", name, mean, estimate.why)


def _of_claim(claim: Claim, words: Mapping[str, StrengthWord]) -> Mean:
    quote = " ".join(claim.quote.split())
    target = f" = {claim.state}" if claim.used == "profile" else ""
    name = f"{claim.id} ({claim.cause} → {claim.effect}{target}; {claim.reading})"
    return Mean(CLAIMS.name, name, percent(words[claim.reading].mean), f"“{quote}”")
