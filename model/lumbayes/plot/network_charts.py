"""Charts of the network itself: the pooling of one link, and all nodes with their posteriors."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, lgamma, log
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .tables import check_case, check_text
from .theme import probability_axis, styled
from .vega import BLUE, FAINT, GREY, LETTER, ORANGE, WASH, WIDTH, percentages

HEIGHT, STEP = 96, 40  # pixels: a density's height, and from one base line to the next
HIGHEST_DENSITY = 6  # a density is cut off here, at its full height
MIDPOINTS = (np.arange(100) + 1) / 101  # where a density is evaluated
ROW_STEP, COLUMN_STEP = 44, 250  # pixels from one node to the next below and beside
BAR, BAR_HEIGHT, FIGURE = 130, 9, 36  # pixels: a node's bar and the figure beside it
MARGIN = 6  # pixels between the end of a link and the bar that it leads to
THICKEST = 9  # pixels: the line of a link that always fires
CURVE = np.linspace(0, 1, 9)  # points of a link's line
Density = tuple[str, float, float]  # name, and the alpha and beta of a Beta distribution


def ridgeline(case: Any, cause: str, effect: str, title: str = "") -> alt.LayerChart:
    """Draw the Beta distributions that are pooled into the prior of one link.

    Parameters
    ----------
    case : Case
        The case whose priors are drawn. Its evidence is ignored.
    cause, effect : str
        The ends of the link, two variables with two states each.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One density per row over the strength of the link, with a dot at its mean. From top to
        bottom:

        - "before anyone speaks": the prior that the link has without claims;
        - one row per claim: the Beta of the probabilities that people take its words to mean;
        - "pooled": the prior of the link.

        Claims are drawn as worded. The first and the last row are drawn after the division by T if
        T divides this link, and then lie further left than the claims. T divides links that fire in
        one run, such as hills → muscle_strain, but not flat_feet → over_pronation.

    Raises
    ------
    ValueError
        If there is no such link, or if `effect` is a trait with more than two states.

    Examples
    --------
    >>> from lumbayes import load, plot
    >>> plot.ridgeline(load(), "hills", "muscle_strain").description[-12:]
    ', pooled 1%.'
    """
    check_case("ridgeline", case)
    check_text("ridgeline", "cause", cause)
    check_text("ridgeline", "effect", effect)
    priors = case.priors
    if len(states := priors[cause, effect].states) > 2:
        raise ValueError(
            f"ridgeline: the link {cause} → {effect} has the states {', '.join(states)}; it must be"
            " one of two states, whose strength is a Beta."
        )
    densities = list(_densities(priors, cause, effect))
    curves = [_density(row, *density) for row, density in enumerate(densities)]
    data = pd.concat(curves)
    points = [(name, a / (a + b)) for name, a, b in densities]
    means = pd.DataFrame(points, columns=["name", "x"])
    means["floor"] = [-STEP * row for row in means.index]
    labels = {v.name: v.label.lower() for v in case.variables.values()}
    x = probability_axis("x:Q", f"P({labels[effect]} | {labels[cause]} alone)")
    depth = STEP * (len(densities) - 1)
    y = alt.Y("floor:Q", axis=None, scale=alt.Scale(domain=[-depth - 8, HEIGHT]))
    fills = alt.Scale(domain=["one", "pooled"], range=[FAINT, WASH])
    strokes = alt.Scale(domain=["one", "pooled"], range=[GREY, BLUE])
    areas = (
        alt.Chart(data)
        .mark_area(strokeWidth=1)
        .encode(
            x=x,
            y=y,
            y2="top:Q",
            fill=alt.Fill("what:N", legend=None, scale=fills),
            stroke=alt.Stroke("what:N", legend=None, scale=strokes),
            detail="name:N",
        )
    )
    dots = alt.Chart(means).mark_point(color=BLUE, filled=True, size=50).encode(x="x:Q", y=y)
    right = alt.Chart(means.assign(x=1)).mark_text(align="left", dx=8, dy=-6, fontSize=LETTER)
    names = right.encode(x="x:Q", y=y, text="name:N")
    chart = (areas + dots + names).properties(width=WIDTH, height=depth + HEIGHT + 8)
    listed = percentages(means.set_index("name")["x"])
    return styled(chart, f"How the words are read, on average: {listed}.", title)


def _densities(priors: Any, cause: str, effect: str) -> Iterator[Density]:
    """What is assumed without claims, each claim's word, and the pooled link."""
    link = priors[cause, effect]
    absent, present = priors.link(cause, effect, ()).counts
    yield "before anyone speaks", present, absent
    for claim in link.claims:
        word = priors.words[claim.reading]
        yield f"{claim.id} “{claim.words}”", word.alpha, word.beta
    absent, present = link.counts
    yield "pooled", present, absent


