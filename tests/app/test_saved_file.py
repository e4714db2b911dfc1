"""Files, links and lines: nothing is lost, nothing foreign enters, no safety answer is kept."""

import base64
import json
import warnings
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_data import BASE, CLAIMS, HOSTILE, KNEE, NUMBERS, OUTCOME, evidence, message
from shared import loaded

from lumbayes import (
    PriorsChanged,
    contributions,
    decode_case,
    encode_case,
    serialization,
)
from lumbayes.data.files import ELSEWHERE
from state import notebook_line, runs, saved_file
from state.answers import Answers, case_of, read_answers
from state.saved_file import Rejected
from text import saving_words as words

LITERATURE = loaded("literature")
some_claims = st.lists(st.sampled_from(CLAIMS), unique=True)


def answers(parts, left_out=(), **more) -> Answers:
    return read_answers(message(**parts, excluded=list(left_out), **more))


def evidence_of(found):
    return {part: found[part] for part in saved_file.EVIDENCE if found[part]}


def test_a_file_says_what_it_is_in_letters_that_a_person_reads():
    assert saved_file.WHAT in saved_file.as_text(Answers()) and not saved_file.WHAT.isascii()


def test_a_file_holds_the_days_of_runs_and_no_time_of_day():
    run = {"date": "2026-11-24", "start": "2026-11-24T07:30", "km": 10.0}
    text = saved_file.as_text(answers({}, runs=[run]))
    assert "07:30" not in text
    assert saved_file.read_text(text.encode(), BASE)["runs"] == [{"date": "2026-11-24", "km": 10.0}]


@settings(max_examples=15, deadline=None)
@given(evidence, some_claims, st.dates())
def test_whatever_can_be_answered_comes_back_from_a_file_and_from_a_link(parts, left_out, day):
    names = {name for part in parts.values() for name in part}
    now = answers(parts, left_out, dates=dict.fromkeys(names, f"{day}"))
    found = saved_file.read_text(saved_file.as_text(now).encode(), BASE)
    assert evidence_of(found) == saved_file.evidence(now)
    assert (found["excluded"], found["dates"]) == (list(left_out), dict(now.dates))
    link = saved_file.read_link(saved_file.as_link(now), BASE)
    assert evidence_of(link) == saved_file.evidence(now) and link["excluded"] == list(left_out)


@settings(max_examples=6, deadline=None)
@given(evidence, some_claims)
def test_a_line_opens_with_the_same_figures_to_the_last_bit(parts, left_out):
    now = answers(parts, left_out)
    found = notebook_line.read_line(notebook_line.python(now, BASE), BASE)
    found.pop("notes")
    again = Answers(**{**found, "excluded": tuple(found["excluded"])})
    assert found["excluded"] == [c for c in CLAIMS if c in left_out]
    figures = [contributions(case_of(BASE, a), draws=1).contribution for a in (now, again)]
    assert figures[0].to_dict() == figures[1].to_dict()


def test_no_safety_answer_is_in_a_file_a_link_or_a_line():
    now = read_answers(message(given={"hills": "yes"}, safety={"saddle": "yes", "age": "age_70"}))
    for text in (saved_file.as_text(now), notebook_line.python(now, BASE)):
        assert "saddle" not in text and "age_70" not in text
    assert b"saddle" not in zlib.decompress(
        base64.urlsafe_b64decode(saved_file.as_link(now) + "==")
    )


FIRST = {"hills": "fairly yes", "plank_seconds": 22.0, "onset": "cool_down", OUTCOME.name: "yes"}


def first_version(**parts) -> bytes:
    empty = {"answers": {}, "dates": {}, "left_out": [], "runs": []}
    return json.dumps({"what": saved_file.WHAT, "version": 1, **empty, **parts}).encode()


def test_a_file_of_the_first_version_still_opens():
    found = saved_file.read_text(first_version(answers=FIRST, dates={"hills": "2026-11-24"}), BASE)
    assert found["given"] == {"plank_seconds": 22.0, "onset": "cool_down"}
    assert found["likelihood"] == {"hills": {"yes": 4}} and found["notes"] == []
    found = saved_file.read_text(first_version(answers={OUTCOME.name: "no"}), BASE)
    assert found["notes"] == [words.NO_PAIN]


