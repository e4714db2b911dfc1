"""How often intervals hold the truth, and how often a claim about a link is "supported".

python tests/benchmarks/bench_verdicts.py               500 worlds of each kind, 300 diaries
python tests/benchmarks/bench_verdicts.py --worlds 40 --diaries 10

A world is drawn from the priors: every parameter, and a runner in pain from these. Its true
contributions, at its own parameters, lie inside 90% of intervals of 90%. For the verdicts one link
of each world is set, to 0 or to a strong one, a runner's runs are simulated, and the claims about
that link are scored: support of a link of 0 is false, that of a strong one is the verdict's power.
"""

import argparse
import sys
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import count, islice
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "support")]

from lumbayes import Diary, contributions, load
from lumbayes.attribution import contribution_at_means
from lumbayes.batch.simulation import at_draw, sample_parameters, simulate_latent
from lumbayes.data.variables import Factor, Measurement, Trait
from lumbayes.defaults import DRAWS, SEED, WIDTH
from lumbayes.diary.claim_scores import claim_likelihood, expected_tests
from lumbayes.diary.predictive_check import contrast_fits
from lumbayes.inference.compiled import posteriors
from lumbayes.network.network import Network
from lumbayes.priors.claim_betas import claim_betas

ENOUGH, NEXT_TO_NOTHING, STRONG = 1e15, 1e-3, 0.6
KINDS = {"pain only": 0.0, "half entered": 0.5, "everything entered": 1.0}
HABITS = ["hills", "high_mileage", "worn_shoes", "uneven_ground"]
RUNS, NONE = 30, 1e-9
AT_ONCE = 512  # worlds drawn together
SIZES = 32, 1024, 32768  # so many runners of a world, until one of them is in pain


def base():
    """The shipped priors where three runs in ten hurt, so that pains need not be waited for."""
    return load(base_rate="visitor")


def runners_in_pain(case, n):
    """The first n numbered pairs of a drawn world and the findings of a runner of it in pain.

    A drawn world is taken with its own probability of pain, so that these are worlds given pain.
    """
    return islice(zip(count(), _worlds_in_pain(case)), n)


def _worlds_in_pain(case):
    outcome = case.variables.outcome.name
    for seed in count(SEED + 1):  # not of the draws that intervals are made of
        draws, query = case.priors.sample(AT_ONCE, seed), case.query(AT_ONCE, seed)
        chance = posteriors(case.compiled, query, [outcome])[outcome][1]
        is_taken = np.random.default_rng(seed).random(AT_ONCE) < chance
        for i in np.flatnonzero(is_taken):
            world = at_draw(case, {key: drawn[i] for key, drawn in draws.items()}, f"draw {i}")
            yield world, _runner_in_pain(world, outcome, seed * AT_ONCE + int(i))


def _runner_in_pain(world, outcome, seed):
    for size in SIZES:
        runners = simulate_latent(world, size, seed)
        in_pain = runners[runners[outcome] == "yes"]
        if len(in_pain):
            return in_pain.iloc[0]
    raise ValueError(f"{world} was taken, and none of {size} runners of it is in pain.")


def entered(case, runner, share, rng):
    """The runner's findings: the pain, and each answer with this probability."""
    asked = [v for v in case.variables.values() if isinstance(v, Factor | Trait | Measurement)]
    reported = [v.name for v in asked if rng.random() < share]
    numeric = {v.name for v in asked if isinstance(v, Measurement) and v.numeric}
    findings = {name: float(runner[name]) if name in numeric else runner[name] for name in reported}
    return findings | {case.variables.outcome.name: "yes"}


def coverage(case, n, kinds, draws=DRAWS):
    """By kind, the share of 90% intervals that hold the true contribution, and how many there are.

    `kinds` says how much of itself a world's runner enters; all are about the same `n` worlds.
    `draws` of the parameters make an interval.
    """
    found = {}
    pairs = [*runners_in_pain(case, n)]
    for kind, share in kinds.items():
        hits = []
        for number, (world, runner) in pairs:
            findings = entered(case, runner, share, np.random.default_rng(number))
            hits += hits_of(case, world, findings, draws)
        found[kind] = float(np.mean(hits)), len(hits)
    return found


