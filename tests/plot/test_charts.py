"""Charts show what the tables say, also in words, in few colours that all can tell apart."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import vl_convert
from scipy.stats import beta
from shared import loaded

from lumbayes import Diary, contributions, example, explain, next_question, plot, sensitivity
from lumbayes.batch import sample_parameters
from lumbayes.explanation import claim_attribution, compare_priors, contributions_by_reply
from lumbayes.network.network import Network
from lumbayes.plot import vega
from lumbayes.priors.level import fires_in_a_run
from lumbayes.sensitivity_analysis import two_way

BASE = loaded()
ASKER = BASE.given(**example().findings)
TABLE = contributions(ASKER)
TURNED = sensitivity(ASKER, "weak_core")
DAYS = pd.date_range("2026-03-01", periods=6, freq="3D")
PAINS = ["yes", "no", "yes", None, "yes", "no"]
RUNS = pd.DataFrame({"date": DAYS, "climb_m_per_km": [40.0, 2, 35, 3, 50, 4], "back_pain": PAINS})
PREDICTED = pd.DataFrame(
    {"predicted": [0.1, 0.6], "happened": [0.2, 0.5], "low": [0.05, 0.4], "high": [0.4, 0.7]}
)
LITERATURE = compare_priors(ASKER, loaded("literature"))


@cache
def course():
    return Diary(BASE, RUNS).trajectory()


def rows(chart):
    """Everything a chart draws, by the name of its data set."""
    entered = chart.to_dict()
    own = [
        part["data"]["values"]
        for part in [entered, *entered.get("concat", ())]
        if "values" in part.get("data", ())
    ]
    return {
        name: pd.DataFrame(found)
        for name, found in [*entered.get("datasets", {}).items(), *enumerate(own)]
    }


def drawn(chart, *columns):
    """The one data set of a chart that has these columns."""
    (found,) = [data for data in rows(chart).values() if {*columns} <= {*data}]
    return found


def test_two_parameters_span_a_square():
    square = two_way_chart().to_dict()
    assert square["width"] == square["height"]


def two_way_chart(**title):
    """The core and the hills over two numbers that the core rests on."""
    pair = ("weak_core", "weak_core → muscle_strain")
    return plot.two_way(
        two_way(ASKER, "weak_core", *pair), two_way(ASKER, "hills", *pair), TURNED, **title
    )


CHARTS = {
    "contributions": lambda **title: plot.contributions(TABLE, **title),
    "bar_chart": lambda **title: plot.bar_chart(
        pd.Series({"in the thread": 0.62, "in a survey": 0.14}), axis="share of runners", **title
    ),
    "comparison": lambda **title: plot.comparison(
        {"the thread": LITERATURE["this"], "the literature": LITERATURE["other"]}, **title
    ),
    "sensitivity_functions": lambda **title: plot.sensitivity_functions(TURNED, **title),
    "dot_plot": lambda **title: plot.dot_plot(
        contributions_by_reply(ASKER).drop(columns="apart"), **title
    ),
    "line_chart": lambda **title: plot.line_chart(
        pd.DataFrame({"hills": [0.2, 0.1], "core": [0.1, 0.1]}, index=[0.0, 1.0]), "trust", **title
    ),
    "network": lambda **title: plot.network(ASKER.given(plank_seconds=22), **title),
    "two_way": two_way_chart,
    "diverging_bars": lambda **title: plot.diverging_bars(
        claim_attribution(ASKER, "weak_core").set_index("quote").shapley_db.head(5), **title
    ),
    "reliability": lambda **title: plot.reliability(
        {"the thread": PREDICTED, "again": PREDICTED}, **title
    ),
    "ridgeline": lambda **title: plot.ridgeline(BASE, "weak_core", "muscle_strain", **title),
    "runs": lambda **title: plot.runs(
        RUNS, "back_pain", {"climb_m_per_km": "climb, m a km"}, **title
    ),
    "trajectory": lambda **title: plot.trajectory(
        course(), {"hills": "Hills", "weak_core": "Weak core"}, **title
    ),
    "waterfall": lambda **title: plot.waterfall(explain(ASKER, "muscle_strain"), **title),
    "question_bits": lambda **title: plot.question_bits(next_question(ASKER), **title),
}


@pytest.fixture(scope="module")
def in_notebook():
    """Charts as a notebook shows them."""
    plot.enable_svg()


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_small_picture_that_says_what_it_shows_the_same_each_time(name, in_notebook):
    chart = CHARTS[name]()
    first, second = (CHARTS[name]()._repr_mimebundle_()["image/svg+xml"] for _ in range(2))
    assert re.sub(r"gradient_\d+", "", first) == re.sub(r"gradient_\d+", "", second), (
        "only the count of gradients goes on"
    )
    picture = ET.fromstring(first)
    assert (
        picture.attrib["role"] == "img"
        and picture.attrib["aria-label"] == chart.to_dict()["description"]
    )
    assert "title" not in chart.to_dict(), "it was not asked for"
    assert len(picture.attrib["aria-label"]) > 40 and len(first) < 50_000
    assert "http" not in first.replace("http://www.w3.org", ""), "it needs no network"
    sizes = {float(size) for size in re.findall(r'font-size="(\d+)', first)}
    assert min(sizes, default=11) >= 11


def test_numbers_that_are_read_are_whole_and_only_those_that_are_drawn_are_short(in_notebook):
    picture = plot.question_bits(next_question(ASKER))._repr_mimebundle_()["image/svg+xml"]
    assert {"0.05", "0.15"} <= {element.text for element in ET.fromstring(picture).iter()}
    assert not re.search(r'(?:translate|d="M)[^"]*\.\d\d', picture)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_the_title_that_is_asked_for(name):
    assert CHARTS[name](title="Where").to_dict()["title"] == "Where"


def test_a_title_is_larger_than_names_and_names_are_larger_than_figures():
    config = vega.CONFIG
    sizes = config["title"]["fontSize"], config["axis"]["labelFontSize"], config["text"]["fontSize"]
    assert sizes[0] > sizes[1] > sizes[2]


def marks(part):
    """Every part of a specification that draws a mark."""
    if isinstance(part, dict):
        if isinstance(part.get("mark"), dict):
            yield part
        part = [value for key, value in part.items() if key not in ("datasets", "values", "config")]
    for value in part if isinstance(part, list) else ():
        yield from marks(value)


@pytest.mark.parametrize("name", CHARTS)
def test_dots_are_filled_and_bars_leave_a_gap_between_rows(name):
    """A hollow dot has a meaning, which its chart gives by a colour to fill it with."""
    chart = CHARTS[name]()
    spec = chart.to_dict()
    for part in marks(spec):
        mark = part["mark"]
        is_filled = mark.get("filled") or "fill" in mark or "fill" in part.get("encoding", ())
        assert is_filled or mark["type"] != "point"
        if mark["type"] == "bar":
            assert mark["size"] < vega.ROW <= spec["height"] / drawn(chart, "name").name.nunique()


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.parametrize("colour", plot.COLOURS)
def test_every_colour_stands_out_on_light_and_on_dark(colour):
    white, dark = luminance("#ffffff"), luminance("#0e1117")
    assert (white + 0.05) / (luminance(colour) + 0.05) >= 3
    assert (luminance(colour) + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("name", CHARTS)
def test_ink_and_paper_are_left_to_the_page(name):
    """What names no colour of ink is drawn in the page's own, light or dark."""
    config = CHARTS[name]().to_dict()["config"]
    assert "background" not in config
    assert not [
        key for part in config.values() for key in part if key in ("labelColor", "titleColor")
    ]


