"""Every example of a docstring runs and shows what it says."""

import doctest
import importlib
import pkgutil

import pytest

import lumbayes
from text import figures

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PACKAGE = [
    module.name
    for module in pkgutil.walk_packages(lumbayes.__path__, "lumbayes.")
    if not module.name.endswith("__main__")
]
FEWEST = 200  # examples of the package, so that none is lost unseen


@pytest.mark.parametrize("name", [*PACKAGE, figures.__name__])
def test_the_examples_of_a_module_show_what_they_say(name):
    assert doctest.testmod(importlib.import_module(name), optionflags=FLAGS).failed == 0


def test_the_examples_are_found():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for name in PACKAGE for t in finder.find(importlib.import_module(name))]
    assert len([t for t in found if t.examples]) >= FEWEST
