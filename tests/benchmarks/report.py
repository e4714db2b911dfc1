"""What a run has measured, as a table, a plot and a file of figures from which both are made."""

import json
from dataclasses import asdict
from pathlib import Path

from timing import Line, said

HERE = Path(__file__).parent
SERIES = {
    "alone": "lumbayes, one case",
    "batch": "lumbayes, a case of a batch",
    "pyagrum": "pyAgrum, one case",
}
WIDE, HIGH = 9, 4
HEAD = """# How fast

Written by `make bench`; not part of the tests. Each row compares two computations of one run: \
the medians of several
repetitions, whose results were checked to be equal at 1e-9. `ratio` is how many times faster \
Lumbayes is than the
computation beside it, and `target` is the least it should be.

"""


def keep(found, name="results.json"):
    """Add to the figures kept; what a run did not measure stays as it was."""
    path = HERE / name
    before = json.loads(path.read_text()) if path.exists() else {}
    old, new = before.get("growth", {}), found.get("growth", {})
    grown = {
        way: old.get(way, {}) | new.get(way, {}) for way in old | new
    }  # sizes asked by hand stay
    found = found | ({"growth": grown} if grown else {})
    path.write_text(json.dumps(before | found, indent=1) + "\n")
    return before | found


def lines(found):
    """Every line of the table that was measured, in the order of the sections."""
    return [
        Line(**line) for name in ("one_case", "many_cases", "start") for line in found.get(name, [])
    ]


def as_figures(measured):
    return [asdict(line) for line in measured]


def table(rows):
    cells = [
        [r.what, r.ours, r.theirs, _number(r.ratio), _number(r.target), r.met, r.note] for r in rows
    ]
    return _markdown(["what; beside", "lumbayes", "beside", "ratio", "target", "met", ""], cells)


def _number(value):
    return "" if value is None else f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def _markdown(head, cells):
    rows = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows) + "\n"


def growth(found):
    cells = []
    for way, sizes in found.items():
        for rows, figures in sorted(sizes.items(), key=lambda item: int(item[0])):
            cells.append(
                [way, f"{int(rows):,}", said(figures["seconds"]), f"{figures['megabytes']:.0f} MB"]
            )
    return _markdown(["asked", "rows", "per case", "memory above the start, at the peak"], cells)


def published(found):
    cells = []
    for f in sorted((f for f in found if "rows" in f), key=lambda f: f["rows"]):
        times = [said(f[series]) for series in SERIES]
        ratios = [f"{f['pyagrum'] / f[series]:.2g}" for series in ("alone", "batch")]
        cells.append(
            [
                f["name"],
                f["nodes"],
                f"{f['rows']:,}",
                said(f["built"]),
                *times,
                *ratios,
                f"{f['difference']:.0e}",
            ]
        )
    head = [
        "network",
        "nodes",
        "rows of the circuit",
        "built in",
        *SERIES.values(),
        "alone",
        "batch",
        "largest difference",
    ]
    refused = [f"- {f['name']}: refused. {f['refused']}" for f in found if "refused" in f]
    return _markdown(head, cells) + "\n" + crossover(found) + "\n\n" + "\n".join(refused) + "\n"


def crossover(found):
    """On which networks pyAgrum is the quicker one, in a sentence."""
    built = sorted((f for f in found if "rows" in f), key=lambda f: f["rows"])
    said_of = []
    for series, asked in (("alone", "One case"), ("batch", "A case of a batch")):
        slower = [f"{f['name']} ({f['rows']:,} rows)" for f in built if f[series] > f["pyagrum"]]
        said_of.append(
            f"{asked}: pyAgrum is quicker on {', '.join(slower)}."
            if slower
            else f"{asked}: no crossover."
        )
    return " ".join(said_of)


def plot(found):
    """Two panels: time per case against the size of the tree, and against the number of rows."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "lumbayes"
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDE, HIGH), layout="constrained")
    built = sorted((f for f in found.get("published", []) if "rows" in f), key=lambda f: f["rows"])
    for (series, label), mark in zip(SERIES.items(), "osx"):
        left.loglog([f["rows"] for f in built], [f[series] for f in built], mark + "-", label=label)
    left.set(
        title="Networks that ship with pgmpy", xlabel="rows of the circuit", ylabel="seconds a case"
    )
    for (way, sizes), mark in zip(found.get("growth", {}).items(), "os"):
        sizes = sorted((int(rows), figures["seconds"]) for rows, figures in sizes.items())
        right.loglog(*zip(*sizes), mark + "-", label=way)
    right.set(title="More and more runners", xlabel="rows", ylabel="seconds a case")
    for panel in (left, right):
        panel.grid(alpha=0.3)
        panel.legend()
    figure.savefig(HERE / "plot.svg", metadata={"Date": None})


def write(found):
    """README.md and plot.svg of the figures kept."""
    plot(found)
    text = HEAD + found["machine"] + "\n\n" + table(lines(found))
    text += "\n![Time per case against the size of the tree and the number of rows](plot.svg)\n"
    text += (
        "\n## Growth\n\nRunners are computed in chunks and no result is kept; "
        "`engine` is arrays in and out, `frame` is posteriors(case, frame).\n\n"
    )
    text += growth(found.get("growth", {}))
    text += "\n## Other networks\n\n" + published(found.get("published", []))
    (HERE / "README.md").write_text(text)