def test_bars_are_as_long_as_the_table_says_in_its_order():
    data = drawn(plot.contributions(TABLE), "contribution")
    assert data.name.tolist() == TABLE.index.tolist()
    assert data[["contribution", "low", "high"]].to_numpy() == pytest.approx(
        TABLE[["contribution", "low", "high"]].to_numpy()
    )


def test_a_waterfall_goes_from_the_prior_to_the_total_without_a_gap():
    table = explain(ASKER, "muscle_strain")
    data = drawn(plot.waterfall(table), "from", "to")
    assert data["from"].tolist()[1:-1] == data["to"].tolist()[:-2], (
        "each step starts where the last one ended"
    )
    assert (
        data["to"].iloc[-2]
        == pytest.approx(data["to"].iloc[-1])
        == pytest.approx(table.shapley_db["total"])
    )
    ruled_out = drawn(
        plot.waterfall(explain(ASKER.given(muscle_strain="no"), "muscle_strain")), "from", "to"
    )
    assert ruled_out.shown.tolist()[-2:] == ["rules it out", "ruled out"]
    assert np.isfinite(ruled_out[["from", "to"]].to_numpy()).all()


def test_a_chart_without_rows_is_as_high_as_one_with_a_row():
    assert [vega.rows_height(n_rows) for n_rows in (0, 1, 2)] == [24, 24, 48]


def test_a_waterfall_says_certain_where_the_steps_are_infinite():
    table = pd.DataFrame(
        {"shapley_db": [-3, np.inf, np.inf], "says": ["", "settles it", ""]},
        index=["prior", "finding", "total"],
    )
    assert plot.waterfall(table).description.endswith("finding settles it, total certain.")


def test_the_ring_of_a_curve_lies_on_it_and_where_the_table_says():
    data = drawn(plot.sensitivity_functions(TURNED, n_rows=2), "part")
    for number, row in TURNED.head(2).iterrows():
        side = "below" if row.flips_at < row.value else "above"
        assert {*data.flip[data.parameter == number]} == {f"{side} {row.flips_at:.0%}: {row.to}"}
        flip = data[(data.parameter == number) & (data.part == "flip")].iloc[0]
        assert flip.x == pytest.approx(row.flips_at, abs=1e-4)
        assert flip.y == pytest.approx(
            (row.alpha * flip.x + row.beta) / (row.gamma * flip.x + row.delta), abs=1e-3
        )


def test_the_network_draws_every_node_and_arrow_and_marks_what_was_reported():
    variables = BASE.variables
    chart = plot.network(ASKER.given(plank_seconds=22))
    nodes, links = drawn(chart, "figure"), drawn(chart, "link")
    assert {*nodes.name} == {v.name for v in variables.values()} - {
        v.name for v in variables.measurements
    }
    pain = variables.outcome.name  # what describes the pain follows it
    assert {*links.link} == {
        f"{parent} → {v.name}"
        for v in variables.values()
        for parent in ([pain] if v.follows_cause else v.parents)
    }
    entered = {*example().findings, "weak_core", "high_mileage"} - {"km_per_week"}
    assert {*nodes.name[nodes.evidence == "entered"]} == entered
    places = nodes.set_index("name")
    assert all(places.x[p] < places.x[v.name] for v in variables.values() for p in v.parents), (
        "arrows go to the right"
    )
    assert not nodes.duplicated(["x", "y"]).any()


def test_a_column_of_the_network_is_in_the_files_order_and_beside_what_it_leads_to():
    chart = plot.network(BASE)
    nodes = drawn(chart, "figure").set_index("name")
    links = [link.split(" → ") for link in drawn(chart, "link").link.unique()]
    for _, column in nodes.groupby("x"):
        heights = column.y[[name for name in BASE.variables if name in column.index]]
        assert heights.is_monotonic_decreasing and heights.diff().round().nunique() <= 1
        effects = [nodes.y[effect] for cause, effect in links if cause in column.index]
        assert not effects or min(effects) - 0.1 < heights.mean() < max(effects) + 0.1


def test_the_network_is_drawn_as_large_as_its_places_are_counted():
    """So that nothing overlaps in the picture that does not overlap in its figures."""
    chart = plot.network(BASE)
    nodes = drawn(chart, "figure").set_index("label")
    label = r'label: ([^"]*)"[^>]*translate\(([-.\d]+),([-.\d]+)\)'
    found = re.findall(label, vl_convert.vegalite_to_svg(chart.to_dict()))
    assert {name for name, *_ in found} == {*nodes.index}
    places = np.array(
        [(float(x) - nodes.x[name], float(y) + nodes.y[name]) for name, x, y in found]
    )
    assert np.ptp(places, axis=0) == pytest.approx([0, 0], abs=1)


@pytest.mark.parametrize("case", [BASE, ASKER], ids=["base", "asker"])
def test_no_two_nodes_of_the_network_overlap(case):
    """A node takes its bar and a figure in width, a line of text above its bar in height."""
    nodes = drawn(plot.network(case), "figure")
    taken_below, taken_right = 14 + vega.LETTER, 36
    for a, b in combinations(nodes.itertuples(), 2):
        beside = a.end + taken_right < b.x or b.end + taken_right < a.x
        assert beside or abs(a.y - b.y) > taken_below, (a.name, b.name)
    assert ((nodes.x <= nodes.filled) & (nodes.filled <= nodes.end)).all()


