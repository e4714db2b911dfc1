"""The same words pooled by three methods: which wishes each breaks, and the ranking of each.

Run `python tests/support/pooling_alternatives.py` and put what it prints into priors/README.md
whenever a prior has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lumbayes import Case, contributions, example
from lumbayes.inference.compiled import Compiled
from lumbayes.loading import read_network
from lumbayes.network.network import Network
from lumbayes.priors import Key, Opinion, Prior, Priors, beta_counts, pool_with_ignorance
from lumbayes.priors.pooling import opinions

Counts = tuple[float, float]
Pool = Callable[[Sequence[Opinion]], Counts]
MANY = 6


def linear(said: Sequence[Opinion]) -> Counts:
    """The model's pool: mean and variance of the mixture as a Beta (Stone 1961)."""
    ignorance, *answers = said
    mean, within_variance, between_variance = pool_with_ignorance(
        ignorance, ignorance.weight, answers
    )
    return beta_counts(mean, within_variance + between_variance)


def logarithmic(said: Sequence[Opinion]) -> Counts:
    """The weighted geometric mean of the densities: of Betas, the Beta of the average counts."""
    counts = [beta_counts(opinion.mean, opinion.variance) for opinion in said]
    no, yes = np.average(counts, axis=0, weights=[opinion.weight for opinion in said])
    return float(no), float(yes)


def pseudo_counts(said: Sequence[Opinion]) -> Counts:
    """Every opinion taken as that many counted cases: the counts times weights added up."""
    counts = np.array([beta_counts(opinion.mean, opinion.variance) for opinion in said])
    no, yes = counts.T @ [opinion.weight for opinion in said]
    return float(no), float(yes)


POOLS: dict[str, Pool] = {
    "linear": linear,
    "logarithmic": logarithmic,
    "pseudo-counts": pseudo_counts,
}


@dataclass(frozen=True)
class Repooled(Priors):
    """A thread's priors with every claimed link pooled in another way; traits stay.

    A pool is given ignorance first, then one opinion a reply, each with its weight.
    """

    pooling: Pool = linear

    def __getitem__(self, key: Key) -> Prior:
        prior = super().__getitem__(key)
        spoken_link = prior.claims and len(prior.states) == 2
        return replace(prior, counts=self.pooling(self.spoken(prior))) if spoken_link else prior

    def spoken(self, prior: Prior) -> list[Opinion]:
        """The opinions behind one link: the prior before claims, then one a reply."""
        _, effect = prior.key
        before = Priors(self.variables, (), self.words)[prior.key]
        said = opinions(prior.claims, self.words, super().__getitem__(effect).mean)
        return [spread(before.counts, self.variables.ignorance["link"]["weight"]), *said.values()]


def spread(counts: Sequence[float], weight: float = 1) -> Opinion:
    """A Beta, given as counts (no, yes), by its mean and variance."""
    mean = counts[-1] / sum(counts)
    return Opinion(mean, mean * (1 - mean) / (sum(counts) + 1), weight)


def repooled(priors: Priors, pool: Pool) -> Network:
    """The network of a thread with its links pooled in another way."""
    return Network(Repooled(priors.variables, priors.claims, priors.words, pooling=pool))


def own_runner(network: Network) -> pd.DataFrame:
    """What is at work in the pain of the thread's own runner."""
    return contributions(Case(Compiled(network)).given(**example().findings))


def ranking(priors: Priors) -> str:
    """Contribution, rank and 90% interval of every cause under each pool, in Markdown."""
    evidence = [own_runner(repooled(priors, pool)) for pool in POOLS.values()]
    lines = _head("layer", "cause")
    for layer in ("mechanism", "factor"):
        tables = [table[table.layer == layer] for table in evidence]
        lines += [
            _row(layer, f"`{cause}`", *(_reported(table, cause) for table in tables))
            for cause in tables[0].index
        ]
    return "\n".join(lines)


def _reported(table: pd.DataFrame, cause: str) -> str:
    rank = (table.contribution.round(6) > round(table.contribution[cause], 6)).sum() + 1
    interval = f"{table.low[cause]:.2f} to {table.high[cause]:.2f}"
    return f"{rank}. {table.contribution[cause]:.3f} ({interval})"


def wishes(priors: Priors) -> str:
    """What a pool should do, and what each does with words.csv, as a Markdown table.

    Each pool starts from the ignorance of these priors.
    """
    ignorance = priors.variables.ignorance["link"]
    yes, no = ignorance["beta"]

    def pooled(*words: str) -> list[Opinion]:
        readings = [Opinion(priors.words[word].mean, priors.words[word].variance) for word in words]
        return [spread((no, yes), ignorance["weight"]), *readings]

    def compare(
        wish: str,
        measure: Callable[[Counts], float],
        one: list[Opinion],
        other: list[Opinion],
        up: bool,
    ) -> str:
        pairs = [(measure(pool(one)), measure(pool(other))) for pool in POOLS.values()]
        return _row(
            wish,
            *(f"{a:.3f} → {b:.3f}, {'holds' if (a < b) == up else 'broken'}" for a, b in pairs),
        )

    vague = float(np.sqrt(priors.words["can"].variance))
    surest = [_sd(pool(pooled(*["can"] * MANY))) for pool in POOLS.values()]
    held = [f"{sd:.3f}, {'holds' if sd >= vague else 'broken'}" for sd in surest]
    return "\n".join(
        [
            *_head("wish"),
            compare(
                "a stronger word, a stronger link: mean of `major_cause`, then of `sounds_like`",
                _mean,
                pooled("major_cause"),
                pooled("sounds_like"),
                up=True,
            ),
            compare(
                "who agrees narrows: sd of `can`, then of `can` twice",
                _sd,
                pooled("can"),
                pooled("can", "can"),
                up=False,
            ),
            compare(
                "who clearly disagrees widens: sd of `can`, then of `can` and `flat_assertion`",
                _sd,
                pooled("can"),
                pooled("can", "flat_assertion"),
                up=True,
            ),
            _row(
                f"no surer than the word itself (sd of `can` {vague:.3f}):"
                f" sd of `can` {MANY} times",
                *held,
            ),
        ]
    )


def _mean(counts: Counts) -> float:
    return spread(counts).mean


def _sd(counts: Counts) -> float:
    return float(np.sqrt(spread(counts).variance))


def _head(*first: str) -> list[str]:
    return [_row(*first, *POOLS), _row(*["---"] * (len(first) + len(POOLS)))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    thread = read_network(coding="first", traits=False, doses=False).priors
    print(wishes(thread), wishes(read_network().priors), ranking(thread), sep="\n\n")
