"""The shape of the house, held by reading its files: who may import whom, how long a room is, where
numbers live.
"""

import ast
import importlib.metadata
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lumbayes"

# The one way through the house: a room may import what stands to its left.
TOLD = "sources checking figures variables measuring coding claims pooling prior ties priors literature".split()
TOLD += ["saving", "network"]
SUMS = "junction circuit compiling folding relaying quantiles kernel solving copies".split()
ASKED = "inference ways case intervals contribution".split()
WAY = [*TOLD, *SUMS, *ASKED]
MAY_IMPORT = {room: set(WAY[:place]) for place, room in enumerate(WAY)}
# Sums know nothing of what they are the sums of.
MAY_IMPORT |= {room: set(SUMS[:place]) for place, room in enumerate(SUMS)}
# The rooms beside the way.
MAY_IMPORT |= {
    "shapley": set(),
    "explanation": {*WAY, "shapley"},
    "along": set(WAY),
    "knobs": set(WAY),
    "lines": {*WAY, "knobs"},
    "sensitivity": {*WAY, "knobs", "lines"},
    "asking": set(WAY),
    "doubt": {*WAY, "lines", "sensitivity"},
    "sentences": {*WAY, "asking"},
    "voices": set(WAY),
    "next_run": set(WAY),
    "columns": set(WAY),
    "rows": {*WAY, "columns"},
    "frame": {*WAY, "rows"},
    "discrete": {"sources", *SUMS},
    "body": {*WAY, "next_run"},
    "history": {*WAY, "body"},
    "logbook": {*WAY, "columns", "body", "history"},
    "messages": {*WAY, "body", "history"},
    "odds": set(WAY),
    "learning": {*WAY, "body", "history", "messages", "odds"},
    "foresight": {*WAY, "body", "history", "messages", "learning"},
    "scorecard": {*WAY, "body", "history", "messages", "learning"},
    "diary": {*WAY, "body", "history", "logbook", "messages", "learning", "foresight", "scorecard"},
    "simulation": set(WAY),
    "switches": set(WAY),
    "lessons": {*WAY, "scorecard"},
    "cohort": {*WAY, "rows", "switches", "lessons"},
    "reliability": {*WAY, "rows"},
    "tables": {"sources"},
    "scoring": {*WAY, "columns", "frame", "tables"},
    "verification": set(WAY),
    "capsule": set(WAY),
    "palette": set(),
    "drawings": {"palette"},
    "looks": {"palette"},
    "maps": {"palette", "looks"},
    "curves": {"palette", "looks"},
    "courses": {"palette", "looks", "drawings"},
    "charts": {"palette", "looks", "maps", "curves", "courses"},
    "climb": set(),
    "opening": set(),
    "recordings": {"climb", "opening"},
    "strava": {"climb", "opening"},
    "runs": {"about", "climb", "opening", "recordings", "strava"},
    "redflags": {"sources"},
    "triage": {"sources", "redflags"},
    "example": {"sources", "variables", "measuring"},
    "about": {"sources", "variables"},
    "inspection": {*WAY, "redflags", "example", "about"},
}
# The front door and the command see every room; nobody but the command uses the front door from
# inside.
MAY_IMPORT |= {"__init__": set(MAY_IMPORT), "__main__": {*MAY_IMPORT, "__init__"}}

ONLY_THERE = {"pgmpy": {"network"}, "numba": {"compiling"}, "streamlit": {"__main__"},
              "altair": {"looks", "maps", "curves", "courses", "charts"}}  # fmt: skip
STANDARD_LIBRARY_ONLY = {"sources", "checking", "figures", "variables", "redflags", "triage"}
LINES = 200
# Numbers between 0 and 1 that may stand in code, each with its reason. Everything else belongs in
# priors/.
NUMBERS_IN_CODE = {
    ("model/lumbayes/claims.py", "0.9"): "the width of an interval where none is asked for",
    (
        "model/lumbayes/cohort.py",
        "0.001",
    ): "how little a step gains in log posterior where learning ends",
    ("model/lumbayes/literature.py", "0.95"): "the width of the intervals that studies print",
}
SMALLEST_NUMBER = (
    1e-6  # below it, written as 1e-9, a number is a tolerance and says nothing about the world
)


