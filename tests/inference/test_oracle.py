"""The oracle itself: published figures, hand arithmetic and a blunter enumeration."""

import random
from fractions import Fraction
from itertools import pairwise, product
from math import prod

import pytest

import oracle

SIX_DECIMALS = 5e-7
WHEN = {"order": ["none", "late", "during"], "gate": "pain"}


def yes(chance):
    return {"no": 1 - chance, "yes": chance}


def noisy(leak, **links):
    return {
        "parents": list(links),
        "leak": yes(leak),
        "links": {cause: yes(chance) for cause, chance in links.items()},
    }


def network(outcome, graded, **families):
    return {
        "outcome": outcome,
        "variables": {name: ["no", "yes"] for name in families} | graded,
        "families": families,
    }


def spread(*chances):
    return dict(zip(WHEN["order"], chances, strict=True))


# Factors A, B, C, a mechanism M, the pain, a trait T, with figures from an enumeration of all
# switches made elsewhere: findings | P(e) | contribution A, B, C, M | but-for | lost (expected
# number of pain and T off without the cause)
EFFECTS = {
    "T": noisy(0.05, M=0.2, C=0.8),
    "pain": noisy(0.1, M=0.7, C=0.4),
    "M": noisy(0.05, A=0.6, B=0.5),
}
RUNNER = network("pain", {}, **EFFECTS, A=noisy(0.3), B=noisy(0.2), C=noisy(0.1))
FIGURES = """
P   |.316775|.397759 .220977 .126273 .660501|.293833 .148730 .089867 .570673|.356026 .180211 .215318 .691464
P A |.160188|.786578 .131096 .074912 .862614|.581061 .043042 .036367 .745299|.704051 .052152 .121545 .903051
P T |.097649|.388133 .215629 .336453 .644516|.264989 .134130 .237396 .514653|.466746 .236254 .644359 .906500
P -T -A|.108376|0 .316128 .047665 .458385|0 .267939 .039311 .408959|0 .267939 .039311 .408959
"""  # noqa: E501
ROWS = [[cell.split() for cell in line.split("|")] for line in FIGURES.strip().splitlines()]


def lost_without(cause, effects, hard):
    """The expected number of effects that need the cause, from worlds and their twins."""
    line = oracle.between(RUNNER, cause, effects)
    total = lost = 0
    for chance, world, drawn in oracle.worlds(RUNNER):
        if world == world | hard:
            twin = oracle.without(RUNNER, cause, line, world, drawn)
            total, lost = (
                total + chance,
                lost + chance * sum(world[name] != twin[name] for name in effects),
            )
    return lost / total


@pytest.mark.parametrize(("findings", "chance", "contribution", "but_for", "lost"), ROWS)
def test_three_factors_and_a_mechanism_as_published(findings, chance, contribution, but_for, lost):
    hard = {
        name.strip("-").replace("P", "pain"): "no" if "-" in name else "yes" for name in findings
    }
    assert oracle.probability(RUNNER, hard) == pytest.approx(float(chance[0]), abs=SIX_DECIMALS)
    for cause, *published in zip("ABCM", contribution, but_for, lost, strict=True):
        ours = [ask(RUNNER, cause, hard) for ask in (oracle.contribution, oracle.but_for)]
        ours.append(lost_without(cause, ["pain", "T"], hard))
        assert ours == pytest.approx([float(figure) for figure in published], abs=SIX_DECIMALS)


def test_a_net_number_leaves_the_background_out_and_a_compound_one_has_it_in():
    def both_on(first, second):
        spec = network("Y", {}, A=noisy(0.5), B=noisy(0.5), Y=noisy(0.1, A=first, B=second))
        return oracle.posterior(spec, "Y", {"A": "yes", "B": "yes"})["yes"]

    assert both_on(0.3, 0.5) == pytest.approx(0.6850, abs=SIX_DECIMALS)
    assert both_on(1 - 0.7 / 0.9, 1 - 0.5 / 0.9) == pytest.approx(0.6111, abs=5e-5)


