"""Simulation-based calibration of the diary: are true values' posterior ranks uniform?

python tests/benchmarks/bench_calibration.py            writes CALIBRATION.md and
                                                        calibration.svg beside this file
python tests/benchmarks/bench_calibration.py --few 40   prints the table of some diaries;
                                                        writes nothing

Every parameter is drawn from its prior, a body from these parameters, runs from both, and the
diary is fitted to the runs with many cells blank. The rank of the true value among posterior draws
is then uniform (Cook, Gelman & Rubin 2006; Talts et al. 2018). For binary quantities, ties are
broken at random (Modrák et al. 2023).
"""

import argparse
import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import beta, binom, chi2

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "support")]

from timing import machine

from lumbayes import Diary, load
from lumbayes.batch.simulation import sample_parameters, simulate_latent
from lumbayes.diary.filtering import log_evidence, log_prior, message
from lumbayes.diary.plate_model import with_message
from lumbayes.engine import solve as solving
from lumbayes.inference.causal_paths import CONTRIBUTION, contribution_probabilities

DIARIES, DRAWN, BINS, LEVEL, MISSING, LONGEST = 600, 99, 20, 0.01, 0.3, 40
HALF_LIFE, LONGEST_GAP, EVEN = 20, 7, 12**-0.5
APART = 1000  # between the seeds of the two kinds of diaries
FILES = "calibration.svg", "calibration_fading.svg"
KINDS = {"nothing fades": None, f"half-life of {HALF_LIFE} days": HALF_LIFE}
COLUMNS = [
    "back_pain",
    "hills",
    "climb_m_per_km",
    "high_mileage",
    "worn_shoes",
    "severity",
    "plank_seconds",
]
LINKS = [
    ("hills", "muscle_strain"),
    ("weak_core", "muscle_strain"),
    ("muscle_strain", "back_pain"),
    ("disc_degeneration", "back_pain"),
    ("unexplained", "back_pain"),
]
RATES = ["hills", "unexplained", "muscle_strain"]
STILL = ["weak_core", "disc_degeneration", "over_pronation"]
AT_WORK = ["hills", "muscle_strain", "weak_core", "disc_degeneration"]
NAMES = [*map(" → ".join, LINKS), *(f"how common: {name}" for name in RATES)]
NAMES += [*(f"body: {name}" for name in STILL), *(f"at work: {name}" for name in AT_WORK)]
HEAD = f"""# Is the diary calibrated?

Written by `python tests/benchmarks/bench_calibration.py`; not part of the tests. {DIARIES:,} \
diaries of 2 to {LONGEST}
runs were simulated: every parameter drawn from its prior, the runner's shared state from these \
parameters, the runs
from both; then {MISSING:.0%} of all cells were left blank. In {DIARIES:,} more, weak core and \
tight hamstrings were
redrawn over gaps of 1 to {LONGEST_GAP} days as often as a half-life of {HALF_LIFE} days says, \
and the diary was given
that half-life. If a diary's posterior is calibrated, the rank of the true value among {DRAWN} \
posterior draws is
uniform (simulation-based calibration, Talts et al. 2018). The ranks of each quantity are counted \
in {BINS} bins and
compared with uniform counts by a chi-square test at {LEVEL:.0%} for all quantities together \
(Bonferroni); `low` and
`high` are the smallest and the largest count of a bin. Uniform ranks have a `mean` of 0.5 and a \
`spread` of 0.289; a
larger spread means that intervals are too narrow. In the plots the band contains all bins of one \
quantity
{1 - LEVEL:.0%} of the time. Of the quantities, `how common` is a base rate or leak, `body` a \
shared variable, and
`at work` a contribution.

"""
base = load(base_rate="visitor")  # a level that is asked for stays when a run hurts
solving.N_WORKERS = 1  # each process has a core of its own


