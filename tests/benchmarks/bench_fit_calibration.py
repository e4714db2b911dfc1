"""Simulation-based calibration of `fit`: are true parameters' posterior ranks uniform?

python tests/benchmarks/bench_fit_calibration.py    writes FIT_CALIBRATION.md and its pictures
python tests/benchmarks/bench_fit_calibration.py --small 40 --thread 0 --few    prints a table

Every parameter is drawn from its prior, a cohort of runners is simulated with these parameters,
mechanisms are left out and a fifth of all other cells, and `fit` gets the cohort. The rank of a
true value among posterior draws is then uniform (Cook, Gelman & Rubin 2006; Talts et al. 2018).
"""

import argparse
import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from scipy.stats import binom, chi2

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "support")]

import networks
from timing import machine

from lumbayes import fit, load, simulate
from lumbayes.batch import sample_parameters
from lumbayes.engine import solve as solving
from lumbayes.engine.query import Query
from lumbayes.inference.compiled import posteriors
from lumbayes.priors import label

MISSING, DRAWS, RANKS, BINS, LEVEL = 0.2, 200, 49, 10, 0.01
RATE = 0.3  # of pain; at the rate of any run a cohort of this size would have five
COLUMNS = ["hills", "weak_core", "flat_feet", "over_pronation", "worn_shoes", "poor_stretching"]
COLUMNS += ["tight_hamstrings", "disc_degeneration", "pelvic_imbalance", "leg_length_difference"]
COLUMNS += ["back_pain", "severity", "onset", "plank_seconds", "climb_m_per_km", "where"]
KEYS = [
    ("hills", "muscle_strain"),
    ("weak_core", "muscle_strain"),
    ("poor_stretching", "muscle_strain"),
    ("flat_feet", "over_pronation"),
    ("muscle_strain", "back_pain"),
    ("spinal_curvature", "back_pain"),
    ("disc_degeneration", "back_pain"),
    ("unexplained", "back_pain"),
    "hills",
    "weak_core",
    "muscle_strain",
    "unexplained",
    "severity",
    ("muscle_strain", "severity"),
    "over_pronation",
]
solving.N_WORKERS = 1  # each process has a core of its own


class Setting:
    """A case, the columns of its cohorts, their number of rows, and the parameters to rank."""

    def __init__(self, name):
        if name == "thread":
            self.case, self.n_rows, self.columns, self.keys = (
                load(base_rate=RATE),
                150,
                COLUMNS,
                KEYS,
            )
        else:
            self.case = networks.case_of(networks.network_of(networks.WORKED_OUT, size=3))
            hidden = "mechanism_m"
            self.n_rows, self.keys = 60, [*self.case.priors]
            self.columns = [name for name in self.case.variables if name != hidden]
        self.outcome = self.case.variables.outcome.name
        self.names = [*map(label, self.keys), f"P({self.outcome})"]


def ranks(asked):
    """The rank of each true value, (n_quantities,), and the fit's worst R-hat and ESS."""
    setting, seed = asked
    case, rng = setting.case, np.random.default_rng(seed)
    truth = sample_parameters(case, seed)
    frame = simulate(truth, setting.n_rows, seed, missing=MISSING)[setting.columns]
    model = fit(case, frame, draws=DRAWS, seed=seed)
    draws = model.case.priors.sample(RANKS, seed)
    found = []
    for key in setting.keys:
        last = draws[key] if draws[key].ndim == 1 else draws[key][:, -1]
        found.append(_rank(rng, truth.priors[key].mean, last))
    values = {k: np.stack([1 - d, d]) if d.ndim == 1 else d.T for k, d in draws.items()}
    query = Query(case.compiled.parameter_inputs(values))
    pain = posteriors(case.compiled, query, [setting.outcome])[setting.outcome][1]
    found.append(_rank(rng, truth.posterior(setting.outcome)["yes"], pain))
    quality = model.diagnostics()
    return found, quality["r_hat"].max(), quality["ess"].min(), model.n_divergent


def _rank(rng, truth, draws):
    below, equal = int((draws < truth).sum()), int((draws == truth).sum())
    return below + int(rng.integers(0, equal + 1))