def hits_of(case, world, findings, draws):
    """Whether a world's intervals hold the true contributions, but for those of width 0."""
    causes = [cause.name for cause in case.variables.causes]
    low, high = _intervals(case, tuple(findings.items()), draws)
    truth = contribution_at_means(world.given(**findings), causes)
    inside = (low <= truth) & (truth <= high)
    return inside[high - low > NONE].tolist()


@lru_cache(maxsize=1)  # of the pain alone, where that is all that is entered
def _intervals(case, findings, draws):
    causes = [cause.name for cause in case.variables.causes]
    return (
        contributions(case.given(**dict(findings)), draws=draws)
        .loc[causes, ["low", "high"]]
        .to_numpy()
        .T
    )


def with_link(world, link, strength):
    """The world with one link as strong as that, next to certainly."""
    counts = ENOUGH * (1 - strength), max(ENOUGH * strength, NEXT_TO_NOTHING)
    prior = replace(world.priors[link], counts=counts)
    network = Network(world.priors.with_priors({link: prior}))
    return replace(world, compiled=world.compiled.with_network(network))


def verdicts_of_worlds(case, seeds, strength, links=1):
    """The verdicts on claims about so many links of this strength, a list a link of each diary."""
    outcome = case.variables.outcome.name
    for seed in seeds:
        rng = np.random.default_rng(seed)
        causes = rng.choice(HABITS, links, replace=False).tolist()
        world = sample_parameters(case, seed)
        for cause in causes:
            world = with_link(world, (cause, "muscle_strain"), strength)
        still = [v.name for v in case.variables.still]
        body = simulate_latent(world, 1, seed)[still].iloc[0].to_dict()
        runs = simulate_latent(world.do(**body), RUNS, seed + 1)[[*HABITS, outcome]]
        diary = Diary(case, runs)
        yield from verdicts_on(diary, causes)


def verdicts_on(diary, causes):
    """The verdicts on the claims about each cause, as `Diary.claims` has them."""
    history, draws, weights = diary._history, diary._draws, diary._weights
    tests, fits = (of(history, draws, weights) for of in (expected_tests, contrast_fits))
    for cause in causes:
        claims = [c for c in history.case.priors.claims if c.pooled and c.cause == cause]
        parameter = claim_likelihood(history, draws, weights, claims[0])
        n_tests, fit = tests[cause, "muscle_strain"], fits.get(cause, np.nan)
        betas = [claim_betas(history.case.priors, claim) for claim in claims]
        yield [parameter.evidence(b, n_tests, WIDTH, fit).verdict for b in betas]


def support(case, seeds, strength, progress=None):
    """The share of diaries in which a claim about such a link is supported, and all verdicts."""
    counts, n_supported, n = Counter(), 0, 0
    for verdicts in verdicts_of_worlds(case, seeds, strength):
        counts.update(verdicts)
        n_supported, n = n_supported + ("supported" in verdicts), n + 1
        if progress and not n % 10:
            progress(f"{n_supported} of {n} diaries; {dict(counts)}\n")
    return n_supported / n, dict(counts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--diaries", type=int, default=300)
    options = parser.parse_args()
    case = base()
    found = coverage(case, options.worlds, KINDS) if options.worlds else {}
    for kind, (inside, n) in found.items():
        print(f"{kind}: {inside:.1%} of {n:,} intervals hold the truth", flush=True)
    for strength in (0.0, STRONG) if options.diaries else ():
        rate, counts = support(case, range(options.diaries), strength, sys.stderr.write)
        print(f"claims about a link of {strength}: supported in {rate:.1%} of diaries; {counts}")


if __name__ == "__main__":
    main()