def _density(row: int, name: str, a: float, b: float) -> pd.DataFrame:
    """A Beta density over its own base line."""
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    logs = [scale + (a - 1) * log(x) + (b - 1) * log(1 - x) for x in MIDPOINTS]
    heights = np.array([min(exp(value), HIGHEST_DENSITY) for value in logs])
    floor = -STEP * row
    top = HEIGHT * heights / HIGHEST_DENSITY + floor
    data = pd.DataFrame({"x": MIDPOINTS, "floor": floor, "top": top}).round(3)
    return data.assign(name=name, what=name if name == "pooled" else "one")


def network(case: Any, title: str = "") -> alt.LayerChart:
    """Draw the network: every node with its posterior as a bar, every link as a line.

    Parameters
    ----------
    case : Case
        The case to draw.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        Nodes are factors, mechanisms, the pain and its traits. Causes stand to the left of their
        effects. The bar of a node with two states shows P(yes); the bar of a node with more states
        shows the probability of the likeliest state, which is named beside it.

        A bar is orange if the node has a finding, likelihood or intervention, else blue. A home
        test, such as `plank_seconds`, is no node; its reading makes the factor that it measures
        orange. A contrast (see `Case.contrast`) changes no colour.

        The thickness of a line shows the strength of the link before `lumbayes.load` divided it by
        T (see Notes); this is comparable with the words of the claims. The thin lines from the pain
        to its traits show no strength.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    T divides hazards, where a link of strength λ has the hazard −ln(1 − λ) (docs/model.md). So the
    strength before the division is the mean of 1 − (1 − λ)^T over the prior of λ in this case. A
    link that T does not divide is drawn with the mean of λ.

    Examples
    --------
    >>> from lumbayes import load, plot
    >>> "Hills 100%" in plot.network(load().given(hills="yes")).description
    True
    """
    check_case("network", case)
    nodes = _nodes(case)
    lines = [_line(case, nodes, *link) for link in _links(case.variables)]
    data = pd.concat(lines)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(nice=False))
    widths = alt.Scale(domain=[0, 1], range=[1, THICKEST])
    size = alt.Size("strength:Q", legend=None, scale=widths)
    links = alt.Chart(data).mark_line(color=FAINT, interpolate="monotone")
    base = alt.Chart(nodes.reset_index()).encode(x=x, y=y)
    colours = alt.Scale(domain=["entered", "inferred"], range=[ORANGE, BLUE])
    colour = alt.Color("evidence:N", legend=None, scale=colours)
    frames = base.mark_rule(strokeWidth=BAR_HEIGHT, color=FAINT).encode(x2="end:Q")
    bars = base.mark_rule(strokeWidth=BAR_HEIGHT).encode(x2="filled:Q", color=colour)
    names = base.mark_text(align="left", dy=-14, fontSize=LETTER).encode(text="label:N")
    figures = base.mark_text(align="left", dx=4, fontSize=LETTER).encode(x="end:Q", text="figure:N")
    layers = links.encode(x=x, y=y, detail="link:N", size=size) + frames + bars + names + figures
    chart = layers.properties(
        width=int(nodes["end"].max()), height=int(nodes["y"].max() - nodes["y"].min())
    )
    shown = zip(nodes["label"], nodes["figure"], strict=True)
    listed = "; ".join(f"{label} {figure}" for label, figure in shown)
    return styled(chart, f"The network. {listed}.", title)


