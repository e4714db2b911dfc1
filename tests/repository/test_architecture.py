"""The structure of the code, read from its files: imports, sizes, and where numbers may stand."""

import ast
import importlib.metadata
import json
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lumbayes"

# A part (a package or module directly in lumbayes) may import any part of a lower layer, and none
# of its own layer.
LAYERS = [
    {"errors", "defaults"},
    {"data"},
    {"priors"},
    {"network"},
    {"inference"},
    {"case"},
    {"attribution", "loading"},
    {
        "explanation",
        "sensitivity_analysis",
        "decisions",
        "batch",
        "serialization",
        "checks",
    },
    {"cohort", "diary"},
]
MAY_IMPORT = {
    part: set().union(*LAYERS[:level], {"engine"} if level > 2 else set())
    for level, layer in enumerate(LAYERS)
    for part in layer
}
MAY_IMPORT |= {
    "engine": {"defaults"},  # numerics alone: nothing of the causal model
    "safety": {"errors", "defaults", "data"},
    "activities": {"errors", "defaults", "data"},
    "plot": set(),
}
MAY_IMPORT["checks"] |= {"safety"}
# The package itself passes names on from every part; nothing inside imports it but the command.
MAY_IMPORT |= {"__init__": set(MAY_IMPORT), "__main__": {*MAY_IMPORT, "__init__"}}

# Libraries that a few modules alone may import, by the start of those modules' names.
ONLY_IN = {
    "pgmpy": ("lumbayes.network.pgmpy_bridge",),
    "numba": ("lumbayes.engine.kernels.",),
    "altair": ("lumbayes.plot.",),
    "streamlit": ("lumbayes.__main__",),
}
NEVER_IN = {"altair": ("lumbayes.plot.vega",)}  # the page draws with it and loads no Altair
STANDARD_LIBRARY_ONLY = {"errors", "defaults", "data.files", "data.schema", "safety"}

LONGEST_CHAIN = 13  # modules of which each loads the next, every __init__ left out
FILES_AT_THE_TOP = 14  # of model/lumbayes/
LINES = 300  # a module read in one sitting
# Numbers between 0 and 1 that may stand in code, each with its reason. Everything else belongs in
# priors/.
NUMBERS_IN_CODE = {
    ("model/lumbayes/defaults.py", "0.9"): "the width of an interval where none is asked for",
    ("model/lumbayes/cohort/hmc.py", "0.8"): "the acceptance that a sampler aims at",
    ("model/lumbayes/cohort/hmc.py", "3 / 8"): "Blom's offset of a rank",
    ("model/lumbayes/cohort/hmc.py", "1 / 4"): "Blom's offset of a rank",
    ("model/lumbayes/cohort/posterior.py", "1e-4"): "a difference of a score, for a Hessian",
    ("model/lumbayes/cohort/score_maps.py", "1 / 2"): "half of a stick, the middle of its score",
    ("model/lumbayes/explanation/summaries/words.py", "1 / 10"): "below it 1 in 100 is too coarse",
    ("model/lumbayes/priors/claim_verdicts.py", "0.01"): "below it data and model do not fit",
    ("model/lumbayes/explanation/summaries/shares.py", "0.005"): "half of 1 in 100, as figures say",
    ("model/lumbayes/priors/odds_ratios.py", "0.95"): "the width of the intervals of studies",
}
# What may change after it is made, or be paired with something longer, each with its reason. Every
# other dataclass is frozen, and every other `zip` is strict.
LOOSE = {
    ("model/lumbayes/engine/circuit.py", "_Builder"): "a circuit while it is made",
    ("model/lumbayes/engine/junction_tree.py", "Clique"): "it receives its tables and children",
    ("model/lumbayes/activities/fit_files.py", "Recording"): "filled message by message",
    ("model/lumbayes/activities/xml_files.py", "Activity"): "filled element by element",
    ("model/lumbayes/network/tables.py", "zip(v.parents, states, strict=False)"): (
        "of a trait the last state is the pain's"
    ),
    (
        "model/lumbayes/cohort/parameter_vector.py",
        "zip(priors, ends_of_rows.tolist(), strict=False)",
    ): "where each begins; the last end begins nothing",
    (
        "model/lumbayes/diary/filtering.py",
        "zip([*positions[:1], *positions], positions, strict=False)",
    ): "the run before each; the last is before none",
    (
        "model/lumbayes/diary/filtering.py",
        "zip(forward, backward[1:], gaps, strict=False)",
    ): "between n runs there are n - 1 gaps",
    ("model/lumbayes/__main__.py", "zip(options, follows_option, strict=False)"): (
        "nothing follows the last option"
    ),
    ("app/sections/clinician_sheet.py", "zip(rows[:half], right, strict=False)"): (
        "the blank row on the right is for an odd number of rows"
    ),
}
SMALLEST_NUMBER = 1e-6  # below it, written as 1e-9, a number is a tolerance and no probability


