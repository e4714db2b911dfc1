"""The data dictionary explains all of priors/, and what it shows is true."""

import csv
import re
import tomllib

import pytest
from pooling_alternatives import POOLS, ranking, repooled, wishes
from shared import loaded

from lumbayes.data.claims_file import COLUMNS, OPTIONAL, VOCABULARY, WORD_COLUMNS
from lumbayes.data.files import folder
from lumbayes.loading import read_network
from lumbayes.network.measurement import SCALES

PRIORS = folder()
TEXT = (PRIORS / "README.md").read_text(encoding="utf-8")
CODE = {
    word
    for span in re.findall(r"`([^`\n]+)`", TEXT)
    for word in (span, span.removeprefix("survey/"))
}
FILES = sorted(path for path in PRIORS.rglob("*") if path.is_file())
TABLES = [path for path in FILES if path.suffix == ".csv"]
TREES = [path for path in FILES if path.suffix == ".toml"]
NAMED = {
    "base_rate",
    "words",
    "factor",
    "mechanism",
    "outcome",
    "trait",
    "measurement",
    "link",
    "levels",
    "card",
    "group",
    "age",
    "line",
    "followup",
    "rule",
    "row",
    "contrast",
    "start",
}
BY_STATE = {"answers", "counts", "rows", "findings", "claims", "states", "given", "believe"}
A_COLUMN_A_PHRASE = {"perceptions.csv"}
# what the pools are compared on
THREAD = read_network(coding="first", traits=False, doses=False).priors
SHIPPED = read_network().priors


def columns(path):
    """The columns of a CSV file."""
    with path.open(encoding="utf-8", newline="") as text:
        return next(csv.reader(text))


def keys(table):
    """Every key of a TOML table and its subtables, but names of things and of their states."""
    for key, value in table.items():
        yield key
        if isinstance(value, dict) and key not in BY_STATE:
            named = key in NAMED and all(isinstance(inner, dict) for inner in value.values())
            for inner in value.values() if named else [value]:
                yield from keys(inner)


def tree(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_every_file_is_explained():
    names = {path.name for path in FILES}
    assert {"claims.csv", "words.csv", "variables.toml", "redflags.toml", "example.toml"} <= names
    assert names - CODE == set()


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_column_is_explained(path):
    own = path.parent / "README.md"
    evidence = CODE | set(re.findall(r"`([^`\n]+)`", own.read_text(encoding="utf-8")))
    assert (
        path.name in A_COLUMN_A_PHRASE
        or [column for column in columns(path) if column not in evidence] == []
    )


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.name)
def test_every_key_is_explained(path):
    assert {key for key in keys(tree(path)) if key not in CODE} == set()


def test_nothing_is_explained_that_is_not_there():
    """The first cell of each dictionary table that names something: file, column or key."""
    there = (
        {path.name for path in FILES}
        | {"survey/", "codings/"}
        | {column for path in TABLES for column in columns(path)}
    )
    there |= {key for path in TREES for key in keys(tree(path))}
    first = [
        re.findall(r"`([^`]+)`", line.split("|")[1])
        for line in TEXT.splitlines()
        if line.startswith("| `")
    ]
    assert (
        len(first) > 50 and [name for names in first for name in names if name not in there] == []
    )


def test_the_columns_are_those_that_are_read():
    required = [name for name in columns(PRIORS / "claims.csv") if name not in OPTIONAL]
    assert required == list(COLUMNS)
    assert columns(PRIORS / "words.csv") == list(WORD_COLUMNS)


def test_every_allowed_value_is_listed():
    values = {value for allowed in VOCABULARY.values() for value in allowed} | set(SCALES)
    values |= {"survey", "published", "judgement", "ignorance", "below", "above", "running", "body"}
    assert {value for value in values if value and value not in CODE} == set()


def test_the_plank_across_its_cut_is_as_it_says():
    """The second number is that without doses."""
    for doses in (True, False):
        case = loaded(doses=doses)
        one, other = (case.given(plank_seconds=s).posterior("weak_core")["yes"] for s in (74, 76))
        assert f"from {one:.2f} to {other:.2f}" in TEXT


def test_the_thread_is_named_by_its_checksum():
    assert re.search(r"^sha256: [0-9a-f]{64}$", TEXT, re.MULTILINE)


def test_every_source_of_a_word_is_credited():
    sources = {
        reading.source.split("(")[0].split(",")[0].split(" 20")[0].strip()
        for reading in THREAD.words.values()
    }
    assert {source for source in sources if source not in TEXT} == set()


@pytest.mark.parametrize("priors", [THREAD, SHIPPED], ids=["first coding", "shipped"])
def test_the_pools_wishes_are_what_they_are(priors):
    assert wishes(priors) in TEXT, (
        "print the tables again: python tests/support/pooling_alternatives.py"
    )


def broken(priors):
    """The wishes that each pool breaks, by their place in the table."""
    rows = [line.split("|")[2:-1] for line in wishes(priors).splitlines()[2:]]
    columns = dict(zip(POOLS, zip(*rows)))
    return {
        pool: [i for i, cell in enumerate(cells, 1) if "broken" in cell]
        for pool, cells in columns.items()
    }


def test_the_linear_pool_keeps_every_wish_from_a_wide_ignorance_and_each_other_one_breaks_some():
    assert broken(THREAD) == {"linear": [], "logarithmic": [1, 3], "pseudo-counts": [1, 3, 4]}


def test_from_the_shipped_ignorance_the_linear_pool_alone_keeps_the_first_wish():
    found = broken(SHIPPED)
    assert found == {"linear": [2, 4], "logarithmic": [1, 2], "pseudo-counts": [1, 3, 4]}


def test_the_scripts_linear_pool_is_the_shipped_one():
    again = repooled(THREAD, POOLS["linear"]).priors
    assert all(
        again[key].counts == pytest.approx(prior.counts, rel=1e-6) for key, prior in THREAD.items()
    )


def test_the_ranking_is_what_the_thread_points_to():
    assert ranking(THREAD) in TEXT, (
        "print the tables again: python tests/support/pooling_alternatives.py"
    )