def packed(content: object) -> str:
    """Anything at all in the form of a link."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


LINKS = {
    "nothing": ("", words.NOT_OURS),
    "no base64": ("%%%", words.NOT_OURS),
    "cut short": (packed([2, {}, []])[:-6], words.NOT_OURS),
    "foreign letters": (f"{packed([2, {}, []])}%%%%", words.NOT_OURS),
    "a zip bomb": (packed(b" " * 10_000_000), words.TOO_LARGE),
    "too long": ("A" * 200_000, words.TOO_LARGE),
    "no JSON": (packed(b"{"), words.NOT_OURS),
    "too deep": (packed(b"[" * 50_000), words.NOT_OURS),
    "NaN": (packed(b'[2,{"given":{"plank_seconds":NaN}},[]]'), words.NOT_OURS),
    "as much as may be, and no JSON": (packed(b" " * saved_file.MOST_BYTES), words.NOT_OURS),
    "one byte more": (packed(b" " * (saved_file.MOST_BYTES + 1)), words.TOO_LARGE),
    "a text as long as may be": ("A" * saved_file.MOST_BYTES, words.NOT_OURS),
    "a text one letter longer": ("A" * (saved_file.MOST_BYTES + 1), words.TOO_LARGE),
    "a later version": (packed([3, {}, []]), words.OTHER_VERSION),
    "a version of another shape": (packed([3, "answers"]), words.OTHER_VERSION),
    "no version": (packed(["2", {}, []]), words.NOT_OURS),
    "a part that is no table": (packed([2, {"given": ["hills"]}, []]), words.UNKNOWN),
    "unknown part": (packed([2, {"safety": {"saddle": "yes"}}, []]), words.UNKNOWN),
    "unknown question": (packed([2, {"given": {HOSTILE[0]: "yes"}}, []]), words.UNKNOWN),
    "unknown answer": (packed([2, {"given": {"hills": HOSTILE[1]}}, []]), words.UNKNOWN),
    "true for a number": (packed([2, {"given": {"plank_seconds": True}}, []]), words.UNKNOWN),
    "out of range": (packed([2, {"given": {"plank_seconds": 601}}, []]), words.UNKNOWN),
    "a list for an answer": (packed([2, {"given": {"hills": ["yes"]}}, []]), words.UNKNOWN),
    "no contrast": (packed([2, {"contrast": {"flat_feet": "worse"}}, []]), words.UNKNOWN),
    "a weight of nothing": (packed([2, {"likelihood": {"hills": {"yes": 0}}}, []]), words.UNKNOWN),
    "unknown claim": (packed([2, {}, ["A9-99"]]), words.UNKNOWN),
    "not asked": (packed([2, {"given": {"unexplained": "yes"}}, []]), words.UNKNOWN),
}


@pytest.mark.parametrize(("text", "sentence"), LINKS.values(), ids=LINKS)
def test_an_odd_link_is_refused(text, sentence):
    with pytest.raises(Rejected) as refused:
        saved_file.read_link(text, BASE)
    assert str(refused.value) == sentence


DATED = first_version(answers={"hills": "yes"}, dates={"hills": "today"})
FILES = {
    "another file": (b"{}", words.NOT_OURS),
    "no table": (b"[1]", words.NOT_OURS),
    "no UTF-8": (b"\xff\xfe", words.NOT_OURS),
    "a version before the first": (first_version(version=0), words.OTHER_VERSION),
    "a version after this": (first_version(version=3), words.OTHER_VERSION),
    "one part too many": (first_version(place="here"), words.NOT_OURS),
    "a list for the answers": (first_version(answers=[]), words.NOT_OURS),
    "a table for the runs": (first_version(runs={}), words.NOT_OURS),
    "a claim that is none": (first_version(left_out=["A9-99"]), words.UNKNOWN),
    "a place in a run": (first_version(runs=[{"date": "2026-11-24", "lat": 47.1}]), words.UNKNOWN),
    "a date of nothing": (first_version(dates={"hills": "2026-11-24"}), words.UNKNOWN),
    "a date that is none": (DATED, words.UNKNOWN),
    "too large": (b" " * (saved_file.MOST_BYTES + 1), words.TOO_LARGE),
}


@pytest.mark.parametrize(("content", "sentence"), FILES.values(), ids=FILES)
def test_an_odd_file_is_refused(content, sentence):
    with pytest.raises(Rejected) as refused:
        saved_file.read_text(content, BASE)
    assert str(refused.value) == sentence


def test_a_file_as_large_as_may_be_is_read():
    content = saved_file.as_text(answers({"given": {"hills": "yes"}})).encode()
    assert saved_file.read_text(content.ljust(saved_file.MOST_BYTES), BASE)["given"]


LINES = {
    "nothing": ("", words.NOT_READ),
    "no line": ("hills=yes", words.NOT_READ),
    "what is never asked": (encode_case(BASE.given(unexplained="yes"), BASE), "nobody named"),
    "cut short": (encode_case(BASE.given(hills="yes"), BASE)[:-8], words.NOT_READ),
    "an intervention": (encode_case(BASE.do(hills="no"), BASE), "Hills"),
    "odds on a trait": (encode_case(BASE.likelihood(onset={"during": 2}), BASE), "When it starts"),
}


@pytest.mark.parametrize(("line", "sentence"), LINES.values(), ids=LINES)
def test_what_the_page_has_no_place_for_is_refused_by_name(line, sentence):
    with pytest.raises(Rejected) as refused:
        notebook_line.read_line(line, BASE)
    assert sentence in str(refused.value)


def test_what_has_no_place_is_named_once_each():
    case = BASE.do(hills="no").likelihood(onset={"during": 2}).given(unexplained="yes")
    with pytest.raises(Rejected, match="of “Hills”, “When it starts” and “Something nobody named”"):
        notebook_line.read_line(encode_case(case, BASE), BASE)


@pytest.mark.parametrize("part", ["given", "believe", "likelihood", "contrast"])
def test_a_line_of_some_parts_empties_the_others(part):
    found = notebook_line.read_line(encode_case(BASE.given(hills="yes"), BASE), BASE)
    assert found[part] == ({"hills": "yes"} if part == "given" else {})
    assert (found["dates"], found["notes"]) == ({}, [])


def test_a_line_of_another_version_opens_and_says_so(monkeypatch):
    monkeypatch.setattr(serialization, "version", lambda _: "0.0.1")
    line = encode_case(BASE.given(hills="yes"), BASE)
    monkeypatch.undo()
    found = notebook_line.read_line(line, BASE)
    assert found["given"] == {"hills": "yes"} and found["notes"] == [words.OTHER_MAKE]


def moved(line: str) -> str:
    with pytest.raises(Rejected, match="had other numbers") as refused:
        notebook_line.read_line(line, BASE)
    return str(refused.value)


def test_of_numbers_that_have_changed_the_first_are_named_and_the_rest_counted():
    line = encode_case(LITERATURE, LITERATURE)
    with pytest.raises(PriorsChanged) as changed:
        decode_case(line, BASE)
    named = moved(line)
    assert len(changed.value.moved) > notebook_line.MOST_NAMED
    assert "Disc wear → Lower back pain after a run" in named and named.endswith(" more.")
    assert named.count(", ") == notebook_line.MOST_NAMED - 1


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["hills", "hills=yes → muscle_strain"], "Hills and Hills → Muscle strain"),
        (["hills → muscle_strain", "hills=yes → muscle_strain"], "Hills → Muscle strain"),
        (["contrasts"], "contrasts"),
        (["hills", "age", "side", "cough", "eases"], "Hills, {age}, {side}, {cough} and {eases}"),
        (
            ["hills", "age", "side", "cough", "eases", "flat_feet", "distance"],
            "Hills, {age}, {side}, {cough}, {eases} and 2 more",
        ),
    ],
)
def test_changed_numbers_are_named_by_the_pages_own_labels(names, named):
    labels = {name: v.label for name, v in BASE.variables.items()}
    assert notebook_line._moved(names, BASE.variables) == words.MOVED.format(named.format(**labels))


def test_numbers_that_are_gone_are_said_to_be_gone():
    """A line that knows one number more than there is here."""
    (whole, each), content = serialization._unpack(encode_case(BASE, BASE))
    line = serialization._pack((b"x" * len(whole), [*each, b"xx"]), json.dumps(content))
    assert moved(line) == words.OTHER_NUMBERS.format(words.GONE)


@pytest.mark.parametrize(
    ("priors", "second"),
    [(None, ""), ("literature", ""), (str(KNEE), ', "path/to/another_thread"')],
    ids=["none", "no folder", "a folder"],
)
def test_a_line_names_the_folder_that_the_page_was_opened_on_and_not_where_it_lies(
    monkeypatch, priors, second
):
    monkeypatch.delenv(ELSEWHERE, raising=False)
    if priors:
        monkeypatch.setenv(ELSEWHERE, priors)
    *_, line = notebook_line.python(answers({"given": {"hills": "yes"}}), BASE).splitlines()
    assert line.partition('("')[2].partition('"')[2] == f"{second})"


def test_odds_of_a_notebook_stay_odds():
    case = BASE.given(**{OUTCOME.name: "yes"}).likelihood(flat_feet=3)
    found = notebook_line.read_line(encode_case(case, BASE), BASE)
    assert found["likelihood"] == {"flat_feet": {"no": 1.0, "yes": 3.0}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode_case(encode_case(case, BASE), BASE).likelihoods == case.likelihoods


def test_a_contrast_of_a_line_is_as_the_page_keeps_it():
    case = BASE.contrast(hills=(4, 5, 1, 15), worn_shoes="worse")
    found = notebook_line.read_line(encode_case(case, BASE), BASE)
    assert found["contrast"] == {"hills": [4, 5, 1, 15], "worn_shoes": "worse"}


def test_the_most_that_can_be_kept_can_be_opened_again():
    longest = {v.name: v.high - 1 / 8 for v in NUMBERS}
    run = {"date": "2026-11-24", "km": 499.125, OUTCOME.name: "yes"}
    now = answers(
        {"given": longest},
        dates=dict.fromkeys(longest, "2026-11-24"),
        runs=[run] * runs.MOST_RUNS,
    )
    assert (
        len(saved_file.read_text(saved_file.as_text(now).encode(), BASE)["runs"]) == runs.MOST_RUNS
    )
