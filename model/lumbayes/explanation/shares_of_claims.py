"""How much of each figure comes from claims, and how much it would be without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import contribution_at_means
from ..data.arguments import check_arguments

if TYPE_CHECKING:
    from ..case import Case


def claim_share(case: Case) -> pd.DataFrame:
    """Compute which share of each cause's contribution comes from claims.

    Parameters
    ----------
    case : Case
        The runner.

    Returns
    -------
    pandas.DataFrame
        One row per cause, in the order of variables.toml. Columns:
        `contribution`: P(a path of active links from the cause to the pain | evidence).
        `without_claims`: the contribution with all claims removed, under the same evidence and the
        same divisor T of per-run hazards (see `load`).
        `from_claims`: `contribution` − `without_claims`. It is negative if claims for other causes
        outweigh those for this one.
        `share`: `from_claims` / `contribution`, but at least 0; NaN if the contribution is 0.

    Raises
    ------
    ImpossibleFindings
        If the findings exclude each other.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import claim_share
    >>> table = claim_share(load().given(back_pain="yes", hills="yes"))
    >>> bool(table.share["hills"] > 0.7), bool(table.from_claims["unexplained"] < 0)
    (True, True)
    """
    check_arguments("claim_share", locals())
    case.check_consistent()
    causes = [cause.name for cause in case.variables.causes]
    contribution = contribution_at_means(case, causes)
    without = contribution_at_means(case.with_claims([]), causes)
    from_claims = contribution - without
    is_there = contribution > 0
    share = np.full(len(causes), np.nan)
    share[is_there] = (from_claims[is_there] / contribution[is_there]).clip(min=0)
    return pd.DataFrame(
        {
            "contribution": contribution,
            "without_claims": without,
            "from_claims": from_claims,
            "share": share,
        },
        index=pd.Index(causes, name="cause"),
    )