def sources(*folders: str) -> dict[str, str]:
    """Python sources by path from the root."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def notebooks() -> dict[str, str]:
    """The code of every notebook, percent scripts and .ipynb alike, without magics."""
    code = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        lines = [line for line in text.splitlines() if not line.lstrip().startswith(("%", "!"))]
        code[path.relative_to(ROOT).as_posix()] = "\n".join(lines)
    return sources("notebooks") | code


def module_name(path: str) -> str:
    """The dotted name of a file of the package: lumbayes.data for model/lumbayes/data/__init__."""
    return ".".join(Path(path).with_suffix("").parts[1:]).removesuffix(".__init__")


FILES = sources("model")
PAGE = sources("app")
MODULES = {module_name(path): source for path, source in FILES.items()}
PACKAGES = {module_name(path) for path in FILES if path.endswith("/__init__.py")}


def imports(
    source: str, module: str = "lumbayes.part.module", packages: frozenset[str] = frozenset()
) -> set[str]:
    """Dotted names that a source imports anywhere, importlib included, relative ones resolved."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = absolute("." * node.level + (node.module or ""), module, packages)
            names |= {f"{origin}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                names.add(absolute(first.value, module, packages))
    return names


def called(node: ast.Call) -> str:
    """The last part of a called function's name."""
    return ast.unparse(node.func).split(".")[-1]


def absolute(name: str, module: str, packages: frozenset[str]) -> str:
    """An import's dotted name without leading dots, as seen from a module."""
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    parents = module.split(".")
    parents = parents[: len(parents) - level + (module in packages)]
    return ".".join([*parents, *filter(None, [name.lstrip(".")])])


def imported_modules(module: str, modules: dict[str, str], packages: set[str]) -> set[str]:
    """The modules of ours that a module imports: the file in which each imported name stands."""
    found = set()
    for name in imports(modules[module], module, frozenset(packages)):
        while name and name not in modules:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", module}


def part_of(module: str) -> str:
    """The package or module directly in lumbayes to which a module belongs."""
    return (module.split(".") + ["__init__"])[1]


def layer_breaches(modules: dict[str, str], packages: set[str]) -> list[str]:
    """Every import of a part that may not be imported from there."""
    breaches = []
    for module in modules:
        part = part_of(module)
        allowed = MAY_IMPORT.get(part, set()) | {part}
        others = imported_modules(module, modules, packages)
        breaches += [f"{module} imports {n}" for n in sorted(others) if part_of(n) not in allowed]
    return breaches


def library_breaches(modules: dict[str, str]) -> list[str]:
    """Every import of a library by a module that may not know it."""
    breaches = []
    for module, source in modules.items():
        for library in sorted(tops(source) & set(ONLY_IN)):
            allowed = module.startswith(ONLY_IN[library])
            if not allowed or module in NEVER_IN.get(library, ()):
                breaches.append(f"{module} imports {library}")
    return breaches


class WithoutTypeImports(ast.NodeTransformer):
    """Leaves out the body of `if TYPE_CHECKING`."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            return node.orelse or ast.Pass()
        return self.generic_visit(node)


def without_type_imports(source: str) -> str:
    """The source as it runs."""
    return ast.unparse(WithoutTypeImports().visit(ast.parse(source)))


def longest_chain(modules: dict[str, str], packages: set[str]) -> list[str]:
    """The longest row of modules of which each loads the next; packages only pass names on.

    What is imported for annotations alone is not loaded. Raises `CycleError` with the modules that
    import one another in a circle.
    """
    plain = sorted(set(modules) - packages)
    modules = {module: without_type_imports(source) for module, source in modules.items()}
    imported = {m: sorted(imported_modules(m, modules, packages) - packages) for m in plain}
    chains: dict[str, list[str]] = {}
    for module in TopologicalSorter(imported).static_order():
        longest = max((chains[other] for other in imported[module]), key=len, default=[])
        chains[module] = [module, *longest]
    return max(chains.values(), key=len)


def tops(source: str) -> set[str]:
    """The first part of each dotted name imported."""
    return {name.split(".")[0] for name in imports(source)}


def exported(source: str) -> set[str]:
    """The names of a module's __all__."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names |= set(ast.literal_eval(node.value))
    return names


def names_hidden_by_modules(package: str, modules: dict[str, str]) -> set[str]:
    """Names a package takes from inside a module, or offers, that a module beside them bears too.

    `from . import theme` offers the module itself and hides nothing.
    """
    nodes = [n for n in ast.walk(ast.parse(modules[package])) if isinstance(n, ast.ImportFrom)]
    taken = {a.asname or a.name for n in nodes if n.module for a in n.names}
    offered_modules = {a.name for n in nodes if n.level and not n.module for a in n.names}
    names = taken | (exported(modules[package]) - offered_modules)
    return {name for name in names if f"{package}.{name}" in modules}


OFFERED = {name: exported(source) for name, source in MODULES.items() if name.count(".") <= 1}


def inside_imports(source: str, offered: dict[str, set[str]]) -> set[str]:
    """Names that a page or notebook takes from elsewhere than `lumbayes` and its topics' __all__.

    `offered` gives the public names of the package and of each topic. pgmpy counts as inside.
    """
    topics = {name for name, names in offered.items() if names}
    public = topics | {f"{topic}.{name}" for topic in topics for name in offered[topic]}
    tree = list(ast.walk(ast.parse(source)))
    reached = {ast.unparse(node) for node in tree if isinstance(node, ast.Attribute)}
    names = imports(source) | {name for name in reached if name.count(".") <= 2}
    inside = {name for name in names - public if name.startswith("lumbayes.")}
    return inside | (tops(source) & {"pgmpy"})


def numbers(source: str) -> list[str]:
    """Numbers strictly between 0 and 1 as they are written, fractions included, tolerances not."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float(value)) if 0 < value < 1:
                text = ast.get_source_segment(source, node) or ""
                if "e" not in text.lower() or value > SMALLEST_NUMBER:
                    found.append(text)
            case ast.BinOp(ast.Constant(int(top)), ast.Div(), ast.Constant(int(bottom))) if (
                0 < top < bottom
            ):
                found.append(ast.get_source_segment(source, node) or "")
    return found


def says(node: ast.Call, keyword: str) -> bool:
    """Whether a call has this keyword argument, as it is written."""
    return keyword in map(ast.unparse, node.keywords)


def loose(source: str) -> list[str]:
    """Dataclasses that are not frozen, by name, and calls of `zip` that are not strict."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            calls = [
                d if isinstance(d, ast.Call) else ast.Call(d, [], []) for d in node.decorator_list
            ]
            made = [call for call in calls if called(call) == "dataclass"]
            found += [node.name for call in made if not says(call, "frozen=True")]
        elif isinstance(node, ast.Call) and called(node) == "zip" and not says(node, "strict=True"):
            found.append(ast.unparse(node))
    return found