def made_up(seed, half_life=None):
    """A world drawn from the priors: its last body, its runs, and the runs as a diary has them.

    With a half-life, each factor that may heal is redrawn over a gap as often as the half-life
    says.
    """
    rng, world = np.random.default_rng(seed), sample_parameters(base, seed)
    still = [v.name for v in base.variables.still]
    body = simulate_latent(world, 1, seed)[still].iloc[0].to_dict()
    days = np.cumsum(rng.integers(1, LONGEST_GAP + 1, int(rng.integers(2, LONGEST + 1))))
    bodies = [
        body := healed(rng, world, body, gap, half_life) for gap in np.diff(days, prepend=days[0])
    ]
    changes = [i for i, body in enumerate(bodies) if not i or body != bodies[i - 1]]
    stretches = [
        simulate_latent(world.do(**bodies[start]), stop - start, seed + APART * (start + 1))
        for start, stop in zip(changes, [*changes[1:], len(days)])
    ]
    runs = pd.concat(stretches, ignore_index=True)
    entered = runs.reindex(columns=COLUMNS)
    measured = rng.integers(len(entered))  # once: runs are simulated with a quantity each
    entered["plank_seconds"] = entered["plank_seconds"].where(entered.index == measured)
    entered = entered.mask(rng.random(entered.shape) < MISSING)
    return (
        rng,
        world,
        body,
        runs,
        entered.assign(date=pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D")),
    )


def healed(rng, world, body, gap, half_life):
    """The body after a gap of days: a factor that may heal is kept, or redrawn given the rest."""
    for v in base.variables.still if half_life else ():
        if getattr(v, "changeable", False) and rng.random() > 2 ** (-gap / half_life):
            others = {name: state for name, state in body.items() if name != v.name}
            body = body | {
                v.name: (
                    "yes" if rng.random() < world.given(**others).posterior(v.name)["yes"] else "no"
                )
            }
    return body


def chance(inputs, key):
    """P(yes) by one parameter, in every draw: of a link, a leak or a base rate."""
    rows = inputs[base.compiled.parameter_rows(key)]
    return 1 - rows[0] if isinstance(key, tuple) or base.variables[key].parents else rows[-1]


def was_at_work(run, cause):
    """Whether the switches that fired lead from the cause to the pain."""
    fired = {(p, v) for v in ("muscle_strain", "back_pain") for p in base.variables[v].parents
             if run[f"{p} → {v}"] == "yes"}  # fmt: skip
    return (cause, "back_pain") in fired or {
        (cause, "muscle_strain"),
        ("muscle_strain", "back_pain"),
    } <= fired


def rank(rng, truth, draws):
    """The rank of the truth among draws, ties broken at random."""
    below, equal = int((draws < truth).sum()), int((draws == truth).sum())
    return below + int(rng.integers(0, equal + 1))


def ranks(asked):
    """The rank of every quantity of one made-up diary, and how many draws its own are worth."""
    rng, world, body, runs, entered = made_up(*asked)
    diary = Diary(base, entered, half_life=asked[1])
    history, draws = diary._history, diary._stages[-1]
    some = chosen(rng, draws.weights(log_evidence(history, draws.inputs)))
    learnt = [
        (chance(world.compiled.mean_inputs, key)[0], chance(draws.inputs, key)[some])
        for key in LINKS + RATES
    ]
    log_shared = log_prior(history, draws.inputs) + message(history, draws.inputs)
    shared = np.exp(log_shared - log_shared.max(axis=0))
    for name in STILL:
        states = history.shared.states[:, history.shared.names.index(name)]
        there = states @ shared / shared.sum(axis=0)
        learnt.append((body[name] == "yes", rng.random(DRAWN) < there[some]))
    hurt = np.flatnonzero((entered.back_pain == "yes").to_numpy())
    for name, figures in (
        at_work_in(history, draws, int(hurt[-1]), rng).items() if len(hurt) else ()
    ):
        learnt.append((was_at_work(runs.iloc[int(hurt[-1])], name), figures))
    found = [rank(rng, truth, known) for truth, known in learnt]
    return found + [np.nan] * (len(NAMES) - len(found)), diary.effective_sample_size


def chosen(rng, weights):
    """Draws by weight, repeated only where they must be, in random order."""
    order = rng.permutation(len(weights))
    places = (rng.random() + np.arange(DRAWN)) / DRAWN
    at = np.searchsorted(np.cumsum(weights[order]), places).clip(max=len(weights) - 1)
    return rng.permutation(order[at])


def at_work_in(history, draws, place, rng):
    """Whether each cause is at work in one run, in every draw from what was learnt."""
    from_others = message(history, draws.inputs, place)
    findings = history.findings[history.run_to_distinct[place]]
    query, log_scale = with_message(history.shared, draws.inputs, {**findings}, from_others)
    paths = history.shared.fired_paths
    (figures,), probability = contribution_probabilities(paths, query, AT_WORK, CONTRIBUTION)
    some = chosen(rng, draws.weights(np.log(probability) + log_scale))
    return {name: rng.random(DRAWN) < figure[some] for name, figure in zip(AT_WORK, figures)}


def bins_of(column):
    """How many diaries have their rank in each bin."""
    known = column[~np.isnan(column)].astype(int)
    return np.bincount(known * BINS // (DRAWN + 1), minlength=BINS)


def table(found):
    """A line a quantity: the chi-square test and what would show a bias or a wrong width."""
    lines = [
        "| quantity | diaries | chi-square | p | flat | low | high | mean | spread |",
        "|" + " --- |" * 9,
    ]
    for name, column in zip(NAMES, found.T):
        bins, known = bins_of(column), (column[~np.isnan(column)] + 0.5) / (DRAWN + 1)
        even = bins.sum() / BINS
        value = ((bins - even) ** 2 / even).sum()
        p = chi2.sf(value, BINS - 1)
        flat = "yes" if p > LEVEL / len(NAMES) else "**no**"
        figures = (
            f"{value:.1f} | {p:.3f} | {flat} | {bins.min()} | {bins.max()} | {known.mean():.3f} |"
            f" {known.std():.3f}"
        )
        lines.append(f"| {name} | {len(known)} | {figures} |")
    return "\n".join(lines) + "\n"


def widths(found, seeds):
    """The spread of parameters' ranks beside that of their true values' ranks in the priors.

    Intervals that are too narrow show in the spread before they show in the bins. Some hundred true
    values are not spread as evenly as many would be, and what a diary says little of is spread as
    they are. Ranks of one diary depend on each other, so a diary counts as one.
    """
    places, drawn = (found + 0.5) / (DRAWN + 1), places_of_truths(seeds)
    learnt = places[:, : drawn.shape[1]]
    spreads, of_truths = learnt.std(axis=0), drawn.std(axis=0)
    ratio = np.sqrt((spreads**2).mean() / (of_truths**2).mean())
    mean_square = np.nanmean((places - 0.5) ** 2, axis=1)
    error = mean_square.std() / np.sqrt(len(found)) / (2 * EVEN)
    widest = int(spreads.argmax())
    return (
        f"The spread of all quantities together is {np.sqrt(mean_square.mean()):.4f} ± {error:.4f}"
        f" (one standard error), that of uniform ranks {EVEN:.4f}. The ranks of the"
        f" {len(spreads)} parameters have a spread of {np.sqrt((spreads**2).mean()):.4f}, and their"
        f" true values among draws from the priors {np.sqrt((of_truths**2).mean()):.4f}: intervals"
        f" are some {ratio - 1:.1%} too narrow. The widest, {spreads[widest]:.3f} of"
        f" {NAMES[widest]}, is {of_truths[widest]:.3f} of the true values."
    )


def places_of_truths(seeds):
    """The prior probability of a lower value than the true one, (n_diaries, n_parameters)."""
    keys = LINKS + RATES
    draws = [base.priors.sample(1, seed, keys) for seed in seeds]
    counts = [base.priors[key].counts for key in keys]
    return np.array(
        [[beta.cdf(of[k][0], c[1], c[0]) for k, c in zip(keys, counts)] for of in draws]
    )


def plot(found, file):
    """A histogram of ranks a quantity, with the band of all bins of uniform ranks (99%)."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "lumbayes"
    figure, panels = plt.subplots(
        3, 5, figsize=(13, 6.5), layout="constrained", sharex=True, sharey=True
    )
    for panel, name, column in zip(panels.flat, NAMES, found.T):
        bins = bins_of(column)
        low, high = binom.interval(1 - LEVEL / BINS, bins.sum(), 1 / BINS)
        panel.axhspan(low, high, color="#dddddd")
        panel.bar((np.arange(BINS) + 0.5) / BINS, bins, 0.8 / BINS, color="#4c72b0")
        panel.set_title(name.replace("_", " "), fontsize=9)
    figure.supxlabel("rank of the true value among posterior draws")
    figure.supylabel("diaries")
    figure.savefig(HERE / file, metadata={"Date": None})


def learnt(half_life, seeds):
    """The ranks of a diary a seed, (diaries, quantities), and effective sample sizes."""
    with Pool(2) as inputs:
        found, effective = zip(
            *inputs.imap_unordered(ranks, [(seed, half_life) for seed in seeds], chunksize=4)
        )
    return np.array(found, float), np.array(effective)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--few", type=int, help="only so many diaries; writes nothing")
    options = parser.parse_args()
    text = HEAD
    for number, (what, half_life) in enumerate(KINDS.items()):
        start, first, file = time.perf_counter(), number * APART, FILES[number]
        seeds = range(first, first + (options.few or DIARIES))
        found, effective = learnt(half_life, seeds)
        worth = ", ".join(f"{x:.0f}" for x in np.quantile(effective, [0, 0.5, 1]))
        text += f"## {what.capitalize()}\n\n![Rank histograms, {what}]({file})\n\n"
        text += f"{table(found)}\n{widths(found, seeds)}"
        text += f" Effective sample size of a diary's draws, least, median and most: {worth}."
        text += f" {time.perf_counter() - start:.0f} s on {machine()}.\n\n"
        if not options.few:
            plot(found, file)
    print(text)
    if not options.few:
        (HERE / "CALIBRATION.md").write_text(text.strip() + "\n")


if __name__ == "__main__":
    main()
