"""Charts of a sensitivity analysis: one parameter, two at once, and the value of each question."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import altair as alt
import numpy as np
import pandas as pd

from .basic_charts import HEIGHT, label_heights
from .tables import as_floats, check_count, check_figures, check_plane, check_table, named, shown
from .theme import PERCENT, probability_axis, styled
from .vega import BLUE, CONTRIBUTION_TITLE, GREY, LETTER, ORANGE, WIDTH

FUNCTIONS = ("value", "low", "high", "flips_at", "alpha", "beta", "gamma", "delta")
REACH = 3  # times as far as its interval and its ring a panel goes
DIGITS = 12  # of a difference that count
NAMED = 5  # questions that are named whatever they take
PANEL, POINTS = 160, 41  # pixels a side of a panel; points of a curve, of many curves fewer
MAX_ROWS = 5000  # of the data of one chart, above which Altair refuses it


def sensitivity_functions(table: pd.DataFrame, n_rows: int = 4, title: str = "") -> alt.FacetChart:
    """Draw a cause's contribution as a function of single parameters, one panel per parameter.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `lumbayes.sensitivity(case, cause)`.
    n_rows : int, default 4
        How many parameters to draw, from the top of the table; 1 or more. Rows of claims are
        skipped.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.FacetChart
        One curve per panel: x is the parameter, y the contribution. The curve is thick over the
        90% interval of the parameter. A dot marks the present value. A ring marks `flips_at`, the
        value at which another cause takes the first place.

    Raises
    ------
    TypeError
        If a column to draw holds anything but numbers.
    ValueError
        If a column is missing, if the table has no row of a parameter, or if `n_rows` is below 1.

    Notes
    -----
    Each curve is a ratio of two linear functions (Coupé & van der Gaag 2002).

    Examples
    --------
    >>> from lumbayes import load, plot, sensitivity
    >>> table = sensitivity(load().given(back_pain="yes"), "weak_core")
    >>> plot.sensitivity_functions(table, n_rows=1).description
    'Where another cause would come first. weak_core → muscle_strain: prolonged_sitting at 1%.'
    """
    check_table("sensitivity_functions", table, "to")
    check_figures("sensitivity_functions", table, *FUNCTIONS)
    check_count("sensitivity_functions", "n_rows", n_rows)
    numbers = {column: as_floats(table[column]) for column in FUNCTIONS}
    drawn = table.assign(**numbers).dropna(subset=["alpha"]).head(n_rows)
    if drawn.empty:
        raise ValueError("sensitivity_functions: table has claims only; it must have a parameter.")
    n_points = max(2, min(POINTS, MAX_ROWS // len(drawn) * 2 // 3 - 2))
    curves = [_curve(str(name), row, n_points) for name, row in drawn.iterrows()]
    data = pd.concat(curves)
    y = alt.Y("y:Q", title=CONTRIBUTION_TITLE, axis=PERCENT)
    base = alt.Chart(data).encode(x=alt.X("x:Q", title="", axis=PERCENT), y=y)
    whole = base.transform_filter("datum.part == 'all'").mark_line(color=GREY, strokeWidth=1)
    interval = base.transform_filter("datum.part == 'own'").mark_line(color=BLUE, strokeWidth=4)
    value = base.transform_filter("datum.part == 'today'")
    dot = value.mark_point(color=BLUE, filled=True, size=90)
    flip = base.transform_filter("datum.part == 'flip'")
    ring = flip.mark_point(color=ORANGE, fill="white", size=90, strokeWidth=2)
    words = flip.mark_text(color=ORANGE, align="left").encode(
        x=alt.value(4), y=alt.value(6), text="flip:N"
    )
    panels = alt.layer(whole, interval, dot, ring, words).properties(width=PANEL, height=PANEL)
    in_lines = "split(replace(replace(datum.label, ' → ', ' →~'), ': ', ':~'), '~')"
    header = alt.Header(labelLimit=0, labelExpr=in_lines)
    names = alt.Facet("parameter:N", sort=[*map(str, drawn.index)], header=header)
    flips = [
        f"{name}: {row['to']} at {shown(row['flips_at'], '{:.0%}')}"
        for name, row in drawn[drawn["to"] != ""].iterrows()
    ]
    description = f"Where another cause would come first. {'; '.join(flips) or 'nowhere'}."
    facets = panels.facet(facet=names, columns=4).resolve_scale(x="independent")
    return styled(facets, description, title)


def _curve(name: str, row: pd.Series, n_points: int) -> pd.DataFrame:
    """(alpha x + beta) / (gamma x + delta) at the points that the curve is drawn through."""
    farthest = np.nanmax([row["high"], row["flips_at"]])
    parts = {
        "all": np.linspace(0, min(REACH * farthest, 1), n_points),
        "own": np.linspace(row["low"], row["high"], n_points // 2),
        "today": np.array([row["value"]]),
        "flip": np.array([row["flips_at"]]),
    }
    points = [(part, x) for part, xs in parts.items() for x in xs]
    data = pd.DataFrame(points, columns=["part", "x"]).dropna()
    data["y"] = (row["alpha"] * data["x"] + row["beta"]) / (row["gamma"] * data["x"] + row["delta"])
    side = "below" if row["flips_at"] < row["value"] else "above"
    flip = f"{side} {shown(row['flips_at'], '{:.0%}')}: {row['to']}"
    return data.round(4).assign(parameter=name, flip=flip)


def two_way(
    table: pd.DataFrame, rival: pd.DataFrame, parameters: pd.DataFrame, title: str = ""
) -> alt.LayerChart:
    """Draw a cause's contribution over two parameters at once, as a heat map.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `lumbayes.sensitivity_analysis.two_way(case, cause, first, second)`.
    rival : pandas.DataFrame
        The result of the same function for another cause, with the same `first`, `second` and
        `steps`.
    parameters : pandas.DataFrame
        The result of `lumbayes.sensitivity(case, cause)`. The present values and the intervals of
        the two parameters are taken from it.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        `second` is on the x axis, `first` on the y axis.

        - Colour: the contribution of the cause, called "P(at work in this pain)"; darker is larger.
        - Orange line: where both causes contribute equally, interpolated linearly between the
          steps; an orange dot if this is a single point. There is no line if one cause contributes
          more everywhere.
        - Black dot and box: the present values of the two parameters and their 90% intervals.

    Raises
    ------
    TypeError
        If a column to draw holds anything but numbers.
    ValueError
        If the three tables do not fit together, or if `table` has fewer than two rows or columns.

    Examples
    --------
    >>> from lumbayes import load, plot, sensitivity
    >>> from lumbayes.sensitivity_analysis import two_way
    >>> case = load().given(back_pain="yes")
    >>> pair = ("weak_core", "weak_core → muscle_strain")
    >>> core, hills = (two_way(case, name, *pair, steps=4) for name in ("weak_core", "hills"))
    >>> plot.two_way(core, hills, sensitivity(case, "weak_core")).description
    'P(at work in this pain), from 0% to 100%, and the line where a rival is level.'
    """
    check_plane("two_way", table, rival)
    names = [str(table.columns.name), str(table.index.name)]
    check_figures("two_way", parameters, "value", "low", "high", name="parameters")
    check_table("two_way", parameters.T, *names, name="parameters, with rows for columns,")
    rows = table.index.to_numpy()
    columns = table.columns.to_numpy()
    half = (rows[1] - rows[0]) / 2
    found = [(x, y, table.loc[y, x]) for y in rows for x in columns]
    cells = pd.DataFrame(found, columns=["x", "y", "p"]).round(3)
    edges = {
        "left": cells.x - half,
        "right": cells.x + half,
        "under": cells.y - half,
        "over": cells.y + half,
    }
    cells = cells.assign(**edges).clip(0, 1)
    values = parameters.loc[names, ["value", "low", "high"]].to_numpy().T.ravel()
    value = pd.DataFrame([values], columns=["x", "y", "left", "under", "right", "over"])
    x = probability_axis("left:Q", names[0])
    y = alt.Y("under:Q", title=names[1], axis=PERCENT)
    scale = alt.Scale(range=["white", BLUE], interpolate="rgb")
    legend = alt.Legend(format=".0%", title=CONTRIBUTION_TITLE)
    colour = alt.Color("p:Q", scale=scale, legend=legend)
    heat = alt.Chart(cells).mark_rect().encode(x=x, x2="right:Q", y=y, y2="over:Q", color=colour)
    pieces = _level_pieces(table - rival.loc[rows, columns])
    ends = {"x": "x:Q", "x2": "x2:Q", "y": "y:Q", "y2": "y2:Q"}
    level = alt.Chart(pieces).mark_rule(color=ORANGE, strokeWidth=2, strokeCap="round")
    sides = {"x": "left:Q", "x2": "right:Q", "y": "under:Q", "y2": "over:Q"}
    box = alt.Chart(value).mark_rect(fill=None, stroke="black").encode(**sides)
    dot = alt.Chart(value).mark_point(color="black", filled=True, size=70)
    layers = heat + level.encode(**ends) + box + dot.encode(x="x:Q", y="y:Q")
    chart = layers.properties(width=WIDTH - PANEL // 2, height=WIDTH - PANEL // 2)
    low, high = (shown(p, "{:.0%}") for p in (table.min().min(), table.max().max()))
    line = f"{'with no' if pieces.empty else 'and the'} line where a rival is level"
    return styled(chart, f"{CONTRIBUTION_TITLE}, from {low} to {high}, {line}.", title)


def _level_pieces(difference: pd.DataFrame) -> pd.DataFrame:
    """Straight pieces on which the difference is 0, which is taken as flat over each half cell."""
    z = difference.to_numpy(float, na_value=np.nan).round(DIGITS)
    rows, columns = (axis.to_numpy() for axis in difference.axes)
    pieces = set()
    for (i, k), (j, m) in product(pairwise(range(len(rows))), pairwise(range(len(columns)))):
        for corner in ((i, m), (k, j)):
            half = [(columns[c], rows[r], z[r, c]) for r, c in ((i, j), corner, (k, m))]
            found = sorted({p for a, b in combinations(half, 2) for p in _zeros(*a, *b)})
            pairs = [*combinations(found, 2)] or [(point, point) for point in found]
            pieces |= {a + b for a, b in pairs}
    return pd.DataFrame(sorted(pieces), columns=["x", "y", "x2", "y2"])


def _zeros(
    x: float, y: float, z: float, x2: float, y2: float, z2: float
) -> list[tuple[float, float]]:
    """Where the difference is 0 on the edge from (x, y), where it is z, to (x2, y2)."""
    if z * z2 < 0:
        shares = [z / (z - z2)]
    else:
        shares = [end for end, at_end in ((0, z), (1, z2)) if at_end == 0]
    return [(round(x + s * (x2 - x), 4), round(y + s * (y2 - y), 4)) for s in shares]


def question_bits(table: pd.DataFrame, title: str = "") -> alt.LayerChart:
    """Draw the expected information of each question, in bits, against the seconds it takes.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `lumbayes.next_question(case)`, or some of its rows. The columns `bits` (y)
        and `seconds` (x) are drawn; the index names the questions.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One dot per question; the x axis is logarithmic. The five most informative questions are
        named, and so is the most informative question of each duration.

    Raises
    ------
    TypeError
        If a column to draw holds anything but numbers.
    ValueError
        If a column to draw is missing, or if the table has no row.

    Examples
    --------
    >>> from lumbayes import load, next_question, plot
    >>> table = next_question(load().given(back_pain="yes"))
    >>> plot.question_bits(table.head(2)).description
    'Bits a question: hills 0.17, weak_core 0.17.'
    """
    check_figures("question_bits", table, "seconds", "bits")
    data = named(table, "seconds", "bits")
    is_best = data["bits"] == data.groupby("seconds")["bits"].transform("max")
    data["named"] = is_best | (data["bits"].rank(ascending=False) <= NAMED)
    distance = data["bits"].max() * LETTER / HEIGHT
    for _, same in data[data["named"]].groupby("seconds"):
        heights = label_heights(same["bits"], distance)
        data.loc[heights["name"], "label_at"] = heights["p"].to_numpy()
    ticks = alt.Axis(values=sorted({*data["seconds"].tolist()}), grid=False)
    log_scale = alt.Scale(type="log", nice=False, padding=20)
    x = alt.X("seconds:Q", title="seconds to answer", scale=log_scale, axis=ticks)
    y = alt.Y("bits:Q", title="bits: a toss of a coin tells one")
    base = alt.Chart(data).encode(x=x, y=y)
    scale = alt.Scale(domain=[True, False], range=[BLUE, GREY])
    colour = alt.Color("named:N", legend=None, scale=scale)
    dots = base.mark_point(filled=True, size=60).encode(color=colour)
    labels = base.transform_filter("datum.named").mark_text(align="left", dx=8)
    layers = dots + labels.encode(y="label_at:Q", text="name:N")
    listed = ", ".join(f"{name} {shown(bits, '{:.2f}')}" for name, bits in table["bits"].items())
    chart = layers.properties(width=WIDTH, height=HEIGHT)
    return styled(chart, f"Bits a question: {listed}.", title)
