"""Every number of the network as a distribution that says where it comes from: claims, a
publication or a judgement.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..data.claims import Claim, StrengthWord
from ..data.variables import Measurement, StatedEstimate, Trait, Variable, Variables
from .copula import GaussianCopula
from .prior import Key, Opinion, Prior, beta_counts, net, opinions, pool_with_ignorance

Words = Mapping[str, StrengthWord]
IGNORANCE = "ignorance"
BEFORE = {IGNORANCE: "the ignorance everything starts from"}
BEFORE |= dict.fromkeys(("judgement", "published"), "the figure stated before anyone speaks")


@dataclass(frozen=True)
class Priors(Mapping[Key, Prior]):
    """Every number of the network: `priors["weak_core"]` how common (or the leak), `priors[cause,
    effect]` a link.

    `mixes` are other sets that each is mixed with, one after the other, each with its weight;
    `ties` what ties numbers that were learnt together. Whatever is not tied is drawn by itself.
    """

    variables: Variables
    claims: tuple[Claim, ...]
    words: Words
    mixes: tuple[tuple[Priors, float], ...] = ()
    ties: GaussianCopula | None = field(default=None, repr=False, compare=False)
    name: str = field(default="", compare=False)
    _all: Mapping[Key, Prior] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = {prior.key: prior for v in self.variables.values() for prior in _family(v, self)}
        object.__setattr__(self, "_all", found)

    def __getitem__(self, key: Key) -> Prior:
        if key not in self._all:
            known = ", ".join(map(str, self._all))
            raise ValueError(f"No prior {key!r}. A link is a pair (cause, effect); known: {known}.")
        return self._all[key]

    def __contains__(self, key: object) -> bool:
        return key in self._all

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def sample(
        self, n: int, seed: int = 0, keys: Iterable[Key] | None = None
    ) -> dict[Key, np.ndarray]:
        """`n` joint draws of every prior, or of some; what is not tied has its own stream, whatever
        else there is.
        """
        wanted = [*(self if keys is None else keys)]
        together = self.ties.sample(n, seed) if self.ties and any(map(self.tied, wanted)) else {}
        own = [k for k in wanted if not self.tied(k)]
        streams = {k: np.random.default_rng([seed, zlib.crc32(repr(k).encode())]) for k in own}
        return {k: self[k].sample(streams[k], n) if k in streams else together[k] for k in wanted}

    def tied(self, key: Key) -> bool:
        """Whether draws of a number hang on others: it is one of those that were tied, and none has
        taken its place.
        """
        return self.ties is not None and self.ties.numbers.get(key) is self[key]

    def about(self, cause: str, effect: str) -> tuple[Claim, ...]:
        """The claims that reach the number of the link from `cause` to `effect`."""
        return tuple(c for c in self.claims if (c.cause, c.effect) == (cause, effect) and c.pooled)

    def link(
        self, cause: str, effect: str, said: Iterable[Claim], words: Words | None = None
    ) -> Prior:
        """The link from `cause` to `effect` as it would be if this were all that is said of it,
        read by these words.
        """
        v, words = self.variables[effect], words or self.words
        about = (cause, self.variables, tuple(said), words)
        return self.mixed(_profile(v, *about) if isinstance(v, Trait) else _link(v, *about))

    def mixed(self, prior: Prior) -> Prior:
        """One number of these priors alone, mixed with the other sets' number."""
        for other, trust in self.mixes:
            prior = prior.mix(other[prior.key], trust)
        return prior

    def keeping(self, claims: Iterable[Claim]) -> Priors:
        """Every number as it would be if only these claims had been made; those that they leave
        alone are the same.
        """
        ids = {claim.id for claim in claims}
        kept = tuple(c for c in self.claims if c.id in ids)
        quieter = {(c.cause, c.effect) for c in self.claims if c.pooled and c.id not in ids}
        fewer = self.saying(
            {key: self.link(*key, [c for c in self.about(*key) if c.id in ids]) for key in quieter}
        )
        object.__setattr__(fewer, "claims", kept)
        return fewer

    def blend(self, other: Priors, trust: float) -> Priors:
        """Every number as a linear pool of two sets, with weight `trust` from 0 to 1 on the other;
        what claims are left out of it are left out of this set's part. Disagreement widens. Raises
        `ValueError` for another trust."""
        if not 0 <= trust <= 1:
            raise ValueError(
                f"Found a trust of {trust}; it goes from 0 (these priors alone) to 1 (the others alone)."
            )
        mixed = self.saying({key: prior.mix(other[key], trust) for key, prior in self.items()})
        object.__setattr__(mixed, "mixes", (*self.mixes, (other, trust)))
        object.__setattr__(mixed, "name", f"{self.name} and {trust:g} of {other.name}")
        return mixed

    def saying(self, numbers: Mapping[Key, Prior], ties: GaussianCopula | None = None) -> Priors:
        """The same variables and claims with other numbers: those given stand in the place of what
        was pooled.
        """
        other = copy(self)
        object.__setattr__(other, "ties", ties or self.ties)
        object.__setattr__(other, "_all", {**self._all, **numbers})
        return other

    def orders(self) -> list[dict[str, Any]]:
        """Each comparative of the thread beside the pooled means it orders: `verdict` is holds, tie
        or conflict.
        """
        pairs = [(c, other) for c in self.claims if c.used == "order" for other in c.than]
        return [row for claim, other in pairs for row in _compared(self, claim, other)]


