"""The network in other tools' files: read back equal by pyAgrum and pgmpy, or refused."""

import shutil

import networks
import numpy as np
import pyagrum as gum
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pgmpy.readwrite import BIFReader, NETReader, XDSLWriter, XMLBIFReader
from shared import loaded

from lumbayes.network.pgmpy_bridge import FORMATS

NETWORK = loaded().network
READERS = {"bif": BIFReader, "bifxml": XMLBIFReader, "xmlbif": XMLBIFReader, "net": NETReader}
# pyAgrum reads the numbers of these two in single precision, about seven digits, whoever wrote them
# (its own, too).
SINGLE = ("bif", "net")
each_format = pytest.mark.parametrize("suffix", FORMATS)


def saved(network, folder, suffix):
    path = folder / f"network.{suffix}"
    network.save(path)
    return path


def by_pyagrum(path):
    """pyAgrum knows XMLBIF by another suffix."""
    known = path.with_suffix(".bifxml" if path.suffix == ".xmlbif" else path.suffix)
    if known != path:
        shutil.copy(path, known)
    return gum.loadBN(str(known))


def tables(network, read):
    """Ours and theirs, node by node, entry by entry, by the names of states."""
    for v in network.nodes:
        table, theirs, names = (
            network.table(v.name),
            read.cpt(v.name),
            (v.name, *network.parents(v.name)),
        )
        states = [read.variable(n).labels() for n in names]
        found = [
            theirs[{n: s[k] for n, s, k in zip(names, states, at)}]
            for at in np.ndindex(*table.shape)
        ]
        yield table.ravel(), np.array(found)


@each_format
def test_pyagrum_reads_the_same_tables(suffix, tmp_path):
    read = by_pyagrum(saved(NETWORK, tmp_path, suffix))
    assert {*read.names()} == {v.name for v in NETWORK.nodes} | {"dominant_cause"}
    for v in NETWORK.nodes:
        assert read.variable(v.name).labels() == v.states
    for ours, theirs in tables(NETWORK, read):
        evidence = ours.astype(np.float32).astype(float) if suffix in SINGLE else ours
        assert np.array_equal(theirs, evidence)


@each_format
def test_pgmpy_reads_the_same_tables(suffix, tmp_path):
    read, model = (
        READERS[suffix](str(saved(NETWORK, tmp_path, suffix))).get_model(),
        NETWORK.to_pgmpy(),
    )
    for v in NETWORK.nodes:
        ours, theirs = model.get_cpds(v.name), read.get_cpds(v.name)
        assert theirs.variables == ours.variables and theirs.state_names == ours.state_names
        assert np.abs(theirs.values - ours.values).max() < 1e-15


FOUND = [
    {},
    {"back_pain": "yes", "hills": "no"},
    {"back_pain": "yes", "onset": "cool_down", "wet_footprint": "solid"},
]


@each_format
@pytest.mark.parametrize("found", FOUND, ids=str)
def test_pyagrum_gives_the_same_posteriors(suffix, found, tmp_path):
    engine = gum.LazyPropagation(by_pyagrum(saved(NETWORK, tmp_path, suffix)))
    engine.setEvidence(found)
    case = loaded().given(**found)
    for name in (v.name for v in NETWORK.nodes if v.name not in found):
        theirs = engine.posterior(name).toarray()
        assert np.abs(theirs - case.posterior(name).to_numpy()).max() < (
            1e-6 if suffix in SINGLE else 1e-9
        )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=networks.specs(), suffix=st.sampled_from(FORMATS))
def test_any_network_is_read_back(spec, suffix, tmp_path):
    """Parents and states in any order, up to four states, several parents or none."""
    network = networks.network_of(spec)
    for ours, theirs in tables(network, by_pyagrum(saved(network, tmp_path, suffix))):
        assert np.abs(theirs - ours).max() < (1e-6 if suffix in SINGLE else 1e-15)


def test_a_format_that_is_not_offered_says_why(tmp_path):
    for suffix, why in {
        "xdsl": "one file is two networks",
        "uai": "it holds no names",
        "txt": "Allowed: bif",
    }.items():
        with pytest.raises(
            ValueError, match=rf"network\.{suffix}: Unknown format '{suffix}'.*{why}"
        ):
            NETWORK.save(tmp_path / f"network.{suffix}")
    with pytest.raises(ValueError, match="Unknown format ''"):
        NETWORK.save(tmp_path / "network")
    assert not list(tmp_path.iterdir())


def test_xdsl_still_means_two_things(tmp_path):
    """Why it is not offered; once this fails, it can be."""
    path = tmp_path / "network.xdsl"
    XDSLWriter(NETWORK.to_pgmpy()).write(str(path))
    assert (
        max(np.abs(theirs - ours).max() for ours, theirs in tables(NETWORK, gum.loadBN(str(path))))
        > 0.1
    )


def test_a_name_that_a_file_cannot_hold_is_reported(tmp_path):
    spec = {
        "outcome": "pain",
        "variables": {"pain": ["no", "not sure"]},
        "families": {"pain": networks.noisy(0.5)},
    }
    spec["families"]["pain"]["leak"] = {"no": 0.5, "not sure": 0.5}
    with pytest.raises(ValueError, match="the name 'not sure' is not made of letters"):
        networks.network_of(spec).save(tmp_path / "network.bif")
