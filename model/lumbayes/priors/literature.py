"""The results of studies as priors of the same variables, in place of claims."""

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
    """What studies say of the variables of a folder; `at` gives it for one risk of pain.

    Attributes
    ----------
    variables : Variables
        The variables of the folder.
    rows : mapping
        From (cause, effect) to the row of literature.csv and its place. The effect is "" for how
        common a cause is.
    """

    variables: Variables
    rows: Mapping[Link, tuple[Place, Row]]

    @property
    def baseline(self) -> StatedEstimate:
        """The share of people with pain in the studies, on which the odds ratios are based.

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
        """Return the variables with the base rates and links of the studies as stated estimates.

        Parameters
        ----------
        risk : float
            P(pain in one run) of a runner who has none of the causes that studies name.

        Returns
        -------
        Variables
            If no study gives a figure, a base rate is ignorance, and a link is that of an odds
            ratio between one half and two. Such a link is near 0 because nothing was found, not
            because a study found no effect.

        Notes
        -----
        A link is chosen such that the odds ratio of pain, with the cause and without it, is that of
        the study, if all other named causes are absent. Leaks per run that no study gives stay in
        proportion to the risk. The mechanism without a name gets the rest of the risk.

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
    """Return the content of literature.csv; raise the problems of all rows together.

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
        If the file has a mistake. The message has one line per row that is wrong.

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