def undocumented(source: str) -> list[str]:
    """The public functions, classes and methods without a docstring, and 'module' for the file."""
    tree = ast.parse(source)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in tree.body if isinstance(node, kinds) and node.name[0] != "_"]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    members = [member for node in classes for member in node.body if isinstance(member, kinds)]
    nodes += [member for member in members if member.name[0] != "_"]
    silent = [node.name for node in nodes if ast.get_docstring(node) is None]
    return silent if ast.get_docstring(tree) else ["module", *silent]


each_file = pytest.mark.parametrize("path", FILES | PAGE)


def test_every_part_has_its_layer():
    parts = {part_of(module) for module in MODULES}
    assert parts == set(MAY_IMPORT), f"say in {Path(__file__).name} what a new part may import"


def test_a_part_imports_only_lower_layers():
    assert layer_breaches(MODULES, PACKAGES) == []


def test_a_library_is_known_to_its_own_modules_alone():
    assert library_breaches(MODULES) == []


@pytest.mark.parametrize("name", sorted(STANDARD_LIBRARY_ONLY))
def test_standard_library_only(name):
    libraries = tops(MODULES[f"lumbayes.{name}"]) - set(sys.stdlib_module_names)
    assert libraries <= {"lumbayes"}


def test_no_chain_of_imports_is_long():
    chain = longest_chain(MODULES, PACKAGES)
    assert len(chain) <= LONGEST_CHAIN, " -> ".join(chain)


