"""How much of each contribution comes from claims, and what it would be without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import contribution_at_means
from ..data.arguments import check_arguments

if TYPE_CHECKING:
    from ..case import Case


def claim_share(case: Case) -> pd.DataFrame:
    """Compute by how much each contribution would change without any claims, one row per cause.

    Parameters
    ----------
    case : Case
        The runner.

    Returns
    -------
    pandas.DataFrame
        One row per cause, in the order of variables.toml. The index, `cause`, holds names such as
        "hills". Columns:

        - `contribution`: P(a path of fired links from the cause to the pain | evidence).
        - `without_claims`: the contribution with the priors that the parameters have without claims
          (see `Case.with_claims`), under the same evidence and the same T (see `load`).
        - `from_claims`: `contribution` − `without_claims`. Below 0 if the claims for other causes
          count more.
        - `share`: `from_claims` / `contribution`, but 0 if `from_claims` is below 0, and NaN if the
          contribution is 0. The shares of several causes do not add up to 1.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import claim_share
    >>> table = claim_share(load().given(back_pain="yes", hills="yes"))
    >>> table.loc[["hills", "unexplained"]].round(2)
                 contribution  without_claims  from_claims  share
    cause
    hills                0.28            0.03         0.25   0.88
    unexplained          0.27            0.78        -0.50   0.00
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