def test_a_bar_of_the_network_is_as_long_as_its_posterior():
    case = ASKER.likelihood(hills=3).do(flat_feet="no")
    nodes = drawn(plot.network(case), "figure").set_index("name")
    assert {"hills", "flat_feet"} <= {*nodes.index[nodes.evidence == "entered"]}
    for name, node in nodes.iterrows():
        p = case.posterior(name)
        state = "yes" if len(p) == 2 else p.sort_values().index[-1]
        assert node.filled - node.x == pytest.approx((node.end - node.x) * p[state], abs=0.1)
        assert node.figure.startswith(f"{p[state]:.0%}")
        assert len(p) == 2 or node.figure.endswith(state.replace("_", " "))
        assert f"{node.label} {node.figure}" in plot.network(case).description


def test_a_line_of_the_network_leads_from_its_cause_to_its_effect_and_is_as_thick_as_it_is_strong():
    chart = plot.network(BASE)
    nodes, links = drawn(chart, "figure").set_index("name"), drawn(chart, "link")
    for name, line in links.groupby("link", sort=False):
        cause, effect = name.split(" → ")
        first, last = line.iloc[0], line.iloc[-1]
        assert nodes.end[cause] < first.x < last.x < nodes.x[effect]
        assert (first.y, last.y) == (nodes.y[cause], nodes.y[effect])
        assert (line.y + line.y[::-1].to_numpy()).to_numpy() == pytest.approx(
            first.y + last.y, abs=0.2
        )
        assert line.x.is_monotonic_increasing
        words = loaded(base_rate=None).priors
        strength = words[cause, effect].mean if (cause, effect) in words else 0
        assert line.strength.to_numpy() == pytest.approx(strength, abs=0.005), name