def _compared(priors: Priors, claim: Claim, other: str) -> Iterator[dict[str, Any]]:
    effects = [v for v in priors.variables.values() if not isinstance(v, Trait)]
    shared = [v for v in effects if {claim.cause, other} <= set(v.parents)]
    keys = [("how common", claim.cause, other)]
    keys += [(f"link to {v.name}", (claim.cause, v.name), (other, v.name)) for v in shared]  # type: ignore[misc]
    for quantity, more, less in keys:
        high, low = priors[more].mean, priors[less].mean
        verdict = "tie" if np.isclose(high, low) else "holds" if high > low else "conflict"
        yield {"claim": claim, "cause": claim.cause, "than": other, "quantity": quantity,
               "cause_mean": high, "than_mean": low, "verdict": verdict}  # fmt: skip


def _family(v: Variable, priors: Priors) -> Iterator[Prior]:
    if isinstance(v, Measurement):
        for state, figure in v.rows.items():
            yield priors.mixed(_stated((f"{v.reads}={state}", v.name), v.states, figure))
        return
    yield priors.mixed(background(v, priors.variables))
    for parent in v.parents:
        yield priors.link(parent, v.name, priors.about(parent, v.name))


def _stated(key: Key, states: tuple[str, ...], figure: StatedEstimate) -> Prior:
    counts = tuple(figure.counts[s] for s in states)
    return Prior(key, states, counts, figure.basis, figure.source or figure.why, why=figure.why)


def background(v: Variable, variables: Variables) -> Prior:
    """How common a variable is, or its leak, as it is stated; ignorance where it is not."""
    figure = v.background or StatedEstimate(IGNORANCE, "nothing is said of it")
    if figure.basis == IGNORANCE and not figure.counts:
        yes, no = variables.ignorance["base_rate"]["beta"]
        figure = replace(figure, counts=dict(zip(v.states, (no, yes))))
    return _stated(v.name, v.order[1:] if isinstance(v, Trait) else v.states, figure)


def _start(v: Variable, parent: str, variables: Variables) -> StatedEstimate:
    """What a link is before anyone speaks of it: its stated figure, else ignorance, as counts over
    the states.
    """
    if parent in v.link:
        return v.link[parent]
    ignorance = variables.ignorance["link"]
    push, none = ignorance["beta"]
    levels = dict.fromkeys(v.order[1:], push / (len(v.order) - 1))
    return StatedEstimate(IGNORANCE, ignorance["why"], {v.order[0]: none, **levels})


def _link(
    v: Variable, parent: str, variables: Variables, claims: tuple[Claim, ...], words: Words
) -> Prior:
    start = _stated((parent, v.name), v.order, _start(v, parent, variables))
    if not claims:
        return start
    said = opinions(claims, words, background(v, variables).mean)
    weight, size = variables.ignorance["link"]["weight"], sum(start.counts)
    first = Opinion(start.mean, start.mean * (1 - start.mean) / (size + 1))
    mean, within_variance, apart = pool_with_ignorance(first, weight, list(said.values()))
    source = f"answers {', '.join(map(str, sorted(said)))}"
    who = f"{len(said)} answers, one voice each," if len(said) > 1 else "1 answer"
    why = f"{who} averaged with {BEFORE[start.basis]}, which weighs as much as {weight:g}"
    return Prior(
        start.key,
        v.states,
        beta_counts(mean, within_variance + apart),
        "claims",
        source,
        claims,
        within_variance,
        apart,
        why,
    )


def _profile(
    v: Trait, parent: str, variables: Variables, claims: tuple[Claim, ...], words: Words
) -> Prior:
    """A push on a trait: ignorance of any link over its levels, plus one runner's worth of counts
    an answer.
    """
    start = _stated((parent, v.name), v.order, _start(v, parent, variables))
    if not claims:
        return start
    report, counts = variables.ignorance["profile"]["report"], np.array(start.counts, float)
    answers = {c.answer for c in claims}
    for answer in answers:
        counts[1:] += report * _told([c for c in claims if c.answer == answer], v.order[1:], words)
    who = f"{len(answers)} accounts of a pain, each" if len(answers) > 1 else "1 account of a pain,"
    why = f"{who} counted as {report:g} runner over {BEFORE[start.basis]}"
    return Prior(
        start.key,
        v.order,
        tuple(counts.tolist()),
        "claims",
        "the asker's own pain",
        claims,
        why=why,
    )


def _told(claims: Sequence[Claim], levels: Sequence[str], words: Words) -> np.ndarray:
    """One answer's shares of a trait's levels: each level it tells of as its words read, the others
    what is left.
    """
    read = [[words[c.reading].mean for c in claims if c.state == level] for level in levels]
    shares = np.array([np.mean(said) if said else np.nan for said in read])
    silent = np.isnan(shares)
    left = max(1 - np.nansum(shares), 0.0)
    shares = np.where(silent, left / max(silent.sum(), 1), shares)
    return shares / shares.sum()


COLUMNS = ["cause", "effect", "prior", "prior_low", "prior_high", "posterior", "low", "high", "verdict",
           "conflict", "tested", "quote", "answer", "author"]  # fmt: skip


def betas(priors: Priors, claim: Claim) -> list[tuple[float, float]]:
    """Counts (no, yes) of the claim's own number, of the pooled link and of the ignorance before
    anyone speaks.
    """
    link = (claim.cause, claim.effect)
    word = priors.words[claim.reading]
    opinion = Opinion(word.mean, word.variance)
    if claim.scale == "compound":
        opinion = net(opinion, priors[claim.effect].mean, f"claims.csv: {claim.id}")
    betas = [beta_counts(*opinion)]
    for prior in (priors[link], priors.link(*link, [])):
        levels = prior.counts[1:] if claim.state else prior.counts
        yes = prior.counts[_place(priors, claim)]
        betas.append((sum(levels) - yes, yes))
    return betas


def _place(priors: Priors, claim: Claim) -> int:
    return priors.variables[claim.effect].order.index(claim.state) if claim.state else -1
