"""A thread of one's own: its statements, the folder that `lumbayes new` lays out, its offsets."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from lumbayes import load
from lumbayes.__main__ import main
from lumbayes.checks import problems
from lumbayes.data.files import folder
from lumbayes.data.offsets import with_offsets
from lumbayes.data.schema import Place
from lumbayes.data.statements import statements_of
from lumbayes.data.thread import example

THREAD = """Question:

Why does the inside of my elbow ache after climbing?

by Ada

I climb three evenings a week, e.g. on Mondays. "Is it
the tendon?" What could it be? 7.5 grams of ibuprofen? No.

2 ANSWERS

  1. A sore tendon is the usual reason. Hard crimping
can irritate the tendon (so they say). Warm up!

  2) I bet you have weak forearms.
Weak forearms often strain the tendon
"""
STATEMENTS = [
    (0, "Why does the inside of my elbow ache after climbing?"),
    (0, "I climb three evenings a week, e.g. on Mondays."),
    (0, '"Is it\nthe tendon?"'),
    (0, "What could it be?"),
    (0, "7.5 grams of ibuprofen?"),
    (0, "No."),
    (1, "A sore tendon is the usual reason."),
    (1, "Hard crimping\ncan irritate the tendon (so they say)."),
    (1, "Warm up!"),
    (2, "I bet you have weak forearms."),
    (2, "Weak forearms often strain the tendon"),
]


TWICE = [found.start() for found in re.finditer("forearms", THREAD)]


def write(path, text=THREAD, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def rows(path):
    with (path / "claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path, changed):
    """Write the rows of claims.csv again, those of some ids with other cells."""
    found = rows(path)
    with (path / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(row | changed.get(row["id"], {}) for row in found)


@pytest.fixture
def elbow(tmp_path, capsys):
    """The folder that `lumbayes new` lays out for the thread above."""
    target = tmp_path / "elbow"
    assert main(["new", str(target), str(write(tmp_path / "thread.txt"))]) == 0
    capsys.readouterr()
    return target


def test_each_sentence_is_a_statement_of_its_reply():
    statements, _ = statements_of(THREAD)
    assert [(s.reply, s.quote) for s in statements] == STATEMENTS
    assert all(THREAD[s.start : s.end] == s.quote for s in statements)


ALONE = {
    "replies without an empty line between": (
        "Why so?\nreply 1: Too far.\nreply 2: Too fast.\nreply 3. Rest!",
        [(0, "Why so?"), (1, "Too far."), (2, "Too fast."), (3, "Rest!")],
    ),
    "a number that is not of the next reply": (
        "Why so?\n1. Too far.\n3) Too fast.",
        [(0, "Why so?"), (1, "Too far."), (1, "3) Too fast.")],
    ),
    "a number alone on its line": (
        "Why so?\n1.\n\nToo far.\n2)\nToo fast.",
        [(0, "Why so?"), (1, "Too far."), (2, "Too fast.")],
    ),
    "the word question in a reply": (
        "Question: why so?\n\n1. Question: how far?",
        [(0, "why so?"), (1, "Question: how far?")],
    ),
    "a title within a sentence": (
        "Why so?\n1. Ask Dr. Who or Prof. X vs. nobody. Rest, e.g. Mondays. Go!",
        [
            (0, "Why so?"),
            (1, "Ask Dr. Who or Prof. X vs. nobody."),
            (1, "Rest, e.g. Mondays."),
            (1, "Go!"),
        ],
    ),
    "four words without an end": (
        "Why so?\n1. It is too far\n\nThree words only",
        [(0, "Why so?"), (1, "It is too far")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), ALONE.values(), ids=ALONE)
def test_where_a_statement_begins_and_ends(text, expected):
    statements, _ = statements_of(text)
    assert [(s.reply, s.quote) for s in statements] == expected
    assert all(text[s.start : s.end] == s.quote for s in statements)


def test_lines_that_say_nothing_are_left_out_and_named():
    _, left_out = statements_of(THREAD)
    assert left_out == ["Question:", "by Ada", "2 ANSWERS"]


def test_the_threads_own_text_is_split_into_its_replies(thread_text):
    statements, _ = statements_of(thread_text)
    assert {s.reply for s in statements} == set(range(7))
    quotes = [s.quote for s in statements]
    assert "Why do I have terrible lower back pain after I run?" in quotes
    assert "Sounds like you have a weak core." in " ".join(quotes)


def test_a_thread_without_numbered_replies_is_refused():
    with pytest.raises(ValueError, match=r"no line begins with '1\.'.*number each reply"):
        statements_of("Why does it ache?\n\nBecause.")


def test_the_folder_passes_the_check_which_says_what_is_left(elbow, capsys):
    assert problems(elbow) == [] and main(["check", str(elbow)]) == 0
    out = capsys.readouterr().out
    assert "11 of 11 statements are still to be coded (used is 'todo'): Q-01, Q-02," in out
    assert "redflags.toml still holds the placeholders" in out
    assert len(load(elbow).priors.claims) == 11
    assert not any(claim.is_used for claim in load(elbow).priors.claims)
    assert load(elbow).given(**example(elbow).findings).probability > 0


def test_what_was_left_out_is_printed_and_only_that(tmp_path, capsys):
    for name, text in (("bare", "Why so?\n1. Rest!\n"), ("by", "Why so?\n\nby Ada\n\n1. Rest!\n")):
        thread = write(tmp_path / f"{name}.txt", text)
        assert main(["new", str(tmp_path / name), str(thread)]) == 0
        out = capsys.readouterr().out
        assert ("left out as no statement" in out) == (name == "by")
        assert f"{tmp_path / name}: 2 statements of the question and 1 replies" in out


@pytest.mark.parametrize(("n", "end"), [(12, "A1-12."), (13, "A1-12 and 1 more.")])
def test_up_to_twelve_rows_to_code_are_named(tmp_path, capsys, n, end):
    thread = write(tmp_path / "thread.txt", "why so?\n1. " + "Rest! " * n)
    assert main(["new", str(tmp_path / "new"), str(thread)]) == 0
    asked = {"used": "no", "note": "only asked", "kind": "symptom", "direction": "none"}
    rewrite(tmp_path / "new", {"Q-01": asked | {"implied": "no"}})
    capsys.readouterr()
    assert main(["check", str(tmp_path / "new")]) == 0
    out = capsys.readouterr().out
    assert f"{n} of {n + 1} statements are still to be coded" in out and f", A1-11, {end}\n" in out


def test_each_statement_is_a_row_with_its_offsets(elbow):
    text = (elbow / "thread.txt").read_text(encoding="utf-8")
    assert [(int(r["answer"]), r["quote"]) for r in rows(elbow)] == STATEMENTS
    assert all(text[int(r["start"]) : int(r["end"])] == r["quote"] for r in rows(elbow))
    assert [r["id"] for r in rows(elbow)][5:8] == ["Q-06", "A1-01", "A1-02"]
    assert {r["used"] for r in rows(elbow)} == {"todo"}


def test_no_folder_is_written_over(elbow, capsys):
    before = {p.name: p.read_bytes() for p in elbow.iterdir()}
    thread = str(elbow / "thread.txt")
    exists, lost = "it exists already", f"there is no folder {elbow / 'nowhere'} to make it in"
    targets = {elbow: exists, elbow / "thread.txt": exists, elbow / "nowhere" / "new": lost}
    for target, said in targets.items():
        assert main(["new", str(target), thread]) == 1
        assert f"{target}: {said}" in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in elbow.iterdir()} == before


@pytest.mark.parametrize("name", ["thread", "literature"])
def test_no_folder_is_called_as_the_priors_that_come_with_lumbayes(
    elbow, monkeypatch, capsys, name
):
    monkeypatch.chdir(elbow)
    assert main(["new", name, "thread.txt"]) == 1
    assert "come with Lumbayes" in capsys.readouterr().err and not Path(name).exists()
    shutil.copytree(elbow, Path(name))
    assert load(Path(name)).variables.outcome.name == load(elbow).variables.outcome.name
    assert main(["check", f"./{name}"]) == main(["check", str(elbow)])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"", "no line begins with '1.'"),
        ("Why?\n1. Perché".encode("latin-1"), "not UTF-8"),
        (b"1.\n2.", "no statement"),
    ],
)
def test_a_thread_that_cannot_be_read_leaves_no_folder(tmp_path, capsys, content, said):
    path = tmp_path / "thread.txt"
    if content is not None:
        path.write_bytes(content)
    assert main(["new", str(tmp_path / "new"), str(path)]) == 1
    assert said in capsys.readouterr().err and not (tmp_path / "new").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_thread_saved_by_other_programs_is_read(tmp_path, encoding, line_end):
    thread = write(tmp_path / "thread.txt", THREAD.replace("\n", line_end), encoding)
    assert main(["new", str(tmp_path / "new"), str(thread)]) == 0
    assert problems(tmp_path / "new") == []
    assert [(int(r["answer"]), r["quote"]) for r in rows(tmp_path / "new")] == STATEMENTS


def test_offsets_may_be_left_out_where_a_quote_is_unique(elbow):
    whole = {r["id"]: r for r in rows(elbow)}
    rewrite(elbow, {id_: {"start": "", "end": ""} for id_ in whole})
    assert problems(elbow) == []
    for claim in load(elbow).priors.claims:
        assert (claim.start, claim.end) == tuple(int(whole[claim.id][k]) for k in ("start", "end"))


def test_the_columns_of_offsets_may_be_left_out(elbow):
    kept = [{k: v for k, v in r.items() if k not in ("start", "end")} for r in rows(elbow)]
    with (elbow / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    assert problems(elbow) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"quote": "forearms"}, f"stands 2 times in thread.txt (at {TWICE[0]}, {TWICE[1]})"),
        ({"quote": "strong forearms"}, "does not stand in thread.txt"),
        ({"quote": ""}, "its quote is empty"),
        ({"quote": "I bet", "start": "1"}, "start '1' and end ''"),
        ({"quote": "I bet", "end": "5"}, "start '' and end '5'"),
    ],
)
def test_a_quote_that_cannot_be_placed_is_said(elbow, cells, said):
    rewrite(elbow, {"A2-01": {"start": "", "end": ""} | cells})
    (problem,) = problems(elbow)
    assert "A2-01" in problem and said in problem and str(elbow / "claims.csv") in problem


@pytest.mark.parametrize(
    ("n", "places"), [(5, "at 0, 5, 10, 15, 20)"), (6, "at 0, 5, 10, 15, 20, …)")]
)
def test_up_to_five_places_of_a_quote_are_named(n, places):
    row = {"start": "", "end": "", "quote": "ache"}
    with pytest.raises(ValueError, match=re.escape(f"stands {n} times in thread.txt ({places}")):
        with_offsets(Place(Path("claims.csv")), row, "ache " * n)


def test_offsets_cannot_be_left_out_without_the_thread(elbow):
    rewrite(elbow, {"A2-01": {"start": "", "end": ""}})
    (elbow / "thread.txt").unlink()
    (problem,) = problems(elbow)
    assert "A2-01" in problem and "thread.txt" in problem and "fill in start and end" in problem


def test_a_row_to_code_holds_what_it_must_and_no_more_is_asked(elbow):
    rewrite(elbow, {"A1-01": {"kind": "", "cause": "whatever"}})
    assert problems(elbow) == []
    rewrite(elbow, {"A1-01": {"used": "to do"}})
    assert "Unknown used 'to do'. Did you mean 'todo'?" in " ".join(problems(elbow))


def test_the_check_shows_the_mean_of_each_prior_beside_its_sentence(tmp_path, capsys):
    copy = shutil.copytree(folder().parent / "tests" / "another_thread", tmp_path / "knee")
    variables = copy / "variables.toml"
    text = variables.read_text(encoding="utf-8")
    variables.write_text(text.replace("beta = [1, 9]", "beta = [9, 1]", 1), encoding="utf-8")
    assert main(["check", str(copy)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (swapped,) = [line for line in lines if line.split()[1:2] == ["mechanism.kneecap"]]
    assert swapped.split()[0] == "90%" and "one time in ten or so" in swapped
    (fine,) = [line for line in lines if line.split()[1:2] == ["mechanism.tendon"]]
    assert fine.split()[0] == "10%" and "one time in ten or so" in fine
    text = "\n".join(lines)
    for part in (
        "70%  probably",
        "30%  factor.big_gears",
        "95%  outcome.knee_pain.link.unnamed",
        "82%  A1-2 (low_saddle → kneecap; flat)",
        "Q-3 (kneecap → place = front; usually)",
        "“A low saddle loads the kneecap on every turn of the pedals”",
        "front 33%, outside 33%, behind 33%",
    ):
        assert part in text, part
    assert lines[-1].startswith("fine: 14 claims")
