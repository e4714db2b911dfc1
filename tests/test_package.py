"""The package from outside: its public names, its version, its marker of types, its command."""

from importlib.metadata import version
from pathlib import Path

import pytest

import lumbayes
from lumbayes.__main__ import main, page

TOPICS = {"batch", "cohort", "decisions", "diary", "explanation", "sensitivity_analysis"}


def test_dir_lists_the_public_names_and_topics_only():
    assert dir(lumbayes) == sorted({*lumbayes.__all__, *TOPICS, "__version__"})
    assert all(hasattr(lumbayes, name) for name in dir(lumbayes))
    assert lumbayes.decisions.what_if and lumbayes.explanation.summaries.firmness


def test_it_has_a_version_and_types():
    assert lumbayes.__version__ == version("lumbayes")
    assert Path(lumbayes.__file__).with_name("py.typed").is_file()


def test_the_command_says_its_version(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"lumbayes {version('lumbayes')}\n"


def test_only_the_page_takes_further_options(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--server.port=1"])
    assert stopped.value.code == 2 and "unknown: --server.port=1" in capsys.readouterr().err


def test_the_page_is_opened_by_streamlit_with_its_options(monkeypatch, root):
    calls = []
    monkeypatch.setattr("subprocess.call", lambda command, env: calls.append((command, env)) or 0)
    monkeypatch.delenv("LUMBAYES_PRIORS", raising=False)
    assert main(["app", "--server.port", "1"]) == 0
    assert main(["app", "--priors", str(root / "priors")]) == 0
    (plain, environment), (_, elsewhere) = calls
    assert plain[1:] == ["-m", "streamlit", "run", str(page()), "--server.port", "1"]
    assert "LUMBAYES_PRIORS" not in environment
    assert elsewhere["LUMBAYES_PRIORS"] == str(root / "priors")


def test_a_page_without_its_packages_is_not_opened_and_the_command_names_the_extra(
    monkeypatch, capsys
):
    monkeypatch.setattr("subprocess.call", lambda *_, **__: pytest.fail("opened"))
    monkeypatch.setattr("lumbayes.__main__.find_spec", lambda name: None)
    assert main(["app"]) == 1
    assert "pip install 'lumbayes[page]'" in capsys.readouterr().err


def test_a_page_on_a_wrong_folder_is_not_opened(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("subprocess.call", lambda *_, **__: pytest.fail("opened"))
    assert main(["app", "--priors", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--priors", "literature"],
            ["'literature'", "studies hold no claims", "load('literature')"],
        ),
        (["--priors", "nowhere"], ["'nowhere'", "path of a folder"]),
        (["some/folder"], ["'some/folder'", "lumbayes app --priors some/folder"]),
        (["--server.port", "1", "some/folder"], ["'some/folder'", "--priors some/folder"]),
        (["--server.port=1", "some/folder"], ["'some/folder'", "--priors some/folder"]),
    ],
)
def test_what_the_page_cannot_be_opened_on_is_said(monkeypatch, capsys, options, said):
    monkeypatch.setattr("subprocess.call", lambda *_, **__: pytest.fail("opened"))
    assert main(["app", *options]) == 1
    error = capsys.readouterr().err
    assert [part for part in said if part not in error] == []


def test_the_thread_may_be_named_for_the_page(monkeypatch):
    environments = []
    monkeypatch.setattr("subprocess.call", lambda _, env: environments.append(env) or 0)
    monkeypatch.delenv("LUMBAYES_PRIORS", raising=False)
    assert main(["app", "--priors", "thread"]) == 0
    assert "LUMBAYES_PRIORS" not in environments[0]