def test_few_files_stand_directly_in_the_package():
    files = [path.name for path in PACKAGE.iterdir() if path.is_file()]
    assert len(files) <= FILES_AT_THE_TOP, files


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_no_module_bears_the_name_of_what_its_package_offers(package):
    assert names_hidden_by_modules(package, MODULES) == set()


def test_the_oracle_shares_nothing():
    oracle = (ROOT / "tests" / "oracle.py").read_text(encoding="utf-8")
    assert tops(oracle) - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("path", PAGE | notebooks())
def test_page_and_notebooks_use_public_names(path):
    assert inside_imports((PAGE | notebooks())[path], OFFERED) == set()


@each_file
def test_a_module_is_read_in_one_sitting(path):
    lines = len((FILES | PAGE)[path].splitlines())
    assert lines <= LINES, f"{path} has {lines} lines: make two modules of it"


@each_file
def test_no_probability_in_code(path):
    allowed = {number for file, number in NUMBERS_IN_CODE if file == path}
    found = [number for number in numbers((FILES | PAGE)[path]) if number not in allowed]
    assert found == [], f"{path} holds numbers that belong in priors/"


@each_file
def test_what_is_made_stays_as_it_is_and_pairs_come_out_even(path):
    allowed = {text for file, text in LOOSE if file == path}
    assert [text for text in loose((FILES | PAGE)[path]) if text not in allowed] == []


@pytest.mark.parametrize(("path", "text"), LOOSE)
def test_nothing_stays_on_the_list_of_what_is_loose(path, text):
    assert text in loose((FILES | PAGE).get(path, "")), f"{path}: take {text} off the list"


@pytest.mark.parametrize(("path", "number"), NUMBERS_IN_CODE)
def test_no_exception_outlives_its_use(path, number):
    written = numbers(FILES.get(path, ""))
    assert number in written, f"{path} no longer writes {number}: take it off the list"


@each_file
def test_everything_public_has_a_docstring(path):
    assert undocumented((FILES | PAGE)[path]) == []


