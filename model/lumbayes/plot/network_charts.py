"""Two pictures of the network itself: where a link's number comes from, and all nodes with what is
known of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, lgamma, log
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .theme import finished, share
from .vega import BLUE, FAINT, GREY, LETTER, ORANGE, WASH, WIDTH, listed

HILL, GAP, STEEPEST = (
    96,
    40,
    6,
)  # pixels a hill is high and from one to the next; the density cut off at its top
NODE, ROOM, COLUMN, STEP, BAR = (
    130,
    36,
    250,
    44,
    9,
)  # pixels: a bar, its figure, the next beside and below, its height
THICKEST = 9  # pixels: the line of a link that always fires
MIDST, CURVE = (np.arange(100) + 1) / 101, np.linspace(0, 1, 9)


def ridge(case: Any, cause: str, effect: str, title: str = "") -> alt.LayerChart:
    """From words to one number: what people mean by each claim's word, a hill each, and below them
    what is pooled.

    The first hill is what is assumed before anyone speaks. Each dot is a mean. For links of two
    states.
    """
    priors = case.priors
    link, start = priors[cause, effect], priors.link(cause, effect, ())
    told = [("before anyone speaks", start.counts[1], start.counts[0])]
    told += [
        (f"{c.id} “{c.words}”", priors.words[c.reading].alpha, priors.words[c.reading].beta)
        for c in link.claims
    ]
    told += [("pooled", link.counts[1], link.counts[0])]
    data = pd.concat(
        [_hill(place, *opinion) for place, opinion in enumerate(told)], ignore_index=True
    )
    means = pd.DataFrame([(name, a / (a + b)) for name, a, b in told], columns=["name", "x"])
    means["floor"] = [-GAP * place for place in means.index]
    labels = {v.name: v.label for v in case.variables.values()}
    x = share("x:Q", f"P({labels[effect].lower()} | {labels[cause].lower()} alone)")
    y = alt.Y("floor:Q", axis=None, scale=alt.Scale(domain=[-GAP * (len(told) - 1) - 8, HILL]))
    fill = alt.Fill(
        "what:N", legend=None, scale=alt.Scale(domain=["one", "pooled"], range=[FAINT, WASH])
    )
    line = alt.Stroke(
        "what:N", legend=None, scale=alt.Scale(domain=["one", "pooled"], range=[GREY, BLUE])
    )
    looks = {"fill": fill, "stroke": line, "detail": "name:N"}
    hills = alt.Chart(data).mark_area(strokeWidth=1).encode(x=x, y=y, y2="top:Q", **looks)
    dots = alt.Chart(means).mark_point(color=BLUE, filled=True, size=50).encode(x="x:Q", y=y)
    beside = alt.Chart(means.assign(x=1)).mark_text(align="left", dx=8, dy=-6, fontSize=LETTER)
    names = beside.encode(x="x:Q", y=y, text="name:N")
    chart = (hills + dots + names).properties(width=WIDTH, height=GAP * (len(told) - 1) + HILL + 8)
    return finished(
        chart, f"How the words are read, on average: {listed(means.set_index('name')['x'])}.", title
    )


def _hill(place: int, name: str, a: float, b: float) -> pd.DataFrame:
    """A Beta density as a hill on its own floor."""
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    density = [min(exp(scale + (a - 1) * log(x) + (b - 1) * log(1 - x)), STEEPEST) for x in MIDST]
    data = pd.DataFrame(
        {
            "x": MIDST,
            "floor": -GAP * place,
            "top": HILL * np.array(density) / STEEPEST - GAP * place,
        }
    )
    return data.round(3).assign(name=name, what=name if name == "pooled" else "one")


def network(case: Any, title: str = "") -> alt.LayerChart:
    """Every node with its posterior as a bar, what lies behind on the left; a line is as thick as
    its link is strong.

    A node of two states shows P(yes), one of more states its likeliest. What the case was told is
    orange.
    """
    nodes = _nodes(case)
    links = pd.concat([_line(case, nodes, *link) for link in _links(case)], ignore_index=True)
    x, y = (
        alt.X("x:Q", axis=None, scale=alt.Scale(nice=False)),
        alt.Y("y:Q", axis=None, scale=alt.Scale(nice=False)),
    )
    thick = alt.Size("strength:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[1, THICKEST]))
    lines = (
        alt.Chart(links)
        .mark_line(color=FAINT, interpolate="monotone")
        .encode(x=x, y=y, detail="link:N", size=thick)
    )
    base = alt.Chart(nodes.reset_index()).encode(x=x, y=y)
    told = alt.Color(
        "told:N", legend=None, scale=alt.Scale(domain=["told", "not told"], range=[ORANGE, BLUE])
    )
    frames = base.mark_rule(strokeWidth=BAR, color=FAINT).encode(x2="end:Q")
    bars = base.mark_rule(strokeWidth=BAR).encode(x2="filled:Q", color=told)
    names = base.mark_text(align="left", dy=-14, fontSize=LETTER).encode(text="label:N")
    figures = base.mark_text(align="left", dx=4, fontSize=LETTER).encode(x="end:Q", text="figure:N")
    size = {"width": int(nodes["end"].max()), "height": int(nodes["y"].max() - nodes["y"].min())}
    says = "; ".join(
        f"{label} {figure}" for label, figure in zip(nodes["label"], nodes["figure"], strict=True)
    )
    return finished(
        (lines + frames + bars + names + figures).properties(**size), f"The network. {says}.", title
    )


def _nodes(case: Any) -> pd.DataFrame:
    """A row a node: where it stands, what it is called, and how far its bar reaches."""
    variables = case.variables
    heard = [variables[name] for name in (*case.findings, *case.likelihoods, *case.interventions)]
    told, rows = {getattr(v, "reads", v.name) for v in heard}, dict[str, tuple[Any, ...]]()
    for column, names in reversed([*enumerate(_columns(variables))]):
        ahead = [
            rows[v.name][-1] for name in names for v in variables.values() if name in v.parents
        ]
        centre = sum(ahead) / len(ahead) if ahead else 0
        for place, name in enumerate(names):
            p, x = case.posterior(name), column * COLUMN
            state = p.idxmax() if len(p) > 2 else p.index[-1]
            figure = f"{p[state]:.0%}" + (f" {state.replace('_', ' ')}" if len(p) > 2 else "")
            y, known = (
                centre + STEP * ((len(names) - 1) / 2 - place),
                "told" if name in told else "not told",
            )
            rows[name] = (variables[name].label, figure, known, x, x + NODE, x + NODE * p[state], y)
    columns = ["label", "figure", "told", "x", "end", "filled", "y"]
    return (
        pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("name").round(1)
    )


def _columns(variables: Any) -> list[list[str]]:
    """Names from left to right: a cause as far from the pain as its longest way there, the traits
    below the pain.
    """
    shown = [*variables.causes, variables.outcome, *variables.traits]

    def steps(name: str) -> int:
        ahead = [steps(v.name) for v in shown if name in v.parents]
        return 1 + max(ahead) if ahead else 0

    far = {v.name: steps(v.name) for v in shown}
    return [
        [name for name in far if far[name] == step]
        for step in sorted(set(far.values()), reverse=True)
    ]


def _links(case: Any) -> Iterator[tuple[str, str]]:
    """Every arrow between two nodes of the picture."""
    return ((parent, v.name) for v in case.variables.values() for parent in v.parents)


def _line(case: Any, nodes: pd.DataFrame, cause: str, effect: str) -> pd.DataFrame:
    """One arrow as a bow from behind the cause's bar to before the effect's, as strong as P(any
    effect | cause).
    """
    (x, y), (to_x, to_y) = (
        nodes.loc[cause, ["end", "y"]].to_numpy(),
        nodes.loc[effect, ["x", "y"]].to_numpy(),
    )
    bow = CURVE**2 * (3 - 2 * CURVE)
    points = {"x": x + ROOM + (to_x - 6 - x - ROOM) * CURVE, "y": y + (to_y - y) * bow}
    strength = 1 - case.priors[cause, effect].shares[0]
    return (
        pd.DataFrame(points)
        .round(1)
        .assign(link=f"{cause} → {effect}", strength=round(strength, 2))
    )
