"""Every analysis of the thread's own runner, beside fifty single queries of pyAgrum.

A query of one node's posterior is the harder target. The fair one is a query of all causes, as ours
are; each query has an engine of its own, as for new findings.

python tests/benchmarks/bench_everything.py          a table of the parts and the two ratios
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("", "support")]

from bench_one_case import warm
from engines import ask_pyagrum, split_evidence, to_pyagrum
from timing import Line, beside, machine, said

import lumbayes as lb
from lumbayes import decisions, explanation, sensitivity_analysis

QUERIES, TARGET, TURNS, FEW = 50, 1, 9, 2


def items(case, other):
    """Each analysis of a case and its first factor; `other` has the studies' numbers."""
    table = lb.contributions(case)
    factor, second = table.index[table.layer == "factor"][:2]
    claim = next(c for c in case.priors.claims if c.cause == factor and c.used == "link")
    return {
        "contributions": lambda: lb.contributions(case),
        "explain": lambda: lb.explain(case, factor),
        "explain against": lambda: lb.explain(case, factor, against=second),
        "claim_attribution": lambda: explanation.claim_attribution(case, factor),
        "exclude_claims": lambda: lb.contributions(case.exclude_claims(claim.id)),
        "sensitivity": lambda: lb.sensitivity(case, factor),
        "one_way": lambda: sensitivity_analysis.one_way(case, factor, claim.id),
        "two_way": lambda: sensitivity_analysis.two_way(case, factor, factor, second),
        "contributions_by_reply": lambda: explanation.contributions_by_reply(case),
        "variance_decomposition": lambda: sensitivity_analysis.variance_decomposition(case, factor),
        "most_informative_claims": lambda: sensitivity_analysis.most_informative_claims(
            case, factor
        ),
        "next_question": lambda: lb.next_question(case),
        "same_decision_probability": lambda: decisions.same_decision_probability(case),
        "conflict": lambda: lb.conflict(case),
        "next_run": lambda: lb.next_run(case, hills="no"),
        "what_if": lambda: decisions.what_if(case),
        "compare_priors": lambda: explanation.compare_priors(case, other),
        "compare_links": lambda: explanation.compare_links(case, other),
        "remedies": lambda: explanation.remedies(case, factor),
    }


def queries(case):
    """Fifty queries, each with a new engine: one node at a time, or all causes each time."""
    bn, found = to_pyagrum(case.network, {}), split_evidence(case.network, case.findings, {}, {})
    nodes, causes = [v.name for v in case.network.nodes], [c.name for c in case.variables.causes]

    def one_node_each():
        for i in range(QUERIES):
            ask_pyagrum(bn, **found, names=[nodes[i % len(nodes)]])

    def all_causes_each():
        for _ in range(QUERIES):
            ask_pyagrum(bn, **found, names=causes)

    return one_node_each, all_causes_each


def measure(quick):
    """Lines of the table: the whole beside fifty queries, then its parts, longest first."""
    case, other = lb.load().given(**lb.example().findings), lb.load("literature")
    warm(case)
    parts = items(case, other)

    def everything():
        for part in parts.values():
            part()

    turns = FEW if quick else TURNS
    whole, *theirs = beside(everything, *queries(case), repeats=turns)
    what = [
        "everything about one runner; 50 queries of one node",
        "the same; 50 queries of all causes",
    ]
    lines = [Line(w, said(whole), said(t), t / whole, TARGET) for w, t in zip(what, theirs)]
    times = dict(zip(parts, beside(*parts.values(), repeats=turns)))
    return lines + [
        Line(f"  {n}", said(times[n]), "") for n in sorted(times, key=times.get, reverse=True)
    ]


if __name__ == "__main__":
    print(machine())
    for line in measure("--quick" in sys.argv):
        ratio = f"{line.theirs:>10}  ratio {line.ratio:.2f}  {line.met}" if line.ratio else ""
        print(f"{line.what:<54}{line.ours:>10}  {ratio}".rstrip())