def test_no_file_of_the_page_bears_the_name_of_an_import():
    owners = importlib.metadata.packages_distributions()
    taken = {name for name, dists in owners.items() if dists != ["lumbayes"]}
    taken |= {"lumbayes", "model", "tests"} | set(sys.stdlib_module_names)
    taken |= {name for source in MODULES.values() for name in tops(source)}
    children = [path for path in (ROOT / "app").iterdir() if path.suffix == ".py" or path.is_dir()]
    assert {path.stem for path in children} & taken == set()


def test_the_order_of_the_tests_names_files_that_exist():
    """The lists in tests/conftest.py that spread the tests over workers."""
    tree = ast.parse((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    lists = [n.value for n in tree.body if isinstance(n, ast.Assign) and len(n.targets) == 1]
    names = {e.value for value in lists if isinstance(value, ast.Tuple) for e in value.elts}
    assert len(names) > 20
    places = {name: ROOT / ("" if name.startswith("docs/") else "tests") / name for name in names}
    assert [name for name, place in places.items() if not place.is_file()] == []


def test_no_file_names_a_machine_or_a_registry():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("Not a git checkout: no telling which files belong to the project.")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    # in two parts, so that this file does not name them itself
    folders = ["/" + "work/", "/" + "root/", "/tmp" + "/brief", "/tmp" + "/ipykernel"]
    hosts = ["pypi" + ".org", "python" + "hosted", "npm" + "js.org", "deb" + ".debian"]
    words = [*folders, *hosts, "conda" + ".org"]
    files = [ROOT / name for name in output.split("\0") if name and (ROOT / name).is_file()]
    texts = {path: path.read_bytes().decode("utf-8", errors="ignore") for path in files}
    found = [(path.name, word) for path, text in texts.items() for word in words if word in text]
    assert found == []


# Each reader above, seen to report a breach of its rule.


@pytest.mark.parametrize(
    ("module", "line", "seen"),
    [
        ("engine.solve", "from ..data.variables import Variable", "data.variables"),
        ("priors", "from ..engine import solve", "engine.solve"),
        ("network", "def late():\n    from ..case import Case", "case"),
        ("attribution", "from .loading import load", "loading"),
        ("explanation", "from .. import decisions", "decisions"),
        ("batch", "import importlib\nimportlib.import_module('lumbayes.diary')", "diary"),
        ("safety.gate", "if TYPE_CHECKING:\n    from ..priors import Prior", "priors"),
        ("plot.theme", "from ..errors import unknown", "errors"),
        ("case", "from . import load", ""),
    ],
)
def test_an_import_across_layers_is_seen(module, line, seen):
    modules = dict.fromkeys(MODULES, "") | {f"lumbayes.{module}": line}
    breach = f"lumbayes.{module} imports {f'lumbayes.{seen}' if seen else 'lumbayes'}"
    assert layer_breaches(modules, PACKAGES) == [breach]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("case", "from .data.claims import Claim"),
        ("engine.kernels.sweep", "from .jit import compiled"),
        ("engine.intervals", "from ..defaults import DRAWS"),
        ("diary.reading", "from ..batch.frame import posteriors"),
        ("checks", "from .safety import red_flags"),
        ("__main__", "from . import load"),
    ],
)
def test_an_import_of_a_lower_layer_is_allowed(module, line):
    modules = dict.fromkeys(MODULES, "") | {f"lumbayes.{module}": line}
    assert layer_breaches(modules, PACKAGES) == []


@pytest.mark.parametrize(
    ("module", "line", "breaches"),
    [
        ("network.network", "def late():\n    from pgmpy.models import MarkovNetwork", 1),
        ("network.pgmpy_bridge", "import pgmpy", 0),
        ("engine.solve", "import numba", 1),
        ("engine.kernels.sweep", "import numba", 0),
        ("plot.theme", "import altair as alt", 0),
        ("plot.vega", "import altair as alt", 1),
        ("plot", "import altair", 1),
        ("checks", "import streamlit", 1),
    ],
)
def test_a_library_out_of_place_is_seen(module, line, breaches):
    assert len(library_breaches({f"lumbayes.{module}": line})) == breaches


