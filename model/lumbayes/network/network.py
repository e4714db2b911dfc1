"""The Bayesian network of a thread: its variables and their conditional tables."""

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
from .measurement import likelihoods, typical_readings
from .noisy_or import DOMINANT_CAUSE
from .tables import parents_of, set_by_intervention, states_of, table_of

if TYPE_CHECKING:
    from ..priors.priors import Priors
    from .pgmpy_bridge import DiscreteBayesianNetwork, Likelihood

N_READINGS = 9  # rows of the table of a numeric measurement


@dataclass(frozen=True, repr=False)
class Network:
    """The Bayesian network of a thread: its variables, conditional tables and priors.

    Parameters
    ----------
    priors : Priors
        The prior of every parameter; it also holds the variables.

    Notes
    -----
    A measurement that is a number is not a node. Its reading is a likelihood of what is measured.

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
        """All variables of the thread by name, including measurements.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().network.variables["hills"].states
        ('no', 'yes')
        """
        return self.priors.variables

    @property
    def nodes(self) -> list[Variable]:
        """The variables with states, in file order: all except measurements that are numbers.

        Examples
        --------
        >>> from lumbayes import load
        >>> len(load().network.nodes)
        31
        """
        return [v for v in self.variables.values() if not _is_numeric(v)]

    def check_causes(self, *names: str) -> None:
        """Raise an error if a name is neither a factor nor a mechanism; otherwise do nothing.

        Raises
        ------
        ValueError
            If there is such a name. The message lists all causes.

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
        """Return the parents of a node, in the order of the axes of `table`.

        Returns
        -------
        tuple of str
            The causes of a factor, a mechanism or the pain. For a measurement, what it measures.
            For a trait, its causes, then the pain, or only "dominant_cause". This latent node is
            the cause that the traits of a pain depend on, one of those whose link into the pain
            fired. Its parents are the causes of the pain, then the pain.

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
            Any variable, including measurements, or "dominant_cause".

        Returns
        -------
        DataFrame, shape (n_states, n_columns)
            P(state | states of the parents) at the mean of every prior; each column sums to 1. The
            index holds the states of the variable. The columns hold the states of the parents: a
            `MultiIndex` for several parents, one column "" for none.

            For a measurement that is a number, the index holds nine typical readings in the unit. A
            cell is p(reading | state) / p(reading), by which the reading multiplies the probability
            of the state of the parent. These columns do not sum to 1.

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
        """Return P(node | parents) at the mean of every prior, as an array.

        Parameters
        ----------
        name : str
            A variable of `nodes`, or "dominant_cause".

        Returns
        -------
        ndarray
            An array of shape (n_states, *n_states of each parent). The first axis sums to 1.

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
        interventions : collection of str, default ()
            The nodes that pgmpy's `do` will set later. If the pain is among them, the table of
            "dominant_cause" changes: no link fired in a pain that is set.

        Returns
        -------
        DiscreteBayesianNetwork
            A model of the variables in `nodes`, with named states. With traits (see `load`) it also
            has the latent node "dominant_cause".

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
        """Write the network at the mean of every prior to a file for other tools.

        Parameters
        ----------
        path : str or Path
            The suffix chooses the format: `.bif` (bnlearn and most others), `.bifxml` or `.xmlbif`,
            or `.net` (Hugin, GeNIe). Numbers are written with all digits.

        Raises
        ------
        ValueError
            If the suffix is another one, or if the format cannot hold a name.

        Notes
        -----
        The file holds names, arrows and tables. It holds no evidence, claims, intervals, doses,
        contrasts or measurements that are numbers.

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
            Pairs of a node and the likelihood of each of its states, up to a factor.
        interventions : mapping of str to str
            From node to the state that it is set to.

        Returns
        -------
        dict
            From node to a dict from state to P(node = state). A node that is set has one state.

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
