"""The Bayesian network of a thread: noisy-OR and noisy-MAX families with leaks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import NAMES, NODE_WEIGHTS, NODES, STATES, check_arguments
from ..data.variables import Measurement, Variable, Variables
from ..errors import allow, unknown
from . import pgmpy_bridge
from .families import DOMINANT_CAUSE
from .measurement import likelihoods, typical_readings
from .tables import parents_of, set_by_intervention, states_of, table_of

if TYPE_CHECKING:
    from ..priors.priors import Priors
    from .pgmpy_bridge import DiscreteBayesianNetwork, Likelihood

N_READINGS = 9  # rows of the table of a numeric measurement


@dataclass(frozen=True, repr=False)
class Network:
    """Variables, their families and their priors.

    Parameters
    ----------
    priors : Priors
        Every parameter of the network as a distribution, with the variables they are about.

    Notes
    -----
    A numeric measurement is no node: it is likelihood evidence on its factor.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().network
    Network('thread': 38 variables, 82 links, 91 claims)
    """

    priors: Priors

    def __repr__(self) -> str:
        n_links = sum(len(v.parents) for v in self.variables.values())
        counts = f"{len(self.variables)} variables, {n_links} links"
        return f"Network({self.priors.name!r}: {counts}, {len(self.priors.claims)} claims)"

    @property
    def variables(self) -> Variables:
        """All variables of the thread by name, with measurements.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().network.variables["hills"].states
        ('no', 'yes')
        """
        return self.priors.variables

    @property
    def nodes(self) -> list[Variable]:
        """The variables with states, in file order: all but numeric measurements.

        Examples
        --------
        >>> from lumbayes import load
        >>> len(load().network.nodes)
        31
        """
        return [v for v in self.variables.values() if not _is_numeric(v)]

    def check_causes(self, *names: str) -> None:
        """Raise an error for a name that is neither a factor nor a mechanism.

        Raises
        ------
        ValueError
            For the first such name, with all causes.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().network.check_causes("hills", "muscle_strain")
        """
        check_arguments("Network.check_causes", locals(), names=NAMES)
        causes = [cause.name for cause in self.variables.causes]
        for name in names:
            if name not in causes:
                raise ValueError(unknown("cause", name, causes))

    def parents(self, name: str) -> tuple[str, ...]:
        """Return the variables that the conditional table of a variable depends on.

        Returns
        -------
        tuple of str
            Its causes; of a trait its causes and, last, the pain; of a measurement its factor. A
            trait that follows the active cause depends on `dominant_cause`, a latent node that is
            no variable: which of the pain's active causes is described. That depends on them and,
            last, the pain.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().network.parents("wet_footprint")
        ('flat_feet',)
        """
        return parents_of(self.variables, name)

    def cpt(self, name: str) -> pd.DataFrame:
        """Return the conditional probability table of a variable, with names on both axes.

        Parameters
        ----------
        name : str
            Any variable, measurements too, or `dominant_cause`.

        Returns
        -------
        DataFrame
            Of shape (n_states, n_columns): P(state | states of the parents) at the mean of every
            prior, each column summing to 1. The index holds the variable's states, the columns
            those of its parents: a `MultiIndex` of several, one column "" of none.

            A numeric measurement has no states. Its rows are nine typical readings, in its unit,
            and each cell is p(reading | state) / p(reading): the factor by which that reading
            multiplies the probability of the state. Its columns do not sum to 1.

        Examples
        --------
        >>> from lumbayes import load
        >>> network = load().network
        >>> network.cpt("over_pronation").round(2)
        flat_feet        no   yes
        over_pronation
        no              0.7  0.03
        yes             0.3  0.97
        >>> network.cpt("plank_seconds").round(2).iloc[[0, -1]]
        weak_core            no   yes
        plank_seconds (s)
        41.990344          0.05  1.75
        214.930366         2.18  0.07
        """
        check_arguments("Network.cpt", locals())
        v = None if name == DOMINANT_CAUSE else self.variables[name]
        if isinstance(v, Measurement) and v.numeric:
            return self._readings(v)
        states = states_of(self.variables, name)
        table = self.table(name).reshape(len(states), -1)
        return pd.DataFrame(table, pd.Index(states, name=name), self._columns(name))

    def _columns(self, name: str) -> pd.Index:
        """Return the combinations of the parents' states, the last parent's changing fastest."""
        parents = self.parents(name)
        states = [states_of(self.variables, parent) for parent in parents]
        if len(parents) > 1:
            return pd.MultiIndex.from_product(states, names=parents)
        return pd.Index(states[0], name=parents[0]) if parents else pd.Index([""])

    def _readings(self, test: Measurement) -> pd.DataFrame:
        """Return the relative likelihood of typical readings of a numeric measurement."""
        readings = typical_readings(test, N_READINGS)
        index = pd.Index(readings, name=f"{test.name} ({test.unit})")
        return pd.DataFrame(likelihoods(test, readings).T, index, self._columns(test.name))

    def table(self, name: str) -> np.ndarray:
        """Return P(node | parents) at the mean of every prior, without labels.

        Parameters
        ----------
        name : str
            A node: any variable but a numeric measurement, or `dominant_cause`.

        Returns
        -------
        ndarray
            Of shape (n_states, *n_states of the parents); the first axis sums to 1.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().network.table("back_pain").shape
        (2, 2, 2, 2, 2, 2, 2)
        """
        return table_of(self.priors, name)

    def to_pgmpy(self, interventions: Collection[str] = ()) -> DiscreteBayesianNetwork:
        """Return the network at the mean of every prior as a checked pgmpy model.

        Parameters
        ----------
        interventions : collection of str
            The nodes that are to be set by pgmpy's `do`: no listed cause is active in a pain that
            is set, which pgmpy cannot know.

        Returns
        -------
        DiscreteBayesianNetwork
            With named states, without numeric measurements. Where traits follow the active cause
            it has the node `dominant_cause`.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().network.to_pgmpy().get_cpds("hills").state_names
        {'hills': ['no', 'yes']}
        """
        check_arguments("Network.to_pgmpy", locals(), interventions=NODES)
        allow("Network.to_pgmpy", "node", interventions, self._names)
        return pgmpy_bridge.to_pgmpy(*self._shape(), self._tables(interventions))

    def save(self, path: str | Path) -> None:
        """Write the network at the mean of every prior to a file that other tools open.

        Parameters
        ----------
        path : str or Path
            Its suffix chooses the format: `.bif` (bnlearn and most others), `.bifxml` or
            `.xmlbif`, or `.net` (Hugin, GeNIe). Every digit is written.

        Raises
        ------
        ValueError
            For another suffix, with the reason, and for a name that such a file cannot hold.

        Notes
        -----
        Names, arrows and tables are in the file. A case's findings, the claims, the intervals,
        numeric measurements, doses and contrasts are not.

        Examples
        --------
        >>> from lumbayes import load
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     load().network.save(f"{folder}/thread.net")
        """
        names = (name for v in self.nodes for name in (v.name, *v.states))
        suffix = pgmpy_bridge.format_of(path, names)
        if suffix == "net":  # pgmpy's own writer of Hugin's language rounds to eight digits
            text = pgmpy_bridge.hugin(*self._shape(), self._tables())
        else:
            text = pgmpy_bridge.bif(self.to_pgmpy(), suffix)
        Path(path).write_text(text, encoding="utf-8")

    def _shape(self) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Return the states and the parents of every node, in file order, the latent one last."""
        states = {name: states_of(self.variables, name) for name in self._names}
        return states, {name: self.parents(name) for name in states}

    @property
    def _names(self) -> list[str]:
        latent = [DOMINANT_CAUSE] if self.variables.cause_traits else []
        return [*(v.name for v in self.nodes), *latent]

    def _tables(self, interventions: Collection[str] = ()) -> dict[str, np.ndarray]:
        tables = {name: self.table(name) for name in self._names}
        if self.variables.outcome.name in interventions and DOMINANT_CAUSE in tables:
            set_by_intervention(tables[DOMINANT_CAUSE])
        return tables

    def eliminate(
        self, evidence: Sequence[Likelihood], interventions: Mapping[str, str]
    ) -> dict[str, dict[str, float]]:
        """Return the posterior of every node by pgmpy's variable elimination and its own `do`.

        Parameters
        ----------
        evidence : sequence of (str, ndarray)
            A node and a weight for each of its states, up to scale: likelihood evidence.
        interventions : mapping of str to str
            The state that each of these nodes is set to.

        Returns
        -------
        dict
            P(node = state) by node and state; of a node that is set, its state alone.

        Examples
        --------
        >>> from lumbayes import load
        >>> network = load().network
        >>> posterior = network.eliminate([("back_pain", [0, 1])], {"hills": "no"})
        >>> round(posterior["weak_core"]["yes"], 2)
        0.38
        """
        check_arguments("Network.eliminate", locals(), evidence=NODE_WEIGHTS, interventions=STATES)
        allow("Network.eliminate", "node", [name for name, _ in evidence], self._names)
        return pgmpy_bridge.eliminate(self.to_pgmpy(interventions), evidence, interventions)


def _is_numeric(v: Variable) -> bool:
    return isinstance(v, Measurement) and v.numeric