FIRM = {
    key: replace(prior, counts=(2.0 * prior.counts[0], 5.0 + prior.counts[1]), basis="fitted")
    for key, prior in BASE.priors.items()
    if len(prior.counts) == 2
}
CHANGED = {
    "fitted": replace(
        BASE, compiled=BASE.compiled.with_network(Network(BASE.priors.with_priors(FIRM)))
    ),
    "drawn": sample_parameters(BASE, seed=1),
    "half": BASE.blend(loaded("literature"), 0.5),
    "other": BASE.blend(loaded("literature"), 1),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_line_of_the_network_is_as_thick_as_the_link_of_this_case_is_strong(name):
    """What T divided, 1 − (1 − λ)^(1/T), is 1 − (1 − λ)^T again, on average over the prior."""
    case = CHANGED[name]
    priors, divisor = case.priors, case.priors.level.divisor
    lines = drawn(plot.network(case), "link").groupby("link").strength.first()
    before = drawn(plot.network(BASE), "link").groupby("link").strength.first()
    for cause, effect in (key for key in priors if isinstance(key, tuple)):
        if (link := f"{cause} → {effect}") not in lines or case.variables[effect].follows_cause:
            continue
        no, yes = priors[cause, effect].counts
        x, power = (np.arange(40000) + 0.5) / 40000, 1
        if fires_in_a_run((cause, effect), case.variables):
            power = divisor
        strength = 1 - ((1 - beta.ppf(x, yes, no)) ** power).mean()
        assert lines[link] == pytest.approx(strength, abs=0.006), link
    assert (lines - before).abs().max() > 0.1


def test_what_t_does_not_divide_is_drawn_as_it_is():
    """Links of the literature are computed for a rate of pain and not divided."""
    case = sample_parameters(loaded("literature"), seed=1)
    lines = drawn(plot.network(case), "link").groupby("link").strength.first()
    strength = case.priors["weak_core", "muscle_strain"].mean
    assert lines["weak_core → muscle_strain"] == pytest.approx(strength, abs=0.005)


def test_the_ridge_shows_every_claim_between_ignorance_and_the_pool():
    link = BASE.priors["weak_core", "muscle_strain"]
    chart = plot.ridgeline(BASE, "weak_core", "muscle_strain")
    means = next(data for data in rows(chart).values() if "top" not in data and data.x.max() < 1)
    assert means.name.tolist()[0] == "before anyone speaks" and means.name.tolist()[-1] == "pooled"
    assert [name.split()[0] for name in means.name[1:-1]] == [claim.id for claim in link.claims]
    assert means.x.iloc[-1] == pytest.approx(link.mean)


def test_a_hill_of_the_ridge_is_the_density_of_its_beta_distribution():
    link = BASE.priors["weak_core", "muscle_strain"]
    start = BASE.priors.link("weak_core", "muscle_strain", ())
    words = [BASE.priors.words[claim.reading] for claim in link.claims]
    counts = [start.counts[::-1], *((w.alpha, w.beta) for w in words), link.counts[::-1]]
    data = drawn(plot.ridgeline(BASE, "weak_core", "muscle_strain"), "top")
    hills = [hill for _, hill in data.groupby("name", sort=False)]
    for hill, (a, b) in zip(hills, counts, strict=True):
        density = np.minimum(beta.pdf((np.arange(100) + 1) / 101, a, b), 6) * 96 / 6
        assert (hill.top - hill.floor).to_numpy() == pytest.approx(density, abs=0.002)
    floors = [hill.floor.iloc[0] for hill in hills]
    assert np.diff(floors).tolist() == [-40] * (len(hills) - 1)


def test_dots_and_names_of_a_ridge_stand_on_its_hills_nothing_is_cut_and_the_pool_stands_out():
    chart = plot.ridgeline(BASE, "weak_core", "muscle_strain")
    hills = drawn(chart, "top").groupby("name", sort=False)
    floors = hills.floor.first()
    for other in (data for data in rows(chart).values() if "top" not in data):
        assert other.set_index("name").floor.to_dict() == floors.to_dict()
    spec = chart.to_dict()
    low, high = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert floors.min() + floors.diff().min() < low < floors.min(), "no row is left empty below"
    assert drawn(chart, "top").top.max() <= high and spec["height"] == high - low
    assert hills.what.unique().map(list).tolist() == [["one"]] * (len(hills) - 1) + [["pooled"]]


def test_the_cells_of_the_plane_tile_it_and_the_box_holds_both_intervals():
    data = list(rows(two_way_chart()).values())
    cells = next(d for d in data if "p" in d)
    step = cells.x[cells.x > 0].min()
    inside = cells[(cells.x > 0) & (cells.x < 1)]
    assert (inside.right - inside.left).to_numpy() == pytest.approx(step, abs=2e-3)
    assert ((cells.left <= cells.x) & (cells.x <= cells.right)).all()
    assert ((cells.under <= cells.y) & (cells.y <= cells.over)).all()
    (value,) = next(d for d in data if len(d) == 1 and "left" in d).itertuples()
    table = two_way(ASKER, "weak_core", "weak_core", "weak_core → muscle_strain", steps=2)
    across, down = TURNED.loc[table.columns.name], TURNED.loc[table.index.name]
    assert (value.x, value.left, value.right) == tuple(across[["value", "low", "high"]])
    assert (value.y, value.under, value.over) == tuple(down[["value", "low", "high"]])


def test_where_a_rival_is_level_both_tables_are_equal():
    chart = two_way_chart()
    level = drawn(chart, "x2", "y2")
    pair = ("weak_core", "weak_core → muscle_strain")
    core, hills = (two_way(ASKER, cause, *pair, steps=201) for cause in ("weak_core", "hills"))
    near = [
        core.iloc[round(y * 200), round(x * 200)] - hills.iloc[round(y * 200), round(x * 200)]
        for x, y in [*level[["x", "y"]].to_numpy(), *level[["x2", "y2"]].to_numpy()]
    ]
    tables = core - hills
    step = max(abs(tables.diff()).max().max(), abs(tables.diff(axis=1)).max().max())
    assert np.abs(near).max() < 10 * step and len(level) > 10, "a cell of the chart is 10 steps"


def test_where_no_rival_is_level_the_description_has_no_line():
    chart = plot.two_way(PLANE, PLANE - 1, TURNED)
    assert not [data for data in rows(chart).values() if "x2" in data and len(data)]
    words = "P(at work in this pain), from 0% to 100%, with no line where a rival is level."
    assert chart.description == words


def test_a_plane_of_two_steps_a_side_is_drawn():
    assert len(drawn(plot.two_way(PLANE.iloc[:2, :2], PLANE, TURNED), "p")) == 4


def test_a_rival_with_finer_rows_has_the_same_line():
    pair = ("weak_core", "weak_core → muscle_strain")
    core, hills, finer = (
        two_way(ASKER, cause, *pair, steps=steps)
        for cause, steps in [("weak_core", 5), ("hills", 5), ("hills", 9)]
    )
    charts = [plot.two_way(core, rival, TURNED) for rival in (hills, finer)]
    level, same = (drawn(chart, "x2", "y2") for chart in charts)
    assert len(level) > 1 and level.equals(same)


def test_a_reliability_diagram_draws_each_tables_columns_and_a_diagonal():
    chart = plot.reliability({"the thread": PREDICTED, "again": PREDICTED})
    data = drawn(chart, "set")
    assert data.set.tolist() == ["the thread"] * 2 + ["again"] * 2
    columns = ["predicted", "happened", "low", "high"]
    assert data[columns].to_numpy().tolist() == [*PREDICTED[columns].to_numpy().tolist()] * 2
    (ends,) = [table for table in rows(chart).values() if {*table} == {"predicted", "happened"}]
    assert ends.to_numpy().tolist() == [[0, 0], [1, 1]]
    assert "the thread 10%, again 10%" in chart.description, "the farthest of 0.1 and -0.1"
    small = rows(plot.reliability({"the thread": PREDICTED[columns] / 10})).values()
    (ends,) = [table for table in small if {*table} == {"predicted", "happened"}]
    highest = PREDICTED[columns].max().max() / 10
    assert ends.to_numpy().ravel() == pytest.approx([0, 0, highest, highest])


@pytest.mark.parametrize("name", CHARTS)
def test_every_column_that_a_chart_encodes_is_in_its_data(name):
    """A renamed column would leave an axis empty without an error."""
    spec = CHARTS[name]().to_dict()
    columns = set().union(*(data.columns for data in rows(CHARTS[name]()).values()))
    assert {*fields(spec)} <= columns


def fields(part):
    """The names of all fields in a specification."""
    if isinstance(part, dict):
        if "field" in part and isinstance(part["field"], str):
            yield part["field"]
        part = [value for key, value in part.items() if key not in ("datasets", "values", "config")]
    if isinstance(part, list):
        for value in part:
            yield from fields(value)


def test_the_rows_of_a_comparison_follow_the_first_table_and_judgements_are_hollow():
    first = pd.DataFrame({"mean": [0.1, 0.2], "low": 0.0, "high": [0.2, 0.4]}, index=["b", "a"])
    second = first.loc[["a", "b"]].assign(basis=["judgement", "published"])
    chart = plot.comparison({"x": first, "y": second}, "mean")
    data = drawn(chart, "set")
    assert list(zip(data.set, data.name, data["mean"])) == [
        ("x", "b", 0.1), ("x", "a", 0.2), ("y", "b", 0.1), ("y", "a", 0.2)]  # fmt: skip
    hollow = [v for part in chart.to_dict()["layer"] if "fill" in (v := part["encoding"])]
    assert [e["fill"]["condition"]["test"] for e in hollow] == ["datum.basis == 'judgement'"]
    assert hollow[0]["fill"]["condition"]["value"] == "white"
    assert chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 1]
    small = plot.comparison({"x": first / 10}, "mean").to_dict()["layer"][0]["encoding"]["x"]
    assert small["scale"]["domain"] == [0, 0.04], "small figures fill the chart"
    formats = [x["axis"]["format"] for x in (chart.to_dict()["layer"][0]["encoding"]["x"], small)]
    assert formats == [".0%", ".1%"], "whole per cent are enough up to 100%"
    assert chart.to_dict()["height"] > 2 * vega.rows_height(1), "dots of a row lie apart"
    below = plot.comparison({"x": first.assign(low=-0.1)}, "mean").to_dict()
    assert "scale" not in below["layer"][0]["encoding"]["x"], "a change may be below zero"


