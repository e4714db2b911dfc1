"""Every example of a docstring runs and shows what it says; its defaults are the code's."""

import ast
import doctest
import importlib
import inspect
import math
import pkgutil
import re

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


SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: : (.*))?$", re.MULTILINE)
NOTHING = inspect.Parameter.empty


def documented(doc):
    """The type of each parameter by name, as a docstring's section has it; None without one."""
    section = SECTION.search(doc)
    return section and {
        name.lstrip("*"): kind
        for names, kind in ENTRY.findall(section[1])
        for name in names.split(", ")
    }


def callables():
    """All functions, classes and methods whose docstring has a section on parameters."""
    for name in PACKAGE:
        module = importlib.import_module(name)
        for owner in [x for x in vars(module).values() if getattr(x, "__module__", "") == name]:
            methods = vars(owner).values() if inspect.isclass(owner) else ()
            for each in [owner, *(getattr(m, "__func__", m) for m in methods)]:
                if callable(each) and documented(inspect.getdoc(each) or "") is not None:
                    yield each


def is_literal(default):
    """Whether a default says something, and something that can be written down."""
    is_literal = isinstance(default, bool | int | float | str | list)
    return is_literal and default not in ("", [], math.nan)


@pytest.mark.parametrize("function", callables(), ids=lambda f: f"{f.__module__}.{f.__qualname__}")
def test_the_parameters_and_defaults_of_a_docstring_are_those_of_the_code(function):
    types = documented(inspect.getdoc(function))
    given = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in ("self", "cls")
    }
    assert list(types) == list(given)
    for name, default in given.items():
        kind, _, stated = types[name].partition("default ")
        if stated:
            assert ast.literal_eval(stated) == default, name
        else:
            assert not is_literal(default), name
            assert kind.endswith("optional") == (default is not NOTHING), name
