"""`make bench`: time the model beside other engines and write README.md and plot.svg.

make bench                                 everything, some minutes on two quiet cores
make bench ARGS='start many_cases'         only these; the other figures stay as they were
make bench ARGS='growth --rows 10000000'   ten million rows, added to the growth table
make bench ARGS='published --large'        the largest networks too: some minutes more and
                                           much memory
make bench ARGS=--quick                    small settings, to see that it runs; writes nothing
"""

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("", "support")]

import bench_many_cases
import bench_one_case
import bench_published
import bench_start
import published
import report
from bench_one_case import warm
from timing import machine

from lumbayes import load

PARTS = ["start", "one_case", "many_cases", "growth", "published"]
LINES = {"start": bench_start, "one_case": bench_one_case, "many_cases": bench_many_cases}
SIZES, FEW = [1_000, 10_000, 100_000, 1_000_000], [1_000, 10_000]


def networks(options):
    warm(load())
    names = (
        published.QUICK
        if options.quick
        else [*published.QUICK, *published.SLOW, *published.REFUSED]
    )
    skipped = [] if options.large else published.LARGEST
    return [
        _reported(bench_published.measure(name, options.quick))
        for name in names
        if name not in skipped
    ]


def _reported(figures):
    print(
        "  ",
        *(
            f"{name} {value:.3g}" if isinstance(value, float) else value
            for name, value in figures.items()
        ),
    )
    return figures


def measure(part, options):
    """The figures of one part, printed as they come."""
    print(f"\n{part}", flush=True)
    if part == "growth":
        found = bench_many_cases.growth(options.rows or (FEW if options.quick else SIZES))
        print(report.growth(found))
    elif part == "published":
        found = networks(options)
        print(report.published(found))
    else:
        found = report.as_figures(LINES[part].measure(options.quick))
        print(report.table(report.lines({part: found})))
    return found


def main():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="small settings; writes nothing")
    parser.add_argument(
        "--large",
        action="store_true",
        help="for published: the largest networks too, some minutes more",
    )
    parser.add_argument(
        "--rows", type=int, action="append", help="for growth: this many rows instead"
    )
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(machine())
    start, found = time.perf_counter(), {"machine": machine()}
    for part in [part for part in PARTS if part in (options.parts or PARTS)]:
        found[part] = measure(part, options)
    print(f"{time.perf_counter() - start:.0f} s")
    if not options.quick:
        report.write(report.keep(found))


if __name__ == "__main__":
    main()