GAPS = pd.Series({"a": 0.4, "b": np.nan, "c": 0.1})
SPANS = pd.DataFrame(dict.fromkeys(["contribution", "low", "high"], GAPS))
WITH_GAPS = {
    "bar_chart": (lambda: plot.bar_chart(GAPS, axis="share"), "share: a 40%, b unknown, c 10%."),
    "diverging_bars": (
        lambda: plot.diverging_bars(GAPS, axis="weight"),
        "weight: a +0.4, b unknown, c +0.1.",
    ),
    "diverging_bars of Float64": (
        lambda: plot.diverging_bars(GAPS.astype("Float64"), axis="weight"),
        "weight: a +0.4, b unknown, c +0.1.",
    ),
    "waterfall of Float64": (
        lambda: plot.waterfall(pd.DataFrame({"shapley_db": GAPS.astype("Float64"), "says": ""})),
        "Steps in decibans: a +0.4, b unknown, c +0.1.",
    ),
    "contributions": (
        lambda: plot.contributions(SPANS),
        "P(at work in this pain): a 40%, b unknown, c 10%.",
    ),
    "comparison": (
        lambda: plot.comparison({"all": SPANS}),
        "P(at work in this pain). all: a 40%, b unknown, c 10%.",
    ),
    "dot_plot": (
        lambda: plot.dot_plot(pd.DataFrame({"all": GAPS, "one": GAPS}), axis="p"),
        "p. all: a 40%, b unknown, c 10%; one: a 40%, b unknown, c 10%.",
    ),
    "reliability": (
        lambda: plot.reliability({"x": PREDICTED * np.nan}),
        "Farthest from coming true just as predicted: x unknown.",
    ),
    "question_bits": (
        lambda: plot.question_bits(pd.DataFrame({"seconds": 5, "bits": GAPS})),
        "Bits a question: a 0.40, b unknown, c 0.10.",
    ),
    "waterfall": (
        lambda: plot.waterfall(pd.DataFrame({"shapley_db": GAPS, "says": ""})),
        "Steps in decibans: a +0.4, b unknown, c +0.1.",
    ),
}


@pytest.mark.parametrize("name", WITH_GAPS)
def test_what_is_missing_is_called_unknown_and_leaves_a_gap(name):
    chart, sentence = WITH_GAPS[name][0](), WITH_GAPS[name][1]
    assert chart.description == sentence
    text = json.dumps(chart.to_dict())
    assert "NaN" not in text, "no JSON has it"
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    assert "nan" not in svg.lower()
    marks = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', svg)
    of_b = [mark for mark in marks if "name: b" in mark]
    assert not [mark for mark in of_b if "unknown" not in mark and ": null;" not in mark]


def test_a_line_with_missing_figures_has_a_gap_and_its_name_where_it_ends():
    gap, early, late = [0.2, np.nan, 0.1], [0.3, 0.25, np.nan], [np.nan, 0.0, 0.101]
    table = pd.DataFrame({"gap": gap, "early": early, "late": late}, index=[0.0, 0.5, 1.0])
    chart = plot.line_chart(table.assign(never=np.nan), "trust")
    assert chart.description == (
        "P(at work in this pain): from gap 20%, early 30%, late unknown, never unknown "
        "to gap 10%, early unknown, late 10%, never unknown."
    )
    points, ends = rows(chart).values()
    assert points.p.isna().tolist() == [False, True, False, False, False, True, True] + [
        *[False, False, True, True, True]
    ]
    ends = ends.set_index("name")
    assert ends.x.to_dict() == {"early": 0.5, "gap": 1, "late": 1, "never": 1}
    assert ends.p["early"] == 0.25 and ends.p["gap"] == 0.1 and np.isnan(ends.p["never"])
    assert ends.p["late"] == pytest.approx(0.1 + 0.3 * vega.LETTER / 220), "above the other's name"
    assert chart.to_dict()["layer"][0]["mark"]["strokeCap"] == "round", "a dot between two gaps"
    assert "Hills unknown." in plot.line_chart(pd.DataFrame({"Hills": [np.nan]}), "x").description


def test_a_trajectory_without_a_figure_says_so():
    missing = course().astype(float)
    missing.loc[missing.index[0], ("contribution", "hills")] = np.nan
    said = vega.trajectory(missing, "hills", "Hills")["description"]
    assert said.startswith("Hills: unknown after the first of 6 runs, ")


def test_bars_of_one_name_keep_two_rows_and_a_side_each():
    values = pd.Series([1.5, -0.5], index=["a word", "a word"])
    data = drawn(plot.diverging_bars(values), "direction")
    assert data.name.nunique() == 2 and data.value.tolist() == [1.5, -0.5]
    assert data.direction.tolist() == ["for", "against"]


def test_names_of_lines_that_end_close_together_are_written_apart_in_their_order():
    table = pd.DataFrame([[0.3, 0.1, 0.102]] * 2, columns=["c", "a", "b"], index=[0.0, 1.0])
    ends = next(d for d in rows(plot.line_chart(table, "trust")).values() if len(d) == 3)
    heights = ends.set_index("name").p
    distance = 0.3 * vega.LETTER / 220
    assert heights["a"] == 0.1 and heights["b"] == pytest.approx(0.1 + distance)
    assert heights["c"] == 0.3 and (ends.x == 1).all()


def test_the_function_of_a_parameter_is_drawn_and_a_claim_has_none():
    top = TURNED.head(12)
    data = drawn(plot.sensitivity_functions(TURNED, n_rows=12), "part")
    whole = data.query("part == 'all'").groupby("parameter").x
    farthest = TURNED[["high", "flips_at"]].max(axis=1)[whole.max().index]
    assert (whole.min() == 0).all()
    assert whole.max().tolist() == pytest.approx((3 * farthest).clip(upper=1).tolist(), abs=1e-4)
    assert len(set(data.parameter)) == 12 and {*top.index[top.kind != "claim"]} <= {*data.parameter}
    assert {*data.parameter} <= {*TURNED.index[TURNED.kind != "claim"]}


def test_sensitivity_functions_say_where_another_cause_would_come_first():
    flips = TURNED.head(4)[TURNED.head(4).to != ""]
    said = "; ".join(f"{name}: {row.to} at {row.flips_at:.0%}" for name, row in flips.iterrows())
    assert plot.sensitivity_functions(TURNED).description.endswith(f"first. {said}.") and said
    none = TURNED[TURNED.to == ""].head(1)
    assert plot.sensitivity_functions(none).description.endswith("first. nowhere.")


def test_a_column_called_all_is_a_tick_and_every_other_a_coloured_dot():
    table = pd.DataFrame({"all": [0.3], "a": [0.4], "b": [0.1]}, index=["Hills"])
    ticks, dots = plot.dot_plot(table).to_dict()["layer"]
    assert ticks["mark"]["type"] == "tick" and ticks["transform"] == [
        {"filter": "datum.set == 'all'"}
    ]
    assert dots["mark"]["type"] == "point" and dots["transform"] == [
        {"filter": "datum.set != 'all'"}
    ]
    scale = dots["encoding"]["color"]["scale"]
    assert scale == {"domain": ["a", "b"], "range": list(plot.COLOURS[:2])}
    assert dots["encoding"]["yOffset"]["sort"] == ["a", "b"]


