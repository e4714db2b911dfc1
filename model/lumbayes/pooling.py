"""Words to voices: what several answers say of one link, pooled so that their disagreement stays in the number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .data.claims import Claim, Reading


class Voice(NamedTuple):
    """A distribution known by its mean and variance: one answer's reading of one link."""

    mean: float
    variance: float


def linear_pool(voices: Sequence[Voice], weights: Sequence[float]) -> tuple[float, float, float]:
    """Mean, variance within and variance between of a weighted mixture (Stone 1961, the linear opinion pool)."""
    w = np.array(weights) / np.sum(weights)
    means, variances = np.array([v.mean for v in voices]), np.array([v.variance for v in voices])
    mean = float(w @ means)
    return mean, float(w @ variances), float(w @ (means - mean) ** 2)


def heard(ignorance: Voice, weight: float, said: Sequence[Voice]) -> tuple[float, float, float]:
    """Mean, thinness and disagreement of a link once answers are heard over an ignorance of some weight.

    All are averaged, ignorance as `weight` answers more, but only answers can disagree: nobody contradicts silence. So
    disagreement is the answers' own variance between them, in the share that answers have of the whole.
    """
    share = len(said) / (len(said) + weight)
    mean, within, between = linear_pool(said, [1] * len(said))
    thin = (1 - share) * ignorance.variance + share * within
    return (1 - share) * ignorance.mean + share * mean, thin, share * between


def beta_counts(mean: float, variance: float) -> tuple[float, float]:
    """The Beta with this mean and variance, as counts (no, yes), by moments."""
    size = mean * (1 - mean) / variance - 1
    return (1 - mean) * size, mean * size


def net(voice: Voice, background: float, where: str = "") -> Voice:
    """A compound number as a net one: 1 − p = (1 − p_c) / (1 − leak) (Díez 1993; Henrion 1989). The one conversion."""
    if voice.mean < background:
        found = f"a compound {voice.mean:.3f} below the background {background:.3f}"
        raise ValueError(f"{where}: found {found}; code the claim as net, or as not used.")
    freed = Voice((voice.mean - background) / (1 - background), voice.variance / (1 - background) ** 2)
    if freed.variance >= freed.mean * (1 - freed.mean):
        found = f"a compound {voice.mean:.3f} too vague to be freed of the background {background:.3f}"
        told = f"what is left, {freed.mean:.3f}, would be no probability (sd {np.sqrt(freed.variance):.3f})"
        raise ValueError(f"{where}: found {found}: {told}; give it a narrower reading, or code it as net or not used.")
    return freed


def voices(claims: Iterable[Claim], words: Mapping[str, Reading], background: float) -> dict[int, Voice]:
    """One voice an answer: the claims of one answer about one link averaged, so that repeating is not shouting."""
    by_answer: dict[int, list[Voice]] = {}
    for claim in claims:
        voice = Voice(words[claim.reading].mean, words[claim.reading].variance)
        if claim.scale == "compound":
            voice = net(voice, background, f"claims.csv: {claim.id}")
        by_answer.setdefault(claim.answer, []).append(voice)
    return {answer: _average(said) for answer, said in by_answer.items()}


def _average(said: Sequence[Voice]) -> Voice:
    mean, within, between = linear_pool(said, [1] * len(said))
    return Voice(mean, within + between)
