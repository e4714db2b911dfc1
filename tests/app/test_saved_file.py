"""Files, links and lines: nothing is lost, nothing foreign enters, no safety answer is kept."""

import base64
import json
import warnings
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_data import BASE, CLAIMS, HOSTILE, NUMBERS, OUTCOME, evidence, message

from lumbayes import contributions, decode_case, encode_case
from state import notebook_line, runs, saved_file
from state.answers import Answers, case_of, read_answers
from state.saved_file import Rejected
from text import saving_words as words

some_claims = st.lists(st.sampled_from(CLAIMS), unique=True)


def answers(parts, left_out=(), **more) -> Answers:
    return read_answers(message(**parts, excluded=list(left_out), **more))


def evidence_of(found):
    return {part: found[part] for part in saved_file.EVIDENCE if found[part]}


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
    "a zip bomb": (packed(b" " * 10_000_000), words.TOO_LARGE),
    "too long": ("A" * 200_000, words.TOO_LARGE),
    "no JSON": (packed(b"{"), words.NOT_OURS),
    "too deep": (packed(b"[" * 50_000), words.NOT_OURS),
    "NaN": (packed(b'[2,{"given":{"plank_seconds":NaN}},[]]'), words.NOT_OURS),
    "a later version": (packed([3, {}, []]), words.OTHER_VERSION),
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
    with pytest.raises(Rejected, match=sentence.split("{")[0].strip() or "."):
        saved_file.read_link(text, BASE)


FILES = {
    "another file": b"{}",
    "no UTF-8": b"\xff\xfe",
    "one part too many": first_version(place="here"),
    "a place in a run": first_version(runs=[{"date": "2026-11-24", "lat": 47.1}]),
    "a date of nothing": first_version(dates={"hills": "2026-11-24"}),
    "a date that is none": first_version(answers={"hills": "yes"}, dates={"hills": "today"}),
    "too large": b" " * (saved_file.MOST_BYTES + 1),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_an_odd_file_is_refused(content):
    with pytest.raises(Rejected):
        saved_file.read_text(content, BASE)


LINES = {
    "no line": ("hills=yes", words.NOT_READ),
    "cut short": (encode_case(BASE.given(hills="yes"), BASE)[:-8], words.NOT_READ),
    "an intervention": (encode_case(BASE.do(hills="no"), BASE), "Hills"),
    "odds on a trait": (encode_case(BASE.likelihood(onset={"during": 2}), BASE), "When it starts"),
}


@pytest.mark.parametrize(("line", "sentence"), LINES.values(), ids=LINES)
def test_what_the_page_has_no_place_for_is_refused_by_name(line, sentence):
    with pytest.raises(Rejected, match=sentence.split("{")[0].split("}")[-1].strip() or "."):
        notebook_line.read_line(line, BASE)


def test_odds_of_a_notebook_stay_odds():
    case = BASE.given(**{OUTCOME.name: "yes"}).likelihood(flat_feet=3)
    found = notebook_line.read_line(encode_case(case, BASE), BASE)
    assert found["likelihood"] == {"flat_feet": {"no": 1.0, "yes": 3.0}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode_case(encode_case(case, BASE), BASE).likelihoods == case.likelihoods


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
