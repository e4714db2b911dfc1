"""Whether the chains of a fit agree and how many independent draws they are worth."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pandas as pd

from ..priors.prior import label
from .hmc import bulk_ess, r_hat
from .sampling import ENOUGH_ESS, MIXED_R_HAT

if TYPE_CHECKING:
    from ..case import Case
    from .fit_result import FitResult

MAX_NAMED = 8  # parameters that a warning names; the rest are counted


class NotConverged(UserWarning):
    """The warning of `fit` that the posterior draws of some parameters are not reliable.

    `fit` gives it if a sampled parameter has an R-hat above 1.05 (the four chains disagree) or an
    effective sample size below 100. The message names up to eight of these parameters and a larger
    `draws` to fit with. It is a `UserWarning`.
    """


def diagnostics(before: Case, fitted: FitResult) -> pd.DataFrame:
    """R-hat and effective sample size of each sampled parameter: see `FittedModel.diagnostics`."""
    rows = []
    for key, chains in fitted.chains.items():
        states = before.priors[key].states
        values = pd.DataFrame({"r_hat": r_hat(chains), "ess": bulk_ess(chains)}, index=states)
        first = 0 if len(states) > 2 else 1
        rows += [(label(key), s, *values.loc[s]) for s in states[first:]]
    names = ["parameter", "state"]
    return pd.DataFrame(rows, columns=[*names, "r_hat", "ess"]).set_index(names)


def warn_if_not_converged(before: Case, fitted: FitResult) -> None:
    """Warn of the parameters whose chains disagree or hold few independent draws."""
    table = diagnostics(before, fitted)
    is_rough = (table["r_hat"] > MIXED_R_HAT) | (table["ess"] < ENOUGH_ESS)
    if not is_rough.any():
        return
    rough = table[is_rough].sort_values("ess")
    names = list(dict.fromkeys(rough.index.get_level_values("parameter")))
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    warnings.warn(
        f"The intervals of {len(names)} of {len(fitted.chains)} sampled parameters are rough: "
        f"{', '.join(names[:MAX_NAMED])}{more}. Of their {fitted.n_draws:,} draws at least "
        f"{rough['ess'].min():.0f} are independent ({ENOUGH_ESS} are enough), and R-hat is up to "
        f"{rough['r_hat'].max():.2f} (chains agree up to {MIXED_R_HAT}). See diagnostics(), and "
        f"fit with more draws, such as draws={2 * fitted.n_draws}.",
        NotConverged,
        stacklevel=3,
    )
