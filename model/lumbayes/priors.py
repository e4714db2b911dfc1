"""Every number of the network as a distribution that says where it comes from: claims, a publication or a judgement."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .claims import WIDTH, Claim, Reading
from .figures import Figure
from .pooling import Voice, beta_counts, heard, voices
from .variables import Measurement, Trait, Variable, Variables

Key = str | tuple[str, str]
Words = Mapping[str, Reading]
IGNORANCE = "ignorance"


@dataclass(frozen=True)
class Prior:
    """What is known of one number, as Dirichlet counts over `states`; of two states it is the Beta of the second.

    `claims` are the claims behind it, `source` says where it comes from in words, `thin` and `disagreement` are the
    two parts of its variance where claims were pooled: how vaguely each speaks, and how far they are apart.
    """

    key: Key
    states: tuple[str, ...]
    counts: tuple[float, ...]
    basis: str
    source: str
    claims: tuple[Claim, ...] = ()
    thin: float = 0
    disagreement: float = 0

    @property
    def shares(self) -> np.ndarray:
        """The mean share of each state; sums to 1."""
        return np.array(self.counts) / sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean probability of the last state (of `yes`, for a link, a leak or a base rate)."""
        return float(self.shares[-1])

    def interval(self, width: float = WIDTH, state: str | None = None) -> tuple[float, float]:
        """The central interval of that width for the probability of `state` (by default the last)."""
        from scipy.special import betaincinv

        a = self.counts[self.states.index(state) if state else -1]
        tails = np.array([1 - width, 1 + width]) / 2
        low, high = betaincinv(a, sum(self.counts) - a, tails)
        return float(low), float(high)

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """`n` draws: shape (n,) of the last state's probability for two states, else (n, states)."""
        if len(self.counts) == 2:
            return rng.beta(self.counts[1], self.counts[0], n)
        gammas = rng.standard_gamma(self.counts, (n, len(self.counts)))
        return gammas / gammas.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Priors(Mapping[Key, Prior]):
    """Every number of the network: `priors["weak_core"]` how common (or the leak), `priors[cause, effect]` a link."""

    variables: Variables
    claims: tuple[Claim, ...]
    words: Words
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

    def sample(self, n: int, seed: int = 0) -> dict[Key, np.ndarray]:
        """`n` joint draws of every prior; each has its own stream, so another prior changes nothing in this one's."""
        return {k: p.sample(np.random.default_rng([seed, zlib.crc32(repr(k).encode())]), n) for k, p in self.items()}

    def about(self, cause: str, effect: str) -> tuple[Claim, ...]:
        """The claims that reach the number of the link from `cause` to `effect`."""
        reach = ("link", "profile")
        return tuple(c for c in self.claims if (c.cause, c.effect) == (cause, effect) and c.used in reach)

    def link(self, cause: str, effect: str, said: Iterable[Claim], words: Words | None = None) -> Prior:
        """The link from `cause` to `effect` as it would be if this were all that is said of it, read by these words."""
        v, words = self.variables[effect], words or self.words
        if isinstance(v, Trait):
            return _profile(v, cause, self.variables, tuple(said), words)
        return _link(v, cause, self.variables, tuple(said), words)

    def keeping(self, claims: Iterable[Claim]) -> Priors:
        """Every number as it would be if only these claims had been made."""
        kept = set(claims)
        return Priors(self.variables, tuple(c for c in self.claims if c in kept), self.words)

    def orders(self) -> list[dict[str, Any]]:
        """Each comparative of the thread beside the pooled means it orders: `verdict` is holds, tie or conflict."""
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
            counts = tuple(figure.counts[s] for s in v.states)
            yield Prior((f"{v.reads}={state}", v.name), v.states, counts, v.basis, v.source or v.why)
        return
    background = _background(v, priors.variables)
    yield background
    for parent in v.parents:
        yield priors.link(parent, v.name, priors.about(parent, v.name))


def _background(v: Variable, variables: Variables) -> Prior:
    figure = v.background or Figure(IGNORANCE, "nothing is said of it")
    if isinstance(v, Trait):
        states = v.order[1:]
        return Prior(v.name, states, tuple(figure.counts[s] for s in states), figure.basis, figure.source or figure.why)
    if figure.basis == IGNORANCE and not figure.counts:
        yes, no = variables.ignorance["base_rate"]["beta"]
        return Prior(v.name, v.states, (no, yes), IGNORANCE, figure.why)
    source = figure.source or figure.why
    return Prior(v.name, v.states, tuple(figure.counts[s] for s in v.states), figure.basis, source)


def _start(v: Variable, parent: str, variables: Variables) -> tuple[np.ndarray, Figure]:
    """What a link is before anyone speaks of it, as counts along the order: its stated figure, else ignorance."""
    if parent in v.link:
        figure = v.link[parent]
        return np.array([figure.counts[s] for s in v.order], float), figure
    ignorance = variables.ignorance["link"]
    push, none = ignorance["beta"]
    levels = len(v.order) - 1
    return np.array([none, *[push / levels] * levels], float), Figure(IGNORANCE, ignorance["why"])


def _link(v: Variable, parent: str, variables: Variables, claims: tuple[Claim, ...], words: Words) -> Prior:
    start, figure = _start(v, parent, variables)
    if not claims:
        return Prior((parent, v.name), v.states, tuple(start.tolist()), figure.basis, figure.source or figure.why)
    said = voices(claims, words, _background(v, variables).mean)
    size = float(start.sum())
    first = Voice(start[1] / size, start[0] * start[1] / size**2 / (size + 1))
    mean, thin, apart = heard(first, variables.ignorance["link"]["weight"], list(said.values()))
    answers = ", ".join(str(a) for a in sorted(said))
    counts = beta_counts(mean, thin + apart)
    return Prior((parent, v.name), v.states, counts, "claims", f"answers {answers}", claims, thin, apart)


def _profile(v: Trait, parent: str, variables: Variables, claims: tuple[Claim, ...], words: Words) -> Prior:
    """A push on a trait: ignorance of any link over its levels, plus one runner's worth of counts an answer."""
    counts, figure = _start(v, parent, variables)
    for answer in {c.answer for c in claims}:
        told = _told([c for c in claims if c.answer == answer], v.order[1:], words)
        counts[1:] += variables.ignorance["profile"]["report"] * told
    basis, source = ("claims", "the asker's own pain") if claims else (figure.basis, figure.source or figure.why)
    return Prior((parent, v.name), v.order, tuple(counts.tolist()), basis, source, claims)


def _told(claims: Sequence[Claim], levels: Sequence[str], words: Words) -> np.ndarray:
    """One answer's shares of a trait's levels: each level it tells of as its words read, the others what is left."""
    read = [[words[c.reading].mean for c in claims if c.state == level] for level in levels]
    shares = np.array([np.mean(said) if said else np.nan for said in read])
    silent = np.isnan(shares)
    left = max(1 - np.nansum(shares), 0.0)
    shares = np.where(silent, left / max(silent.sum(), 1), shares)
    return shares / shares.sum()