def bins_of(column):
    return np.bincount(column * BINS // (RANKS + 1), minlength=BINS)


def table(found, names):
    """A line a quantity: the chi-square test and what would show a bias or a wrong width."""
    lines = [
        "| parameter | chi-square | p | flat | low | high | mean | spread |",
        "|" + " --- |" * 8,
    ]
    for name, column in zip(names, found.T, strict=True):
        bins, places = bins_of(column), (column + 0.5) / (RANKS + 1)
        even = len(column) / BINS
        value = ((bins - even) ** 2 / even).sum()
        p = chi2.sf(value, BINS - 1)
        flat = "yes" if p > LEVEL / len(names) else "**no**"
        lines.append(
            f"| {name} | {value:.1f} | {p:.3f} | {flat} | {bins.min()} | {bins.max()} |"
            f" {places.mean():.3f} | {places.std():.3f} |"
        )
    return "\n".join(lines) + "\n"


def plot(found, names, file):
    """A histogram of ranks a quantity, with the band of all bins of uniform ranks (99%)."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "lumbayes"
    figure, panels = plt.subplots(
        4, 4, figsize=(12, 8), layout="constrained", sharex=True, sharey=True
    )
    low, high = binom.interval(1 - LEVEL / BINS, len(found), 1 / BINS)
    for panel, name, column in zip(panels.flat, names, found.T):
        panel.axhspan(low, high, color="#dddddd")
        panel.bar((np.arange(BINS) + 0.5) / BINS, bins_of(column), 0.8 / BINS, color="#4c72b0")
        panel.set_title(name.replace("_", " "), fontsize=9)
    figure.supxlabel("rank of the true value among posterior draws")
    figure.supylabel("cohorts")
    figure.savefig(HERE / file, metadata={"Date": None})


HEAD = f"""# Is a fit calibrated?

Written by `python tests/benchmarks/bench_fit_calibration.py`; not part of the tests. Cohorts were
simulated, each with parameters drawn from the priors; mechanisms are never seen (of the thread's
network but disc wear), and {MISSING:.0%} of all other cells are blank. `fit` took {DRAWS} draws.
If its posterior is right, the rank of the true value among {RANKS} draws is uniform
(simulation-based calibration, Talts et al. 2018). Ranks are counted in {BINS} bins and
compared with uniform counts by a chi-square test at {LEVEL:.0%} for all quantities together
(Bonferroni); `low` and `high` are
the smallest and the largest count of a bin. Uniform ranks have a `mean` of 0.5 and a `spread` of
0.289; a larger spread means that intervals are too narrow.

"""


def section(name, n_cohorts, n_processes, writes):
    """The section of one setting: its plot, its table and the quality of its fits."""
    start, setting, results = time.perf_counter(), Setting(name), []
    with Pool(n_processes) as pool:
        for result in pool.imap_unordered(ranks, [(setting, seed) for seed in range(n_cohorts)]):
            results.append(result)
            print(f"\r{len(results)} of {n_cohorts}", end="", file=sys.stderr)
    found, r_hats, ess, divergent = zip(*results)
    found, file = np.array(found), f"fit_calibration_{name}.svg"
    if writes:
        plot(found, setting.names, file)
    return (
        f"## {n_cohorts} cohorts of {setting.n_rows}: the {name} network\n\n"
        f"![Rank histograms]({file})\n\n{table(found, setting.names)}\n"
        f"R-hat of the worst parameter of a fit: median {np.median(r_hats):.3f}, largest"
        f" {np.max(r_hats):.3f}; its effective sample size: median {np.median(ess):.0f}, least"
        f" {np.min(ess):.0f}; {sum(divergent)} divergent trajectories in all."
        f" {time.perf_counter() - start:.0f} s on {machine()}.\n\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", type=int, default=300, help="cohorts of the small network")
    parser.add_argument("--thread", type=int, default=300, help="cohorts of the thread's network")
    parser.add_argument("--few", action="store_true", help="prints the tables; writes nothing")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    text = HEAD
    for name in ("small", "thread"):
        if n := getattr(options, name):
            text += section(name, n, options.processes, not options.few)
    print(text)
    if not options.few:
        (HERE / "FIT_CALIBRATION.md").write_text(text.strip() + "\n")


if __name__ == "__main__":
    main()
