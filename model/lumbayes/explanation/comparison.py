"""Whose voice: a case as each answer alone would have it, as all together have it, and as the
literature has it.
"""

from __future__ import annotations

import pandas as pd

from ..attribution import contributions, now
from ..case import Case
from ..defaults import DRAWS, SEED, WIDTH
from ..priors.prior import Key

SUGGESTED, NOT_CARRIED = ("remedy", "advice"), "is carried"


def contributions_by_reply(case: Case) -> pd.DataFrame:
    """The contribution of every cause by all answers together (`all`) and by each answer alone, one
    column an answer.

    An answer alone means its claims over stated ignorance; the asker's own words about the pain are
    kept in every column. `apart` is how far the answers are from each other, largest first.
    """
    case.check_consistent()
    priors = case.priors
    answers = sorted({c.answer for c in priors.claims if c.used == "link"})
    alone = {a: case.with_claims([c for c in priors.claims if c.answer in (0, a)]) for a in answers}
    names = [c.name for c in case.variables.causes]
    figures = {"all": now(case, names)} | {f"answer {a}": now(c, names) for a, c in alone.items()}
    table = pd.DataFrame(figures, index=pd.Index(names, name="cause"))
    table["apart"] = table.iloc[:, 1:].max(axis=1) - table.iloc[:, 1:].min(axis=1)
    return table.sort_values("apart", ascending=False, kind="stable")


def compare_priors(case: Case, other: Case, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """One case under two sets of priors, the thread and the literature, say: every cause's
    contribution, side by side.

    Columns are pairs (set, figure) of `contribution`, `low`, `high`; the other case's findings are
    those of the first.
    """
    sets = {
        "this": case,
        "other": Case(other.compiled, case.findings, case.likelihoods, case.interventions),
    }
    tables = {
        name: contributions(c, draws=draws, seed=seed)[["contribution", "low", "high"]]
        for name, c in sets.items()
    }
    return pd.concat(tables, axis=1).sort_values(
        ("this", "contribution"), ascending=False, kind="stable"
    )


def compare_links(case: Case, other: Case, width: float = WIDTH) -> pd.DataFrame:
    """Every number that both sets hold, link by link: mean and interval in each, and where each is
    from.
    """
    rows = {}
    for key, prior in case.priors.items():
        theirs = other.priors[key]
        if len(prior.counts) == 2:
            spans = [p.interval(width) for p in (prior, theirs)]
            rows[_label(key)] = (
                prior.mean,
                *spans[0],
                prior.basis,
                theirs.mean,
                *spans[1],
                theirs.basis,
            )
    figures = ["mean", "low", "high", "basis"]
    columns = pd.MultiIndex.from_product([["this", "other"], figures], names=["set", "figure"])
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("number")


def remedies(case: Case, cause: str) -> pd.DataFrame:
    """What the thread says one might do about a cause, word for word and in its own order: quoted,
    never ranked.

    One row a claim, with answer, author and quote. What it says of drugs, surgery, whom to see and
    running on through pain is left out: the note of such a claim says that none of it "is carried".
    Raises `ValueError` for anything but a cause.
    """
    case.network.check_causes(cause)
    about = [c for c in case.priors.claims if cause in (c.cause, c.effect) and c.kind in SUGGESTED]
    told = {c.id: (c.answer, c.author, c.quote) for c in about if NOT_CARRIED not in c.note}
    table = pd.DataFrame.from_dict(told, orient="index", columns=["answer", "author", "quote"])
    return table.rename_axis("claim")


def _label(key: Key) -> str:
    return key if isinstance(key, str) else " → ".join(key)
