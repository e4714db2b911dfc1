"""What the thread's own runner would be told under three ways of pooling the same words, as the tables of the data dictionary.

Run `python tests/pooling_alternatives.py` and copy what it prints into priors/README.md when a prior has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from lumbayes import Case, contributions, example
from lumbayes.inference import Compiled
from lumbayes.network import Network, read_network
from lumbayes.pooling import Voice, beta_counts, linear_pool, voices
from lumbayes.priors import Key, Prior, Priors

Pool = Callable[[Sequence[Voice]], tuple[float, float]]


def sizes(said: Sequence[Voice]) -> np.ndarray:
    """Each voice as the Beta with its mean and variance: rows of counts (no, yes)."""
    return np.array([beta_counts(voice.mean, voice.variance) for voice in said])


def linear(said: Sequence[Voice]) -> tuple[float, float]:
    """The shipped one: the mean and the variance of the mixture, equal weights, as a Beta."""
    mean, thin, apart = linear_pool(said, [1] * len(said))
    return beta_counts(mean, thin + apart)


def logarithmic(said: Sequence[Voice]) -> tuple[float, float]:
    """The weighted geometric mean of the densities, equal weights: of Betas, the Beta of the average counts."""
    no, yes = sizes(said).mean(axis=0)
    return float(no), float(yes)


def pseudo_counts(said: Sequence[Voice]) -> tuple[float, float]:
    """Every voice taken as cases somebody has counted: the counts added up."""
    no, yes = sizes(said).sum(axis=0)
    return float(no), float(yes)


POOLS: dict[str, Pool] = {"linear": linear, "logarithmic": logarithmic, "pseudo-counts": pseudo_counts}


@dataclass(frozen=True)
class Repooled(Priors):
    """The priors of a thread with every link that somebody speaks of pooled in another way."""

    pool: Pool = linear

    def __getitem__(self, key: Key) -> Prior:
        prior = super().__getitem__(key)
        spoken = prior.claims and len(prior.states) == 2
        return replace(prior, counts=self.pool(heard(self, prior))) if spoken else prior


def heard(priors: Priors, prior: Prior) -> list[Voice]:
    """The voices behind one link: ignorance (or its stated figure), then one an answer."""
    unspoken = replace_claims(priors, ())[prior.key]
    background = priors[prior.key[1]].mean
    return [voice(unspoken.counts), *voices(prior.claims, priors.words, background).values()]


def voice(counts: Sequence[float]) -> Voice:
    """A Beta, given as counts (no, yes), by its mean and variance."""
    mean, size = counts[-1] / sum(counts), sum(counts)
    return Voice(mean, mean * (1 - mean) / (size + 1))


def replace_claims(priors: Priors, claims: tuple) -> Priors:
    """The same thread with other claims."""
    return Priors(priors.variables, claims, priors.words)


def own_runner(network: Network) -> pd.DataFrame:
    """What is at work in the thread's own runner's pain; the table's interval is not used here."""
    return contributions(Case(Compiled(network)).given(**example().findings), draws=1)


def ranking(priors: Priors) -> str:
    """Contribution and rank of every cause under each pool, mechanisms and factors apart, as a Markdown table."""
    told = {}
    for name, pool in POOLS.items():
        told[name] = own_runner(Network(Repooled(priors.variables, priors.claims, priors.words, pool)))
    first = told["linear"]
    lines = [f"| layer | cause | {' | '.join(POOLS)} |", "| --- | --- |" + " --- |" * len(POOLS)]
    for layer in ("mechanism", "factor"):
        for cause in first.index[first.layer == layer]:
            cells = [_cell(table[table.layer == layer].contribution, cause) for table in told.values()]
            lines.append(f"| {layer} | `{cause}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(contribution: pd.Series, cause: str) -> str:
    return f"{contribution[cause]:.3f} ({int(contribution.rank(ascending=False, method='min')[cause])})"


if __name__ == "__main__":
    print(ranking(read_network().priors))
