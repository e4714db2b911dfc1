"""The README, the pages of docs/ and the prose of the code: length, paths, names and words."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import lumbayes

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lumbayes"
README = ROOT / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
REFERENCE = [*PAGES, *sorted((ROOT / "tests" / "benchmarks").glob("*.md"))]
SOURCES = sorted(PACKAGE.rglob("*.py"))

LONGEST_README = 200  # lines: it is read in one sitting, the reference stands in docs/
GLOSSARY_TERMS = 12

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)\)")
A_PATH = re.compile(r"[\w.-]+/|(?:[\w.-]+/)*[\w.-]+\.(?:py|md|toml|csv|css|js|svg|png|txt)")
DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(.*\))?")

# Classes that a page names without their package.
HOMES = {"FittedModel": "cohort.FittedModel", "Network": "network.network.Network"}

# Paths that no file of this project has, each with the reason.
NOT_OURS = {
    "activities.csv": "Strava's own name for its list of runs",
    "thread.txt": "the thread belongs to its authors and is not kept here",
}

# Words that are not the field's, each with the standard word. Where the plain sense of a word is
# standard too, the pattern holds the other sense alone.
BANNED = {
    r"nobody": "no finding, no claim, unknown",
    r"told": "given, entered; evidence",
    r"foretold": "predicted",
    r"heard|hearing|sayings?": "claim, evidence, message",
    r"thrown": "expected trials",
    r"nought": "zero",
    r"anew|afresh": "again, per run",
    r"lanes?": "column, row of the batch",
    r"whoever": "a caller, a runner",
    r"fallen": "active",
    r"at work": "contribution, active",
    r"hangs? (?:together|on)": "depends on, is correlated",
    r"leanings?": "likelihood",
    r"surgery": "intervention",
    r"knobs?": "parameter",
    r"receipts?": "claim attribution",
    r"capsules?": "encoded case",
    r"rooms?": "module, package",
    r"learnt": "estimated, updated, fitted",
    r"surer|outshouts?": "narrower, more certain",
    r"voices?": "opinion",
    r"Case\.(?:forget|without|told|question)": "the names of CHANGELOG.md",
}
ANY = "|".join(rf"\b(?:{words})\b" for words in BANNED)
# A phrase may be broken by the end of a line.
WORDS = re.compile(ANY.replace(" ", r"\s+"), re.IGNORECASE)

# What a banned pattern may still match, by file, each with the reason.
ALLOWED = {
    ("tests/benchmarks/CALIBRATION.md", "at work"): "the labels of the plots beside it",
    (
        "model/lumbayes/plot/attribution_charts.py",
        "at work",
    ): "a chart's description in the page's words",
    ("model/lumbayes/plot/basic_charts.py", "at work"): "a chart's description in the page's words",
    (
        "model/lumbayes/plot/sensitivity_charts.py",
        "at work",
    ): "a chart's description in the page's words",
    ("model/lumbayes/explanation/summaries/claims.py", "at work"): "a sentence of the page",
    (
        "model/lumbayes/explanation/comparison.py",
        "surgery",
    ): "an operation, of which some claims speak",
}

# Names that say nothing of the quantity they hold.
UNINFORMATIVE = {
    "told", "heard", "thrown", "foretold", "nobody", "lane", "lanes", "mine", "those", "said",
}  # fmt: skip


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def prose_of_page(path: Path) -> str:
    """The text of a page with the lines of its code blocks left empty."""
    kept, fenced = [], False
    for line in lines(path):
        fence = line.startswith("```")
        fenced ^= fence
        kept.append("" if fenced or fence else line)
    return "\n".join(kept)


def prose_of_source(path: Path) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a source, with the line where each starts."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            if docstring:
                yield node.body[0].lineno, docstring
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def banned(path: Path, text: str, first_line: int = 1) -> list[str]:
    """Each banned word of a text, with the line where it stands."""
    return [
        f"{name(path)}:{first_line + text[: found.start()].count(chr(10))}: {word}"
        for found in WORDS.finditer(text)
        if (name(path), (word := " ".join(found.group().lower().split()))) not in ALLOWED
    ]


def listed(found: list[str]) -> str:
    return "\n" + "\n".join(found)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_ours(dotted: str) -> bool:
    head = dotted.split(".")[0]
    return head == "lumbayes" or head in HOMES or hasattr(lumbayes, head)


def resolves(dotted: str) -> bool:
    """Whether a dotted name under lumbayes means a module, an object or a field of a class."""
    head, *rest = dotted.removeprefix("lumbayes.").split(".")
    found: Any = lumbayes
    for part in [*HOMES.get(head, head).split("."), *rest]:
        if hasattr(found, part):
            found = getattr(found, part)
        elif any(part in vars(c).get("__annotations__", {}) for c in getattr(found, "__mro__", ())):
            return True
        elif hasattr(found, "__path__") and find_spec(f"{found.__name__}.{part}"):
            found = import_module(f"{found.__name__}.{part}")
        else:
            return False
    return True


def exists(span: str, page: Path) -> bool:
    places = (ROOT, page.parent, PACKAGE, ROOT / "priors", ROOT / "model")
    return any((place / span).exists() for place in places)


def test_the_readme_is_read_in_one_sitting():
    assert len(lines(README)) <= LONGEST_README


def test_the_readme_says_at_the_top_what_it_is_not():
    assert any("What it is not" in line for line in lines(README)[:25])


def test_the_glossary_has_twelve_terms_each_in_one_row():
    text = README.read_text(encoding="utf-8")
    glossary = re.search(r"^## Glossary\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = [line for line in glossary[1].splitlines() if line.startswith("| ")][2:]
    assert len(rows) == GLOSSARY_TERMS
    assert all(len(re.split(r"(?<!\\)\|", row)) == 4 for row in rows)


def test_every_page_of_docs_is_linked_from_the_readme():
    linked = {target for line in lines(README) for target in LINK.findall(line)}
    assert {name(page) for page in PAGES if page != README} <= linked


@pytest.mark.parametrize("page", REFERENCE, ids=name)
def test_every_path_that_a_page_names_exists(page):
    text = prose_of_page(page)
    named = {*LINK.findall(text), *filter(A_PATH.fullmatch, SPAN.findall(text))}
    named = {path for path in named if "://" not in path} - NOT_OURS.keys()
    missing = sorted(path for path in named if not exists(path, page))
    assert not missing, listed(missing)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_public_name_that_a_page_gives_resolves(page):
    variables = set(re.findall(r"^>>> (\w+) =", page.read_text(encoding="utf-8"), re.MULTILINE))
    spans = [s for s in SPAN.findall(prose_of_page(page)) if not A_PATH.fullmatch(s)]
    names = [match[1] for match in map(DOTTED.fullmatch, spans) if match]
    ours = [dotted for dotted in names if dotted.split(".")[0] not in variables and is_ours(dotted)]
    missing = [dotted for dotted in ours if not resolves(dotted)]
    assert not missing, listed(missing)


def changelog_tables() -> Iterator[tuple[str, list[str]]]:
    """Each row of the tables of old and new names: its kind, then its cells."""
    kind = ""
    for line in lines(CHANGELOG):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| old "):
            kind = "module" if "module" in line else "name"
        elif not line.startswith("|"):
            kind = ""
        elif kind and not line.startswith("| ---"):
            yield kind, cells


def new_names() -> list[str]:
    """The new names of the change log; `.name` stands for the package of the name before it."""
    found, package = [], ""
    for kind, cells in changelog_tables():
        for cell in cells[1::2] if kind == "module" else cells[1:2]:
            for span in SPAN.findall(re.sub(r"\bcolumns? `.*|\(columns? .*?\)", "", cell)):
                dotted = span.removesuffix("()")
                if re.fullmatch(r"\.?[A-Za-z_][\w.]*", dotted) and not dotted.endswith(".py"):
                    package = package if dotted.startswith(".") else dotted.rpartition(".")[0]
                    found.append(package + dotted if dotted.startswith(".") else dotted)
    return found


def test_every_new_name_of_the_change_log_resolves():
    names = new_names()
    assert len(names) > 100, "the tables were not read"
    missing = [dotted for dotted in names if not resolves(dotted)]
    assert not missing, listed(missing)


def test_the_examples_of_every_page_run_with_the_tests():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = options["tool"]["pytest"]["ini_options"]
    assert {"README.md", "docs"} <= {*options["testpaths"]}
    assert {"--doctest-glob=README.md", "--doctest-glob=docs/*.md"} <= {*options["addopts"].split()}


@pytest.mark.parametrize("page", REFERENCE, ids=name)
def test_a_page_uses_the_standard_words(page):
    found = banned(page, prose_of_page(page))
    assert not found, listed(found)


def test_the_change_log_uses_the_standard_words_outside_its_table_of_old_names():
    old = re.compile(r"^\|.*|`hills:leaning`", re.MULTILINE)
    found = banned(CHANGELOG, old.sub("", prose_of_page(CHANGELOG)))
    assert not found, listed(found)


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_docstrings_and_comments_use_the_standard_words(source):
    found = [word for line, text in prose_of_source(source) for word in banned(source, text, line)]
    assert not found, listed(found)


def bound_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_names_say_what_they_hold(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    found = [f"{line}: {bound}" for line, bound in bound_names(tree) if bound in UNINFORMATIVE]
    assert not found, listed(found)
