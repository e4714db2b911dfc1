"""Distinct runners with back pain, drawn at random: as a frame, likelihoods, or evidence."""

import numpy as np
import pandas as pd

from lumbayes.data.variables import Measurement, Trait
from lumbayes.engine.query import Query
from lumbayes.network.measurement import likelihoods

ANSWERED, MECHANISM_KNOWN = 0.5, 0.1


def frame(network, rows, seed=0):
    """Half of all variables known and readings to many digits, so that no two runners are equal."""
    rng = np.random.default_rng(seed)
    variables = network.variables
    columns = {variables.outcome.name: np.full(rows, "yes", object)}
    for v in variables.values():
        if v.name == variables.outcome.name:
            continue
        states = v.order[1:] if isinstance(v, Trait) else v.states
        number = isinstance(v, Measurement) and v.numeric
        drawn = (
            rng.uniform(v.low, v.high, rows)
            if number
            else rng.choice(np.array(states, object), rows)
        )
        known = rng.random(rows) < (MECHANISM_KNOWN if v in variables.mechanisms else ANSWERED)
        columns[v.name] = np.where(known, drawn, np.nan) if number else np.where(known, drawn, None)
    return pd.DataFrame(columns)


def weights(network, frame):
    """The frame as likelihoods, shape (states of all nodes, n_rows): 1 where unknown."""
    found = {v.name: np.ones((len(v.states), len(frame))) for v in network.nodes}
    for v in network.variables.values():
        column, known = frame[v.name], frame[v.name].notna().to_numpy()
        if isinstance(v, Measurement) and v.numeric:
            read = likelihoods(v, column.fillna(v.start).to_numpy(float))
            found[v.reads] *= np.where(known, read / read.max(axis=0), 1.0)
        else:
            found[v.name] *= np.where(known, np.array([column == state for state in v.states]), 1.0)
    return np.concatenate([found[v.name] for v in network.nodes])


def query_of(case, likelihood):
    """The query of such likelihoods."""
    rows = [row for v in case.network.nodes for row in case.compiled.evidence_rows(v.name)]
    return Query(case.compiled.mean_inputs, np.array(rows), likelihood)


def evidence_of(network, likelihood, column):
    """One column as other engines take it: a state where only one is left, else likelihoods."""
    found, row = {}, 0
    for v in network.nodes:
        given = likelihood[row : row + len(v.states), column]
        row += len(v.states)
        if np.count_nonzero(given) == 1:
            found[v.name] = v.states[int(given.argmax())]
        elif (given != 1).any():
            found[v.name] = given.tolist()
    return found