def test_steps_of_a_waterfall_are_coloured_by_sign_and_named_at_their_right_end():
    table = explain(ASKER, "muscle_strain")
    data = drawn(plot.waterfall(table), "from", "to")
    signs = ["for" if step > 0 else "against" for step in table.shapley_db[1:-1]]
    assert data.direction.tolist() == ["start and end", *signs, "start and end"]
    assert {*signs} == {"for", "against"}
    assert data.right.tolist() == np.maximum(data["from"], data["to"]).tolist()


def test_a_trajectory_has_its_interval_as_band_and_its_value_as_line():
    spec = vega.trajectory(course(), "hills", "Hills", "rides")
    band, line = spec["layer"]
    assert band["mark"]["type"] == "area" and line["mark"]["type"] == "line"
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert line["encoding"]["y"]["field"] == "contribution"
    known = course().copy()
    known["contribution", "hills"] = [0.04, 0.2, 0.4, 0.6, 0.8, 0.96]
    said = vega.trajectory(known, "hills", "Hills", "rides")["description"]
    assert said == "Hills: 4 in 100 after the first of 6 rides, 96 in 100 after all."


def test_a_trajectory_counts_in_tens_and_takes_colours_where_that_is_asked_for():
    spec = vega.trajectory(
        course(), "hills", "Hills", per=10, in_words="{:.1f}".format, colours="ab"
    )
    assert spec["title"]["text"] == "Hills (at work, in 10)"
    assert re.fullmatch(r"Hills: 0\.\d after the first of 6 runs, .*", spec["description"])
    assert [layer["mark"]["color"] for layer in spec["layer"]] == ["b", "a"]
    axes = [layer["encoding"]["y"]["axis"] for layer in spec["layer"]]
    assert {axis["labelExpr"] for axis in axes} == {"round(10 * datum.value)"}


@pytest.mark.parametrize(("days", "ticks"), [(0, 1), (1, 1), (3, 3), (40, 5)])
def test_no_day_is_named_twice_on_the_axis_of_runs(days, ticks):
    start = pd.Timestamp("2026-03-01")
    dates = [start, start + pd.Timedelta(days=days)]
    frame = pd.DataFrame({"date": dates, "km": [5.0, None], "back_pain": ["no", None]})
    spec = vega.runs(frame, "back_pain", {"km": "distance"})
    assert spec["vconcat"][0]["encoding"]["x"]["axis"]["tickCount"] == ticks
    assert [value["km"] for value in spec["data"]["values"]] == [5, None], "missing is not zero"
    assert spec["description"].startswith(f"2 runs from 2026-03-01 to {dates[1]:%Y-%m-%d}. ")
    scale = spec["vconcat"][0]["encoding"]["color"]["scale"]
    assert scale == {"domain": ["No pain", "Not said"], "range": [vega.BLUE, vega.GREY]}
    spec = vega.runs(frame, "back_pain", {"km": "distance"}, colours=["ink", "teal", "quiet"])
    assert spec["vconcat"][0]["encoding"]["color"]["scale"]["range"] == ["teal", "quiet"]


def test_the_best_questions_of_all_and_the_best_of_each_duration_are_named():
    bits = [0.11, 0.3, 0.29, 0.2, 0.19, 0.18, 0.01]
    seconds = [5, 5, 5, 5, 5, 5, 30]
    table = pd.DataFrame({"seconds": seconds, "bits": bits}, index=[*"abcdefg"])
    data = drawn(plot.question_bits(table), "named")
    assert data.name[data.named].tolist() == [*"bcdefg"], "a alone is a dot without a name"


def test_dots_of_questions_fill_the_width_and_no_line_crosses_them():
    svg = vl_convert.vegalite_to_svg(plot.question_bits(next_question(ASKER)).to_dict())
    dots = re.findall(r'"point" transform="translate\(([.\d]+),', svg)
    assert min(map(float, dots)) < vega.WIDTH / 10 and max(map(float, dots)) > vega.WIDTH * 9 / 10
    assert "role-axis-label" in svg and "role-axis-grid" not in svg


def test_names_of_questions_that_are_close_do_not_cover_one_another():
    """Of one duration: letters are 12 pixels high, the chart is 220 pixels."""
    table = pd.DataFrame({"seconds": 5, "bits": [0.2, 0.199, 0.198]}, index=[*"abc"])
    data = drawn(plot.question_bits(table), "named").sort_values("label_at")
    assert data.name.tolist() == ["c", "b", "a"]
    assert (data.label_at.diff().dropna() >= 0.2 * 12 / 220 - 1e-4).all()
    assert data.bits.tolist() == [0.198, 0.199, 0.2], "the dots stay where they are"


def test_a_long_quote_is_broken_into_lines_and_not_cut():
    quote = " ".join(["“Contributing running factors include weak abdominal and back muscles”"] * 2)
    word = "semi-professional-" * 4
    chart = plot.diverging_bars(pd.Series({quote: 1.2, word: -0.4}))
    data = drawn(chart, "direction")
    shown = data.name.str.split(" ", n=1).str[1]
    assert [name.replace("\n", " ") for name in shown] == [quote, word], "no word is broken"
    lines = shown[0].split("\n")
    assert len(lines) == 3 and max(map(len, lines)) <= 56
    spec = chart.to_dict()
    assert spec["height"] >= len(data) * len(lines) * vega.LETTER, "no two quotes overlap"
    axis = spec["layer"][0]["encoding"]["y"]["axis"]
    assert axis["labelLimit"] == 0 and "split(" in axis["labelExpr"]


def test_runs_are_coloured_by_whether_they_hurt_and_none_is_lost():
    data = drawn(plot.runs(RUNS, "back_pain", {"climb_m_per_km": "climb"}), "hurt")
    assert data.hurt.tolist() == ["It hurt", "No pain", "It hurt", "Not said", "It hurt", "No pain"]
    assert data.climb_m_per_km.tolist() == RUNS.climb_m_per_km.tolist()
    assert data.date.tolist() == [f"{day:%Y-%m-%d}" for day in DAYS]
    entered = vega.runs(
        RUNS.assign(km=np.nan), "back_pain", {"km": "distance", "climb_m_per_km": "climb"}
    )
    assert [panel["title"]["text"] for panel in entered["vconcat"]] == ["climb"], (
        "what is never told has no panel"
    )
    assert entered["description"].endswith("It hurt: 3, No pain: 2, Not said: 1.")


