"""Each notebook runs in a clean kernel, and its published copy has equal cells and output.

`notebooks/*.py` are the sources. After a change of one, or of a prior, build the copies with their
outputs again: `.venv/bin/python tests/repository/test_notebooks.py`
"""

import ast
import html
import re
from functools import cache
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from lumbayes import load

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
SECONDS = 600  # for one cell: ends what hangs, and never what a busy machine slows down
BYTES = 200_000
MOST_CELLS = 40
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OF_THIS_MACHINE = re.compile(
    r"/(?:home|root|tmp|work|Users|usr|var|opt)/|[A-Z]:\\|\.venv|site-packages"
)

CLAIMS = load().priors.claims
QUOTES = {text for claim in CLAIMS for text in (claim.quote, claim.words)}

Notebook = nbformat.NotebookNode


def executed(source: Path, seconds: int = SECONDS) -> Notebook:
    """A percent script run cell by cell in its own kernel, without what differs by run."""
    notebook = jupytext.read(source)
    place = {"metadata": {"path": str(source.parent)}}
    steady = {"record_timing": False, "coalesce_streams": True}
    NotebookClient(
        notebook, timeout=seconds, kernel_name="python3", resources=place, **steady
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, 1):
        cell.id, cell.metadata = f"cell-{number}", nbformat.from_dict({})
    return notebook


def source_of_outputs(source: Path) -> str:
    """All that the cells of the published copy show, as text."""
    cells = [cell for cell in shown(source).cells if cell.cell_type == "code"]
    return "\n".join(
        str(output.get("text", "")) + "".join(map(str, output.get("data", {}).values()))
        for cell in cells
        for output in cell.outputs
    )


def written(notebook: Notebook) -> list[tuple[str, str]]:
    """Every cell's kind and source."""
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def said(notebook: Notebook) -> list[list[str]]:
    """The text output of each code cell: lines and tables; of a figure only that it exists."""
    return [
        [_said(output) for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def _said(output: Notebook) -> str:
    if output.output_type == "stream":
        return f"{output.name}: {output.text}"
    return "a figure" if "image/svg+xml" in output.data else output.data["text/plain"]


def build() -> None:
    """Write the copy with outputs of every notebook."""
    for source in SOURCES:
        nbformat.write(executed(source), source.with_suffix(".ipynb"))
        print(source.with_suffix(".ipynb").name)


@cache
def fresh(source: Path) -> Notebook:
    """The notebook run now, once for all tests."""
    return executed(source)


@cache
def shown(source: Path) -> Notebook:
    """The copy that readers see."""
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


each_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)


@pytest.mark.notebook
@each_notebook
def test_the_notebook_runs_and_says_what_its_copy_shows(source):
    assert said(fresh(source)) == said(shown(source)), f"build the copies again: {__doc__}"


@each_notebook
def test_the_copy_holds_the_same_cells(source):
    assert written(shown(source)) == written(jupytext.read(source)), (
        f"build the copies again: {__doc__}"
    )


@each_notebook
def test_the_copy_is_small_and_names_no_machine_no_hour_and_no_warning(source):
    text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert len(text.encode()) <= BYTES
    assert OF_THIS_MACHINE.findall(text) == []
    assert dict(shown(source).metadata) == METADATA, (
        "written by something else than this file's build()"
    )
    code = [cell for cell in shown(source).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)], (
        "not run once, from top to bottom"
    )
    assert not any(cell.metadata for cell in code)
    assert not any(words.startswith("stderr") for cell in said(shown(source)) for words in cell)
    assert "image/png" not in text and "dc:date" not in text


@each_notebook
def test_a_notebook_is_a_story_of_at_most_40_cells(source):
    assert len(jupytext.read(source).cells) <= MOST_CELLS


@each_notebook
def test_every_figure_has_a_title(source):
    calls = [n for n in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(n, ast.Call)]
    figures = [call for call in calls if ast.unparse(call.func).startswith("plot.")]
    untitled = [
        ast.unparse(call)
        for call in figures
        if "title" not in [k.arg for k in call.keywords] and not ast.unparse(call).endswith("svg()")
    ]
    assert untitled == []


@each_notebook
def test_no_quote_is_cut_inside_its_marks(source):
    text = re.sub(r"<[^>]+>", " ", html.unescape(source_of_outputs(source)))
    shown_quotes = {" ".join(quote.split()) for quote in re.findall("“([^”]*)”", text)}
    cut = [quote for quote in shown_quotes if quote.endswith("…")]
    for claim in CLAIMS:
        whole = {claim.quote, claim.words}
        cut += [q for q in shown_quotes - whole if len(q) > 20 and claim.quote.startswith(q)]
    assert [quote for quote in cut if quote not in QUOTES] == []


def test_every_copy_has_its_source():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {path.stem for path in SOURCES}


def test_a_cell_that_fails_and_one_that_hangs_are_seen(tmp_path):
    (tmp_path / "wrong.py").write_text(
        "# %%\nfrom lumbayes import load\n\nload().given(hils='yes')\n"
    )
    with pytest.raises(CellExecutionError, match="Did you mean 'hills'"):
        executed(tmp_path / "wrong.py")
    (tmp_path / "endless.py").write_text("# %%\nwhile True:\n    pass\n")
    with pytest.raises(CellTimeoutError):
        executed(tmp_path / "endless.py", seconds=1)


if __name__ == "__main__":
    build()