def _nodes(case: Any) -> pd.DataFrame:
    """A row a node: its place, its label and figure, and how far its bar is filled."""
    variables = case.variables
    evidence = _with_evidence(case)
    rows = dict[str, tuple[Any, ...]]()
    for column, names in reversed([*enumerate(_columns(variables))]):
        effects = [effect for cause, effect in _links(variables) if cause in names]
        centre = sum(rows[name][-1] for name in effects) / max(len(effects), 1)
        for row, name in enumerate(names):
            share, figure = _figure(case.posterior(name))
            x = column * COLUMN_STEP
            y = centre + ROW_STEP * ((len(names) - 1) / 2 - row)
            known = "entered" if name in evidence else "inferred"
            rows[name] = (variables[name].label, figure, known, x, x + BAR, x + BAR * share, y)
    columns = ["label", "figure", "evidence", "x", "end", "filled", "y"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis("name").round(1)


def _with_evidence(case: Any) -> set[str]:
    """The nodes with evidence of any kind; a test's reading is evidence on what the test reads."""
    entered = (*case.findings, *case.likelihoods, *case.interventions)
    variables = [case.variables[name] for name in entered]
    return {getattr(v, "reads", v.name) for v in variables}


def _figure(posterior: pd.Series) -> tuple[float, str]:
    """P(yes), or the likeliest of more than two states with its name."""
    if len(posterior) == 2:
        share = posterior.iloc[-1]
        return share, f"{share:.0%}"
    state = str(posterior.idxmax())
    share = posterior[state]
    return share, f"{share:.0%} {state.replace('_', ' ')}"


def _columns(variables: Any) -> list[list[str]]:
    """Names from left to right by the length of the longest path to a node without effects."""
    shown = [*variables.causes, variables.outcome, *variables.traits]

    links = [*_links(variables)]

    def steps(name: str) -> int:
        ahead = [steps(effect) for cause, effect in links if cause == name]
        return 1 + max(ahead) if ahead else 0

    distances = {v.name: steps(v.name) for v in shown}
    ordered = sorted(set(distances.values()), reverse=True)
    return [[name for name in distances if distances[name] == distance] for distance in ordered]


def _links(variables: Any) -> Iterator[tuple[str, str]]:
    """Every link between two nodes of the chart; traits that follow the cause describe the pain."""
    for v in variables.values():
        parents = [variables.outcome.name] if v.follows_cause else v.parents
        yield from ((parent, v.name) for parent in parents)


def _line(case: Any, nodes: pd.DataFrame, cause: str, effect: str) -> pd.DataFrame:
    """A link's S-shaped line from behind the cause's figure to before the effect's bar."""
    x, y = nodes.loc[cause, ["end", "y"]].to_numpy()
    to_x, to_y = nodes.loc[effect, ["x", "y"]].to_numpy()
    from_x = x + FIGURE
    smooth = CURVE**2 * (3 - 2 * CURVE)
    points = {"x": from_x + (to_x - MARGIN - from_x) * CURVE, "y": y + (to_y - y) * smooth}
    strength = round(_strength(case.priors, cause, effect), 2)
    return pd.DataFrame(points).round(1).assign(link=f"{cause} → {effect}", strength=strength)


def _strength(priors: Any, cause: str, effect: str) -> float:
    """P(any effect | this cause alone) before T divides it; 0 where no prior says."""
    if (cause, effect) not in priors:
        return 0.0
    undivided = priors.at_divisor(1) if priors.level else priors
    return float(1 - undivided[cause, effect].shares[0])