def test_a_long_chain_is_seen():
    names = ["lumbayes", "lumbayes.p", "lumbayes.p.a", "lumbayes.p.b", "lumbayes.c"]
    typed = "if TYPE_CHECKING:\n    from .p.a import x"
    lines = ["", "from .a import x", "from .b import y", "from ..c import z", typed]
    modules = dict(zip(names, lines, strict=True))
    chain = longest_chain(modules, {"lumbayes", "lumbayes.p"})
    assert chain == ["lumbayes.p.a", "lumbayes.p.b", "lumbayes.c"]


def test_a_circle_of_imports_is_seen():
    modules = {"lumbayes.a": "from .b import x", "lumbayes.b": "def late():\n    from . import a"}
    with pytest.raises(CycleError):
        longest_chain(modules, set())


def test_a_module_that_hides_a_function_is_seen():
    lines = "from .bend import along, bend\nfrom . import theme\n__all__ = ['along', 'theme']"
    modules = {"p": lines, "p.bend": "", "p.theme": "", "p.other": ""}
    assert names_hidden_by_modules("p", modules) == {"bend"}
    modules = {"p": "__all__ = ['lines']", "p.lines": ""}
    assert names_hidden_by_modules("p", modules) == {"lines"}


PUBLIC = {"lumbayes": {"load", "plot"}, "lumbayes.plot": {"bars"}, "lumbayes.case": set()}


@pytest.mark.parametrize(
    "line",
    [
        "import lumbayes.network.network",
        "import lumbayes.case",
        "from lumbayes import network",
        "from lumbayes.case import Case",
        "from lumbayes.plot import theme",
        "from lumbayes.plot.theme import save",
        "import lumbayes\nlumbayes.network.Network",
        "def late():\n    from lumbayes.network import Network",
        "import importlib\nimportlib.import_module('lumbayes.network')",
        "from pgmpy.models import DiscreteBayesianNetwork",
    ],
)
def test_a_private_import_is_seen(line):
    assert inside_imports(line, PUBLIC)


@pytest.mark.parametrize(
    "line",
    [
        "import lumbayes",
        "import lumbayes as lb",
        "import lumbayes.plot",
        "from lumbayes import load, plot",
        "from lumbayes.plot import bars",
        "import lumbayes\nlumbayes.plot.bars(table)",
    ],
)
def test_a_public_import_is_allowed(line):
    assert inside_imports(line, PUBLIC) == set()


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("x = 0.3", ["0.3"]),
        ("x = -.25", [".25"]),
        ("x = 5e-1", ["5e-1"]),
        ("x = 1 / 3", ["1 / 3"]),
        ("x = 1e-9", []),
        ("x = 0.0, 1.0, 2.5, 1", []),
    ],
)
def test_a_number_in_code_is_seen(line, seen):
    assert numbers(line) == seen


def test_a_missing_docstring_is_seen():
    source = "def f(): ...\nclass C:\n    'Said.'\n    def g(self): ...\n    def _h(self): ..."
    assert undocumented(source) == ["module", "f", "g"]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("@dataclass\nclass A: ...", ["A"]),
        ("@dataclass(frozen=False)\nclass A: ...", ["A"]),
        ("@dataclasses.dataclass(eq=False)\nclass A: ...", ["A"]),
        ("@dataclass(frozen=True, eq=False)\nclass A: ...", []),
        ("class A: ...", []),
        ("zip(a, b)", ["zip(a, b)"]),
        ("zip(*a, strict=False)", ["zip(*a, strict=False)"]),
        ("zip(a, zip(b, c, strict=True))", ["zip(a, zip(b, c, strict=True))"]),
        ("zip(a, b, strict=True)", []),
    ],
)
def test_what_is_loose_is_seen(source, seen):
    assert loose(source) == seen