def test_the_strongest_draw_wins_in_a_graded_effect():
    links = {"A": spread(0.5, 0.3, 0.2), "B": spread(0.6, 0.1, 0.3)}
    graded = {"parents": ["A", "B"], "leak": spread(0.9, 0.07, 0.03), "links": links}
    spec = network("Y", {"Y": ["none", "late", "during"]}, A=noisy(0.5), B=noisy(0.5), Y=graded)
    both, alone = [oracle.posterior(spec, "Y", {"A": "yes", "B": other}) for other in ("yes", "no")]
    assert both == pytest.approx(spread(0.2700, 0.2732, 0.4568), abs=SIX_DECIMALS)
    assert alone == pytest.approx(spread(0.450, 0.326, 0.224), abs=SIX_DECIMALS)


def test_a_gated_trait_by_hand():
    """P(pain | A) = 1 - 9/10 * 1/5 = 41/50; A says during in 4/10, the leak in 1/4 of the rest."""
    half, tenth = Fraction(1, 2), Fraction(1, 10)
    leak, link = spread(0, Fraction(3, 4), Fraction(1, 4)), spread(4 * tenth, 2 * tenth, 4 * tenth)
    families = {"A": noisy(half), "pain": noisy(tenth, A=8 * tenth)}
    families["when"] = WHEN | {"parents": ["A"], "leak": leak, "links": {"A": link}}
    spec = network("pain", {"when": ["none", "during", "late"]}, **families)
    during = half * Fraction(41, 50) * half + half * tenth * Fraction(1, 4)
    fired = half * 8 * tenth * half
    assert oracle.posterior(spec, "when")["none"] == half * Fraction(9, 50) + half * 9 * tenth
    assert oracle.probability(spec, {"when": "during"}) == during
    assert oracle.posterior(spec, "pain", {"when": "during"})["yes"] == 1
    assert oracle.contribution(spec, "A", {"when": "during"}) == fired / during
    assert oracle.but_for(spec, "A", {"when": "during"}) == fired * 9 * tenth / during
    assert oracle.posterior(spec, "when", do={"pain": "no"})["none"] == 1


def test_doing_is_not_seeing_by_hand():
    """Z -> X -> Y <- Z, W -> Y, Y -> S: seeing X raises P(Z) from 1/2 to 5/7, do(X) does not."""
    half, fifth, done = Fraction(1, 2), Fraction(1, 5), {"X": "yes"}
    families = {
        "Z": noisy(half),
        "W": noisy(half),
        "X": noisy(half**2, Z=half),
        "S": noisy(fifth, Y=Fraction(3, 4)),
    }
    spec = network("Y", {}, **families, Y=noisy(fifth, X=half, Z=half, W=half))
    assert oracle.posterior(spec, "Z", {"X": "yes"})["yes"] == Fraction(5, 7)
    assert oracle.posterior(spec, "Z", do=done)["yes"] == half
    assert oracle.posterior(spec, "Y", {"X": "yes", "W": "yes"})["yes"] == Fraction(61, 70)
    assert oracle.posterior(spec, "Y", {"W": "yes"}, do=done)["yes"] == Fraction(17, 20)
    assert oracle.posterior(spec, "Y", {"S": "yes"}, do=done)["yes"] == Fraction(124, 133)
    assert oracle.contribution(spec, "Z") == Fraction(5, 16)
    assert oracle.contribution(spec, "Z", do=done) == Fraction(1, 4)
    assert oracle.but_for(spec, "X", do=done) == Fraction(9, 40)


def test_three_to_one_triples_the_odds():
    mirror = {"parents": ["A"], "table": {"no": yes(0), "yes": yes(1)}}
    spec, likelihood = (
        network("A", {}, A=noisy(Fraction(1, 4)), W=mirror),
        {"A": {"no": 1, "yes": 3}},
    )
    assert oracle.posterior(spec, "A", likelihood=likelihood) == yes(Fraction(1, 2))
    assert oracle.posterior(spec, "W", likelihood=likelihood) == yes(Fraction(1, 2))
    assert oracle.probability(spec, likelihood=likelihood) == Fraction(3, 4) + 3 * Fraction(1, 4)


