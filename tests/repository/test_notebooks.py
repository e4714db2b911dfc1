"""Each notebook runs in a clean kernel, and its published copy has equal cells and output.

`notebooks/*.py` are the sources. After a change of one, or of a prior, build the copies with their
outputs again: `.venv/bin/python tests/repository/test_notebooks.py`
"""

import re
from functools import cache
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
SECONDS = 60  # for one cell
BYTES = 200_000
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OF_THIS_MACHINE = re.compile(
    r"/(?:home|root|tmp|work|Users|usr|var|opt)/|[A-Z]:\\|\.venv|site-packages"
)

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