def sources(*places: str) -> dict[str, str]:
    """Python sources by path from the root: files, or the code cells of notebooks."""
    paths = sorted(
        path
        for place in places
        for path in (ROOT / place).rglob("*.py")
        if "__pycache__" not in path.parts
    )
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def notebooks() -> dict[str, str]:
    """The code of every notebook, percent scripts and .ipynb alike, without magics and shell
    lines.
    """
    cells = {}
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            code = [
                c
                for c in json.loads(path.read_text(encoding="utf-8"))["cells"]
                if c["cell_type"] == "code"
            ]
            lines = "\n".join("".join(cell["source"]) for cell in code).splitlines()
            python = [line for line in lines if not line.lstrip().startswith(("%", "!"))]
            cells[path.relative_to(ROOT).as_posix()] = "\n".join(python)
    return sources("notebooks") | cells


def imports(source: str) -> set[str]:
    """Dotted names imported anywhere in a source, inside functions and by importlib too; relative
    ones written out.
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = ".".join(filter(None, ["lumbayes" if node.level else "", node.module]))
            found |= {f"{origin}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
            "import_module",
            "__import__",
        ):
            names = [
                a.value
                for a in node.args[:1]
                if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
            found |= {f"lumbayes{name}" if name.startswith(".") else name for name in names}
    return found


def tops(source: str) -> set[str]:
    """The first part of each dotted name imported."""
    return {name.split(".")[0] for name in imports(source)}


def rooms_entered(source: str) -> set[str]:
    """The rooms of the package that a source imports; the package itself counts as its front
    door.
    """
    second = {
        (name.split(".") + [""])[1] for name in imports(source) if name.split(".")[0] == "lumbayes"
    }
    return {
        room if room in MAY_IMPORT or f"model/lumbayes/{room}.py" in ROOMS else "__init__"
        for room in second
    }


def front_door() -> set[str]:
    """The names that `lumbayes` itself offers, as listed in its __all__."""
    door = PACKAGE / "__init__.py"
    tree = ast.parse(door.read_text(encoding="utf-8") if door.exists() else "")
    lists = [
        n.value
        for n in tree.body
        if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"
    ]
    return {name for value in lists for name in ast.literal_eval(value)}


def past_the_front_door(source: str, offered: set[str]) -> set[str]:
    """Names of ours that a page or notebook takes from inside the house, and pgmpy."""
    ours = {
        name for name in imports(source) if name.split(".")[0] == "lumbayes" and name != "lumbayes"
    }
    inside = {name for name in ours if name.split(".", 1)[1] not in offered | {"*"}}
    nodes = list(ast.walk(ast.parse(source)))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    reached = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    rooms = {f"lumbayes.{room}" for room in MAY_IMPORT if room not in offered}
    return inside | (modules & ours) | (reached & rooms) | (tops(source) & {"pgmpy"})


def numbers(source: str) -> list[str]:
    """Numbers strictly between 0 and 1 as they are written, fractions of two literals included,
    tolerances not.
    """
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


def undocumented(source: str) -> list[str]:
    """The public functions, classes and methods without a docstring, and 'module' if it has none
    itself.
    """
    tree = ast.parse(source)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [
        node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")
    ]
    inner = [
        m for c in public if isinstance(c, ast.ClassDef) for m in c.body if isinstance(m, kinds)
    ]
    nodes = [*public, *(method for method in inner if not method.name.startswith("_"))]
    silent = [node.name for node in nodes if ast.get_docstring(node) is None]
    return silent if ast.get_docstring(tree) else ["module", *silent]


ROOMS = sources("model")
PAGE = sources("app")
each_room = pytest.mark.parametrize("path", ROOMS)
each_file = pytest.mark.parametrize("path", ROOMS | PAGE)


@each_room
def test_every_room_has_its_place(path):
    assert Path(path).parent == Path("model/lumbayes"), "the package has no storeys"
    assert Path(path).stem in MAY_IMPORT, (
        f"say in the table of {Path(__file__).name} what {path} may import"
    )


@each_room
def test_rooms_import_only_what_stands_to_their_left(path):
    assert rooms_entered(ROOMS[path]) - MAY_IMPORT.get(Path(path).stem, set()) == set()


def test_the_table_itself_keeps_these_apart():
    assert not {"explanation", "sensitivity"} & (
        MAY_IMPORT["explanation"] | MAY_IMPORT["sensitivity"]
    )
    assert "inference" not in MAY_IMPORT["network"]
    assert MAY_IMPORT["triage"] <= {"sources", "redflags"}


@each_room
@pytest.mark.parametrize("name", ONLY_THERE)
def test_one_room_alone_knows(name, path):
    assert Path(path).stem in ONLY_THERE[name] or name not in tops(ROOMS[path])


@pytest.mark.parametrize("room", sorted(STANDARD_LIBRARY_ONLY))
def test_standard_library_only(room):
    path = f"model/lumbayes/{room}.py"
    if path not in ROOMS:
        pytest.skip(f"{path} is not built yet")
    assert tops(ROOMS[path]) - set(sys.stdlib_module_names) - {"lumbayes"} == set()


def test_the_oracle_shares_nothing():
    oracle = (ROOT / "tests" / "oracle.py").read_text(encoding="utf-8")
    assert tops(oracle) - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("path", PAGE | notebooks())
def test_page_and_notebooks_use_the_front_door(path):
    assert past_the_front_door((PAGE | notebooks())[path], front_door()) == set()


@each_file
def test_a_room_is_read_in_one_sitting(path):
    lines = len((ROOMS | PAGE)[path].splitlines())
    assert lines <= LINES, f"{path} has {lines} lines: it is two rooms"


@each_file
def test_no_probability_in_code(path):
    allowed = {number for file, number in NUMBERS_IN_CODE if file == path}
    found = [number for number in numbers((ROOMS | PAGE)[path]) if number not in allowed]
    assert found == [], f"{path} holds numbers that belong in priors/"


@pytest.mark.parametrize(("path", "number"), NUMBERS_IN_CODE)
def test_no_exception_outlives_its_use(path, number):
    if path not in ROOMS | PAGE:
        pytest.skip(f"{path} is not built yet")
    assert number in numbers((ROOMS | PAGE)[path]), (
        f"{path} no longer writes {number}: take it off the list"
    )


@each_file
def test_everything_public_says_what_it_is(path):
    assert undocumented((ROOMS | PAGE)[path]) == []


def test_no_file_of_the_page_bears_the_name_of_an_import():
    installed = {
        name
        for name, owners in importlib.metadata.packages_distributions().items()
        if owners != ["lumbayes"]
    }
    taken = {"lumbayes", "model", "tests"} | set(sys.stdlib_module_names) | installed
    taken |= {name for source in ROOMS.values() for name in tops(source)}
    children = [path for path in (ROOT / "app").iterdir() if path.suffix == ".py" or path.is_dir()]
    assert {path.stem for path in children} & taken == set()


def test_no_file_names_a_machine_or_a_registry():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("Not a git checkout: no telling which files belong to the project.")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        listed, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    folders = ["/" + name + "/" for name in ("work", "root")] + [
        "/tmp" + "/brief",
        "/tmp" + "/ipykernel",
    ]
    hosts = [
        "pypi" + ".org",
        "python" + "hosted",
        "npm" + "js.org",
        "deb" + ".debian",
        "conda" + ".org",
    ]
    files = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    texts = {path: path.read_bytes().decode("utf-8", errors="ignore") for path in files}
    assert [
        (path.name, word)
        for path, text in texts.items()
        for word in folders + hosts
        if word in text
    ] == []


# The readers above, seen to fail: each line is a way into the house that must not pass.
@pytest.mark.parametrize(
    "line",
    [
        "import lumbayes.network.network",
        "import lumbayes.safety",
        "from lumbayes import network",
        "from lumbayes.network import Network",
        "import lumbayes\nlumbayes.network.Network",
        "def late():\n    from lumbayes.case import Case",
        "import importlib\nimportlib.import_module('lumbayes.case')",
        "from pgmpy.models import DiscreteBayesianNetwork",
    ],
)
def test_a_way_round_the_front_door_is_seen(line):
    assert past_the_front_door(line, offered={"load", "triage"})


@pytest.mark.parametrize(
    "line", ["import lumbayes", "from lumbayes import load, triage", "import lumbayes as lb"]
)
def test_the_front_door_is_open(line):
    assert not past_the_front_door(line, offered={"load", "triage"})


@pytest.mark.parametrize(
    ("line", "rooms"),
    [
        ("from .case import Case", {"case"}),
        ("from . import case, inference", {"case", "inference"}),
        ("from . import load", {"__init__"}),
        ("import importlib\nimportlib.import_module('.case', 'lumbayes')", {"case"}),
        ("if TYPE_CHECKING:\n    from lumbayes.case import Case", {"case"}),
    ],
)
def test_a_room_entered_is_seen(line, rooms):
    assert rooms_entered(line) == rooms


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


def test_silence_is_seen():
    source = "def f(): ...\nclass C:\n    'Said.'\n    def g(self): ...\n    def _h(self): ..."
    assert undocumented(source) == ["module", "f", "g"]
