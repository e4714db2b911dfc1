"""Published figures over the same variables, in place of the thread's claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.files import read_rows
from ..data.schema import Place, each
from .literature_file import COLUMNS, Row, check_row
from .odds_ratios import Link, StudiesAtRisk, beta_estimate, value_and_spread

if TYPE_CHECKING:
    from ..data.variables import StatedEstimate, Variables


@dataclass(frozen=True)
class Studies:
    """What studies say of the variables of a folder, at any risk of the pain.

    Attributes
    ----------
    variables : Variables
        Those of the folder.
    rows : mapping
        The rows of literature.csv with their places, by cause and effect.
    """

    variables: Variables
    rows: Mapping[Link, tuple[Place, Row]]

    @property
    def baseline(self) -> StatedEstimate:
        """The share of people who hurt that odds ratios were measured beside.

        Examples
        --------
        >>> from lumbayes import load
        >>> from lumbayes.data.files import folder
        >>> from lumbayes.priors.literature import read_literature
        >>> studies = read_literature(folder() / "literature.csv", load().variables)
        >>> no, yes = studies.baseline.counts["no"], studies.baseline.counts["yes"]
        >>> round(yes / (no + yes), 3)
        0.136
        """
        place, row = self.rows[self.variables.outcome.name, ""]
        value, spread = value_and_spread(row)
        return beta_estimate(place, row, "published", value, spread**2)

    def at(self, risk: float) -> Variables:
        """Return the variables with every base rate and link as studies have it.

        Parameters
        ----------
        risk : float
            How often a run hurts a runner who has none of the causes that studies name.

        Returns
        -------
        Variables
            Where no figure was found, a base rate is ignorance and a link an odds ratio between
            one half and two: near 0, an absent finding and not a finding of absence.

        Notes
        -----
        A link is such that the odds of the pain with the cause over those without it, all other
        named causes absent, are the odds ratio. Per-run rates that no study gives keep their
        proportion to the risk, and what has no name takes what they leave of it.

        Examples
        --------
        >>> from lumbayes import load
        >>> from lumbayes.data.files import folder
        >>> from lumbayes.priors.literature import read_literature
        >>> studies = read_literature(folder() / "literature.csv", load().variables)
        >>> rare, common = (studies.at(risk)["back_pain"].link for risk in (0.01, 0.1))
        >>> by_risk = [link["disc_degeneration"].counts for link in (rare, common)]
        >>> [round(counts["yes"] / (counts["yes"] + counts["no"]), 3) for counts in by_risk]
        [0.012, 0.11]
        """
        return StudiesAtRisk(self.variables, self.rows, risk).studied()


def read_literature(path: Path, variables: Variables) -> Studies:
    """Return what studies say; raise the problems of all rows of literature.csv.

    Parameters
    ----------
    path : Path
        The file.
    variables : Variables
        The variables of the same folder.

    Returns
    -------
    Studies

    Raises
    ------
    ValueError
        One line a row that is wrong, with file, line and column.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.data.files import folder
    >>> from lumbayes.priors.literature import read_literature
    >>> studies = read_literature(folder() / "literature.csv", load().variables)
    >>> studies.at(0.136)["flat_feet"].background.basis
    'published'
    """
    placed = read_rows(path, COLUMNS, "cause", "effect")
    each(check_row, [(place, row, variables) for place, row in placed])
    rows = {(row["cause"], row["effect"]): (place, row) for place, row in placed}
    outcome = variables.outcome.name
    if (outcome, "") not in rows:
        needed = "the baseline that odds ratios are applied to"
        raise Place(path).problem(f"no row {outcome!r}, {needed}; add one.", outcome)
    studies = Studies(variables, rows)
    studies.at(mean_of(studies.baseline))
    return studies


def mean_of(estimate: StatedEstimate) -> float:
    """Return the mean of a stated estimate of two states."""
    return estimate.counts["yes"] / (estimate.counts["no"] + estimate.counts["yes"])