def random_network(rng):
    def shares(*chances):
        return spread(*(chance / sum(chances) for chance in chances))

    draw = rng.random
    families = {"A": noisy(draw()), "B": noisy(draw()), "M": noisy(draw(), A=draw(), B=draw())}
    families["pain"] = noisy(draw(), M=draw(), B=draw())
    families["W"] = {"parents": ["M"], "table": {"no": yes(draw()), "yes": yes(draw())}}
    leak, link = shares(0, draw(), draw()), shares(draw(), draw(), draw())
    families["when"] = WHEN | {"parents": ["M"], "leak": leak, "links": {"M": link}}
    return network("pain", {"when": ["none", "during", "late"]}, **families)


def random_findings(rng, spec):
    found = {"hard": {"pain": "yes"}, "likelihood": {}, "do": {}}
    for name, states in spec["variables"].items():
        kind = name != "pain" and rng.choice([*found, None, None, None])
        if kind:
            found[kind][name] = (
                {at: rng.random() for at in states} if kind == "likelihood" else rng.choice(states)
            )
    return found


def play(spec, drawn, held):
    """The world that follows from all draws; the families stand in causal order."""
    world = {}
    for name, family in spec["families"].items():
        order, on = (
            family.get("order", ["no", "yes"]),
            [p for p in family["parents"] if world[p] == "yes"],
        )
        if "table" in family:
            world[name] = drawn[world["M"], name]
        elif "gate" not in family:
            world[name] = max([drawn[source, name] for source in [None, *on]], key=order.index)
        elif world[family["gate"]] != "no":
            pushed = max([drawn[source, name] for source in on], key=order.index, default=order[0])
            world[name] = drawn[None, name] if pushed == order[0] else pushed
        world[name] = held.get(name, world.get(name, order[0]))
    return world


def bluntly(spec, hard, likelihood, do):
    """P(e) and, jointly with e, presence, contribution, but-for: every switch, every path."""
    switches = {}
    for name, family in spec["families"].items():
        rows = family.get("table") or family["links"] | {None: family["leak"]}
        switches |= {(source, name): row for source, row in rows.items()}
    total, sums = 0, {cause: [0, 0, 0] for cause in "ABM"}
    for levels in product(*switches.values()):
        drawn = dict(zip(switches, levels, strict=True))
        world = play(spec, drawn, do)
        weight = prod(switches[switch][level] for switch, level in drawn.items()) * (
            world == world | hard
        )
        weight *= prod(weights[world[name]] for name, weights in likelihood.items())
        total += weight
        on = {link for link, level in drawn.items() if level == "yes" and link[1] not in do}
        for cause in sums if weight else []:
            paths = [
                path.split()
                for path in ("A M pain", "B M pain", "M pain", "B pain")
                if path[0] == cause
            ]
            present = world[cause] == "yes"
            fired = present and any(on.issuperset(pairwise(path)) for path in paths)
            needed = play(spec, drawn, do | {cause: "no"})["pain"] == "no"
            for at, holds in enumerate((present, fired, needed)):
                sums[cause][at] += weight * holds
    return total, sums


@pytest.mark.parametrize("seed", range(12))
def test_laziness_changes_no_answer(seed):
    rng = random.Random(seed)
    found = random_findings(rng, spec := random_network(rng))
    total, sums = bluntly(spec, **found)
    assert oracle.probability(spec, **found) == pytest.approx(total)
    for cause, shares in sums.items() if total else []:
        ours = [oracle.posterior(spec, cause, **found)["yes"]]
        ours += [ask(spec, cause, **found) for ask in (oracle.contribution, oracle.but_for)]
        assert ours == pytest.approx([share / total for share in shares])


def test_impossible_findings_and_misspelt_states_are_refused():
    spec = network("Y", {}, A=noisy(1), Y=noisy(0.1, A=0.5))
    for ask in (oracle.posterior, oracle.contribution, oracle.but_for):
        with pytest.raises(ValueError, match="cannot all be true"):
            ask(spec, "A", {"A": "no"})
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        oracle.probability(spec, {"A": "yess"})
