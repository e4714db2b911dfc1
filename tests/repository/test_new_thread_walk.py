"""A stranger's first hour with a new thread: every step of docs/new_thread.md, in its order."""

import contextlib
import doctest
import io
import re
import shlex
from pathlib import Path

import pytest

from lumbayes.__main__ import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "new_thread.md"
BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MINUTES = re.compile(r"\((\d+) minutes?\)")


def run(commands: str) -> tuple[int, str]:
    """Run commands of `lumbayes`; return the last exit code and all that was printed."""
    printed, code = io.StringIO(), 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        for line in commands.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "lumbayes"
            code = main(arguments)
    return code, printed.getvalue()


def edit(where: str, content: str) -> None:
    """Write a file; or its end from a line on; or replace one text in it."""
    path, how, old = (where.split(" ", 2) + ["", ""])[:3]
    text = Path(path).read_text(encoding="utf-8") if how else ""
    assert not how or text.count(old) >= 1, f"{old!r} does not stand in {path}"
    if how == "from":
        content = text[: text.index(old)] + content
    elif how == "replace":
        content = content.removesuffix("\n").join(text.rsplit(old, 1))
    Path(path).write_text(content, encoding="utf-8")


def run_python(source: str) -> str:
    """Run a block of Python and return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(source, {})
    return printed.getvalue()


def test_every_step_of_the_page_does_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LUMBAYES_PRIORS", raising=False)
    printed = ""
    for language, where, content in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "sh":
            code, printed = run(content)
            assert code == (1 if where == "fails" else 0), printed
        elif language == "python":
            printed = run_python(content)
        elif where:
            edit(where, content)
        else:
            said = doctest.OutputChecker().check_output(content, printed, FLAGS)
            assert said, f"{content}\nis not what was printed:\n{printed}"


def test_the_steps_take_twenty_minutes():
    minutes = MINUTES.findall(PAGE.read_text(encoding="utf-8"))
    assert len(minutes) == 5 and sum(map(int, minutes)) == pytest.approx(20)