def test_a_diary_sharpens_cause_by_cause_as_its_course_says():
    data = drawn(plot.trajectory(course(), {"hills": "Hills"}), "run")
    assert data.run.tolist() == [1, 2, 3, 4, 5, 6]
    assert data.contribution.to_numpy() == pytest.approx(
        course()["contribution", "hills"].to_numpy(), abs=1e-4
    )
    assert (data.low <= data.contribution).all() and (data.contribution <= data.high).all()


def test_the_package_starts_without_the_charts():
    drawn = "'altair' in sys.modules"
    lines = f"import sys, lumbayes; print({drawn}, lumbayes.plot.contributions.__name__, {drawn})"
    said = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "contributions", "True"]


FIGURES = pd.Series([0.5], index=["Hills"])
WORDS = pd.DataFrame({"Hills": ["many"]})
FIGURES_OF_TWO = pd.DataFrame(
    dict.fromkeys(["contribution", "low", "high"], 0.5), ["hills", "flat"]
)
PLANES = {
    steps: two_way(ASKER, "weak_core", "weak_core", "weak_core → muscle_strain", steps=steps)
    for steps in (3, 8, 21)
}
PLANE = PLANES[3]
NUMBERS = "it must hold numbers, as pandas.to_numeric makes of texts."
STEPS = "it must have those of table, as two_way with the same steps gives;"
DATES = "it must hold a date in every row: datetimes, or texts of one form such as '2026-03-01'."
NO_CASE = "it must be a Case, as load() gives."
REFUSED = {
    "a table without rows": (
        lambda: plot.question_bits(pd.DataFrame(columns=["seconds", "bits"])),
        "question_bits: table is a DataFrame with the columns seconds, bits; "
        "it must be a table with one row or more.",
    ),
    "a table of words": (
        lambda: plot.dot_plot(WORDS),
        "dot_plot: table is a DataFrame with the columns Hills; it must be a table of numbers.",
    ),
    "a series of words": (
        lambda: plot.bar_chart(WORDS["Hills"], axis="share"),
        "bar_chart: probabilities is a Series; it must be a pandas Series of numbers, one or more.",
    ),
    "a series of nothing": (
        lambda: plot.diverging_bars(FIGURES.head(0)),
        "diverging_bars: values is Series([], dtype: float64); "
        "it must be a pandas Series of numbers, one or more.",
    ),
    "a column that is not there": (
        lambda: plot.runs(RUNS, "back_pain", {"km": "distance"}),
        "runs: readings is {'km': 'distance'}; it must be of date, climb_m_per_km, back_pain.",
    ),
    "priors alone": (
        lambda: plot.ridgeline(SimpleNamespace(priors=1), "weak_core", "muscle_strain"),
        f"ridgeline: case is namespace(priors=1); {NO_CASE}",
    ),
    "a truth as a number of rows": (
        lambda: plot.sensitivity_functions(TURNED, n_rows=True),
        "sensitivity_functions: n_rows is True; it must be a whole number, 1 or more.",
    ),
    "no rows": (
        lambda: plot.sensitivity_functions(TURNED, n_rows=0),
        "sensitivity_functions: n_rows is 0; it must be a whole number, 1 or more.",
    ),
    "60 characters": (
        lambda: plot.network("x" * 58),
        f"network: case is '{'x' * 58}'; {NO_CASE}",
    ),
    "61 characters": (lambda: plot.network("x" * 59), f"network: case is a str; {NO_CASE}"),
    "a second table without a row": (
        lambda: plot.comparison({"all": FIGURES_OF_TWO, "one": FIGURES_OF_TWO.head(1)}),
        "comparison: tables['one'] is a DataFrame with the columns contribution, low, high; "
        "it must be a table with the rows of the first; it lacks flat.",
    ),
    "a link of three states": (
        lambda: plot.ridgeline(loaded(), "muscle_strain", "severity"),
        "ridgeline: the link muscle_strain → severity has the states mild, moderate, severe; "
        "it must be one of two states, whose strength is a Beta.",
    ),
    "claims alone": (
        lambda: plot.sensitivity_functions(TURNED.query("kind == 'claim'")),
        "sensitivity_functions: table has claims only; it must have a parameter.",
    ),
    "kilometres as texts": (
        lambda: plot.runs(RUNS.assign(km="far"), "back_pain", {"km": "distance"}),
        f"runs: frame['km'] holds 'far'; {NUMBERS}",
    ),
    "one text among kilometres": (
        lambda: plot.runs(RUNS.assign(km=[1, 2, None, 4, "5", 6]), "back_pain", {"km": "km"}),
        f"runs: frame['km'] holds '5'; {NUMBERS}",
    ),
    "yes and no as kilometres": (
        lambda: plot.runs(RUNS.assign(km=True), "back_pain", {"km": "distance"}),
        f"runs: frame['km'] holds True; {NUMBERS}",
    ),
    "numbers as dates": (
        lambda: plot.runs(RUNS.assign(date=20260301), "back_pain", {"climb_m_per_km": "climb"}),
        f"runs: frame['date'] holds 20260301; {DATES}",
    ),
    "a number among dates": (
        lambda: plot.runs(
            RUNS.assign(date=[*DAYS.astype(str)[:5], 5.5]), "back_pain", {"climb_m_per_km": "climb"}
        ),
        f"runs: frame['date'] holds 5.5; {DATES}",
    ),
    "a run without a date": (
        lambda: plot.runs(
            RUNS.assign(date=[*DAYS[:5], None]), "back_pain", {"climb_m_per_km": "climb"}
        ),
        f"runs: frame['date'] holds NaT; {DATES}",
    ),
    "a text that is no date": (
        lambda: plot.runs(
            RUNS.assign(date=[*DAYS.astype(str)[:5], "Monday last"]),
            "back_pain",
            {"climb_m_per_km": "climb"},
        ),
        f"runs: frame['date'] holds 'Monday last'; {DATES}",
    ),
    "dates of two forms": (
        lambda: plot.runs(
            RUNS.assign(date=[*DAYS.astype(str)[:5], "16 March 2026"]),
            "back_pain",
            {"climb_m_per_km": "climb"},
        ),
        f"runs: frame['date'] holds '16 March 2026'; {DATES}",
    ),
    "months as dates": (
        lambda: plot.runs(
            RUNS.assign(date=DAYS.to_period("M")), "back_pain", {"climb_m_per_km": "climb"}
        ),
        f"runs: frame['date'] holds Period('2026-03', 'M'); {DATES}",
    ),
    "a contribution as a text": (
        lambda: plot.contributions(FIGURES_OF_TWO.assign(contribution="50%")),
        f"contributions: table['contribution'] holds '50%'; {NUMBERS}",
    ),
    "an interval as a text": (
        lambda: plot.comparison({"all": FIGURES_OF_TWO.assign(low="5%")}),
        f"comparison: tables['all']['low'] holds '5%'; {NUMBERS}",
    ),
    "a frequency as a text": (
        lambda: plot.reliability({"all": PREDICTED.assign(happened="often")}),
        f"reliability: tables['all']['happened'] holds 'often'; {NUMBERS}",
    ),
    "seconds as a text": (
        lambda: plot.question_bits(pd.DataFrame({"seconds": ["5 s"], "bits": [0.1]})),
        f"question_bits: table['seconds'] holds '5 s'; {NUMBERS}",
    ),
    "decibans as a text": (
        lambda: plot.waterfall(pd.DataFrame({"shapley_db": ["+3"], "says": [""]})),
        f"waterfall: table['shapley_db'] holds '+3'; {NUMBERS}",
    ),
    "a curve of texts": (
        lambda: plot.sensitivity_functions(TURNED.assign(low="5%")),
        f"sensitivity_functions: table['low'] holds '5%'; {NUMBERS}",
    ),
    "a diary of texts": (
        lambda: plot.trajectory(course().astype(object).map("{:.0%}".format), {"hills": "Hills"}),
        f"trajectory: table[('contribution', 'hills')] holds '9%'; {NUMBERS}",
    ),
    "a rival at other rows": (
        lambda: plot.two_way(PLANE, PLANE.rename(lambda row: row / 2), TURNED),
        f"two_way: rival has the rows 0, 0.25, 0.5; {STEPS} it lacks 1.",
    ),
    "a rival at four other rows": (
        lambda: plot.two_way(PLANE, PLANES[8].head(4), TURNED),
        f"two_way: rival has the rows 0, 0.142857, 0.285714, 0.428571; {STEPS} it lacks 0.5, 1.",
    ),
    "a rival at many other rows": (
        lambda: plot.two_way(PLANES[21], PLANES[8], TURNED),
        f"two_way: rival has the rows 0, 0.142857, 0.285714, 0.428571, 4 more; {STEPS} "
        "it lacks 0.05, 0.1, 0.15, 0.2, 15 more.",
    ),
    "a rival at fewer columns": (
        lambda: plot.two_way(PLANE, PLANE.iloc[:, :1], TURNED),
        f"two_way: rival has the columns 0; {STEPS} it lacks 0.5, 1.",
    ),
    "a rival over the same two turned round": (
        lambda: plot.two_way(PLANE, PLANE.T, TURNED),
        "two_way: rival is over weak_core → muscle_strain and weak_core; it must be over weak_core "
        "and weak_core → muscle_strain, as table is.",
    ),
    "a rival without names": (
        lambda: plot.two_way(PLANE, PLANE.rename_axis(columns=None), TURNED),
        "two_way: rival is a DataFrame with the columns 0.0, 0.5, 1.0; it must be a result of "
        "two_way, whose rows and columns have the names of parameters.",
    ),
    "a rival of texts": (
        lambda: plot.two_way(PLANE, PLANE.astype(str), TURNED),
        "two_way: rival is a DataFrame with the columns 0.0, 0.5, 1.0; "
        "it must be a table of numbers.",
    ),
    "a plane of one row": (
        lambda: plot.two_way(PLANE.head(1), PLANE, TURNED),
        "two_way: table has the shape (1, 3); it must have two rows and two columns or more.",
    ),
    "an interval of a plane as a text": (
        lambda: plot.two_way(PLANE, PLANE, TURNED.assign(high="9%")),
        f"two_way: parameters['high'] holds '9%'; {NUMBERS}",
    ),
    "two lines": (lambda: plot.network(np.eye(2)), f"network: case is a ndarray; {NO_CASE}"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(kind):
    draw, sentence = REFUSED[kind]
    with pytest.raises((TypeError, ValueError)) as raised:
        draw()
    assert str(raised.value) == sentence


def test_a_name_that_is_no_chart_is_no_attribute():
    """As of every module, so that `hasattr` and `from … import` can say so."""
    assert all(hasattr(plot, name) for name in dir(plot))
    assert not hasattr(plot, "pie")
    with pytest.raises(AttributeError, match=r"'lumbayes\.plot' has no attribute 'pie'"):
        plot.pie  # noqa: B018


def test_a_column_may_have_the_name_that_a_chart_uses_itself():
    pain = contributions(BASE.given(back_pain="yes"), draws=64)
    assert plot.contributions(pain.assign(name="x", set="y")).to_dict() == (
        plot.contributions(pain).to_dict()
    )
    assert plot.comparison({"a": pain.assign(name="x", set="y")}).to_dict() == (
        plot.comparison({"a": pain}).to_dict()
    )
    for column in ("low", "high"):
        again = plot.comparison({"a": pain.assign(now=pain[column])}, column="now")
        chart = plot.comparison({"a": pain, "b": pain}, column=column)
        assert chart.description.startswith(again.description.removesuffix("."))
    questions = next_question(BASE.given(back_pain="yes"))
    assert plot.question_bits(questions.assign(name="x")).to_dict() == (
        plot.question_bits(questions).to_dict()
    )
    lines = pd.DataFrame({"name": [0.2, 0.1], "x": [0.3, 0.4], "p": [0.1, 0.2]}, index=[0.0, 1.0])
    for chart in (plot.line_chart(lines, axis="trust"), plot.dot_plot(lines)):
        assert "name" in chart.description and len(str(chart.to_dict())) > 100


def test_curves_of_all_parameters_fit_into_one_chart():
    table = sensitivity(BASE.given(back_pain="yes"), "weak_core")
    for n_rows in (np.int64(3), 400):
        assert plot.sensitivity_functions(table, n_rows=n_rows).to_dict()["datasets"]
    assert (
        plot.sensitivity_functions(table, n_rows=np.int64(3)).to_dict()
        == plot.sensitivity_functions(table, n_rows=3).to_dict()
    )
