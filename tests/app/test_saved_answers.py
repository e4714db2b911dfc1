"""Keep, share, undo, print: nothing is lost, nothing foreign enters, safety comes first."""

import base64
import io
import json
import subprocess
import sys
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest
from test_page import (
    APP,
    BASE,
    FLAGS,
    VARIABLES,
    answer,
    bars,
    measure,
    opened,
    press,
    run,
    unfolded,
    words,
)
from test_page import still as still

import clinician
import keep_words
import keeping
import kept
import questions
import safety
import sheet
import wording
from foreign import NotKept
from lumbayes import contributions, example
from test_serialization import edited

ASKED = [v for v in VARIABLES.values() if v.question]
NUMBERS = [v for v in VARIABLES.measurements if v.numeric]
STATE = [*questions.begin(VARIABLES), *safety.begin(FLAGS), *keeping.begin()]
CLAIMS = [claim.id for claim in BASE.priors.claims]
HOSTILE = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")


def values(v) -> st.SearchStrategy:
    """Every answer that a question takes."""
    if getattr(v, "numeric", False):
        return st.floats(v.low, v.high)
    return st.sampled_from(
        [choice for choice in questions.choices(v, VARIABLES) if choice != questions.UNKNOWN]
    )


some_answers = st.fixed_dictionaries({}, optional={v.name: values(v) for v in ASKED})
some_claims = st.lists(st.sampled_from(CLAIMS), unique=True)


@settings(max_examples=50)
@given(some_answers, some_claims, st.dates())
def test_whatever_can_be_answered_comes_back_from_a_file_and_from_a_link(answers, left_out, day):
    dates = dict.fromkeys(answers, f"{day}")
    told = {"answers": answers, "dates": dates, "left_out": left_out, "runs": []}
    assert kept.read_text(kept.as_text(answers, dates, left_out).encode(), BASE) == told
    assert kept.read_link(kept.as_link(answers, left_out), BASE) == {**told, "dates": {}}


def packed(content: object) -> str:
    """Anything at all in the form of a link."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


LINKS = {
    "nothing": ("", keep_words.NOT_OURS),
    "no code": ("æ%", keep_words.NOT_OURS),
    "cut off": (kept.as_link({"hills": "yes"})[:-5], keep_words.NOT_OURS),
    "HTML": (HOSTILE[0], keep_words.NOT_OURS),
    "not JSON": (packed(b"{"), keep_words.NOT_OURS),
    "not UTF-8": (packed(b"\xff\xfe"), keep_words.NOT_OURS),
    "a deep nest": (packed(b"[" * 90_000), keep_words.NOT_OURS),
    "not a number": (packed(b'[1,{"plank_seconds":NaN},[]]'), keep_words.NOT_OURS),
    "another shape": (packed([1, [], {}]), keep_words.NOT_OURS),
    "a bomb": (packed(b" " * 50_000_000), keep_words.TOO_LARGE),
    "very long": ("A" * 200_000, keep_words.TOO_LARGE),
    "another version": (packed([2, {}, []]), keep_words.OTHER_VERSION),
    "no such question": (packed([1, {HOSTILE[1]: "yes"}, []]), keep_words.UNKNOWN),
    "no such answer": (packed([1, {"hills": HOSTILE[0]}, []]), keep_words.UNKNOWN),
    "no such claim": (packed([1, {}, [HOSTILE[0]]]), keep_words.UNKNOWN),
    "a safety answer": (packed([1, {"saddle": "no"}, []]), keep_words.UNKNOWN),
    "not asked": (packed([1, {"unexplained": "yes"}, []]), keep_words.UNKNOWN),
    "out of range": (packed([1, {"plank_seconds": 601}, []]), keep_words.UNKNOWN),
    "true for a number": (packed([1, {"plank_seconds": True}, []]), keep_words.UNKNOWN),
    "a list for an answer": (packed([1, {"hills": ["yes"]}, []]), keep_words.UNKNOWN),
    "a list for a claim": (packed([1, {}, [["A1-13"]]]), keep_words.UNKNOWN),
}


@pytest.mark.parametrize(("link", "said"), LINKS.values(), ids=LINKS)
def test_an_odd_link_is_refused(link, said):
    with pytest.raises(NotKept) as no:
        kept.read_link(link, BASE)
    assert str(no.value) == said


WRITTEN = json.loads(kept.as_text({"hills": "yes"}, {"hills": "2026-11-24"}))
FILES = {
    "nothing": (b"", keep_words.NOT_OURS),
    "a picture": (b"\x89PNG\r\n\x1a\n", keep_words.NOT_OURS),
    "another JSON": ({"a": 1}, keep_words.NOT_OURS),
    "too much": (json.dumps(WRITTEN).encode() + b" " * 100_000, keep_words.TOO_LARGE),
    "another version": ({**WRITTEN, "version": 2}, keep_words.OTHER_VERSION),
    "a part missing": ({k: v for k, v in WRITTEN.items() if k != "runs"}, keep_words.NOT_OURS),
    "a part too many": ({**WRITTEN, "safety": {"saddle": "no"}}, keep_words.NOT_OURS),
    "a part of another kind": ({**WRITTEN, "answers": []}, keep_words.NOT_OURS),
    "a day that is none": ({**WRITTEN, "dates": {"hills": HOSTILE[0]}}, keep_words.UNKNOWN),
    "a day for no answer": ({**WRITTEN, "dates": {"flat_feet": "2026-11-24"}}, keep_words.UNKNOWN),
}


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_an_odd_file_is_refused(content, said):
    with pytest.raises(NotKept) as no:
        kept.read_text(
            content if isinstance(content, bytes) else json.dumps(content).encode(), BASE
        )
    assert str(no.value) == said


def with_link(link: str, **safety_answers: str) -> AppTest:
    """The page as a link opens it, before or after the safety questions."""
    at = AppTest.from_file(APP / "streamlit_app.py", default_timeout=60)
    at.query_params[keeping.PARAMETER] = link
    for name, said in safety_answers.items():
        at.session_state[safety.key(name)] = said
    return run(unfolded(at))


def test_a_link_restores_the_answers_clears_the_address_and_asks_about_safety_first():
    found = {**example().findings, "hills": "fairly yes", "plank_seconds": 22.0}
    at = with_link(kept.as_link(found, ["A1-13"]))
    assert at.success[0].value == f"{keep_words.BACK.format('link')} {keep_words.SAFETY_FIRST}"
    assert dict(at.query_params) == {} and bars(at) == {}
    at = run(unfolded(press(press(at, wording.NONE_OF_THESE), wording.NONE_OF_THESE)))
    ratio = VARIABLES.sureness["fairly"]["ratio"]
    case = (
        BASE.exclude_claims("A1-13")
        .given(**example().findings, plank_seconds=22)
        .likelihood(hills={"yes": ratio})
    )
    shown = {name: length for name, (length, _) in bars(at).items()}
    table = contributions(case).contribution
    assert shown == {
        VARIABLES[c].label: pytest.approx(100 * p, abs=0.051) for c, p in table.items()
    }
    assert at.success, "the sentence stays until the next answer"
    assert not answer(at, flat_feet="no").success


@pytest.mark.parametrize("link", [link for link, _ in LINKS.values() if len(link) < 2000])
def test_an_odd_link_gives_one_sentence_and_changes_nothing(link):
    settled = {flag.id: "no" for flag in FLAGS}
    at, fresh = with_link(link, **settled), opened()
    assert [w.value.endswith(keep_words.NOTHING_CHANGED) for w in at.warning] == [True]
    assert dict(at.query_params) == {} and bars(at) == bars(fresh)
    assert not any(mark in words(at) for mark in HOSTILE)


def opened_part(at: AppTest, key: str) -> AppTest:
    """The page with one of the parts at its end opened."""
    at.session_state[key] = True
    return run(at)


def test_no_safety_answer_is_in_a_link_or_a_file():
    at = opened_part(answer(opened(fever="yes"), hills="yes"), "keep answers")
    at = press(at, keep_words.MAKE_LINK)
    link = at.code[0].value
    held = kept.read_link(link.split("=", 1)[1], BASE)
    assert held["answers"] == {"hills": "yes"}
    text = kept.as_text(held["answers"], {"hills": "2026-11-24"})
    assert not any(flag.id in text for flag in FLAGS)
    stale = answer(at, flat_feet="no")
    assert not stale.code and keep_words.STALE in words(stale), (
        "an old link is not passed off as a new one"
    )


def test_undo_takes_back_one_answer_at_a_time():
    at = answer(opened(), back_pain="yes")
    before = bars(at)
    at = answer(at, hills="yes")
    hilly = bars(at)
    at = measure(at, "plank_seconds")
    for seconds in (80.0, 60.0, 22.0):
        at.slider(key="plank_seconds").set_value(seconds)
        at = run(at)
    assert bars(at) != hilly
    at = press(at, keep_words.UNDO)
    assert bars(at) == hilly, "the slider's way is one step"
    at = press(at, keep_words.UNDO)
    assert bars(at) == before
    at = press(press(at, keep_words.UNDO), wording.EXAMPLE)
    assert at.session_state["severity"] == "severe"
    assert "severity" not in keeping_answers(press(at, keep_words.UNDO))


def slid(at: AppTest, seconds: float) -> AppTest:
    """The page after the plank's slider has been moved."""
    at.slider(key="plank_seconds").set_value(seconds)
    return run(at)


def stands(at: AppTest) -> tuple[object, tuple[str, ...]]:
    """Where the plank's slider stands, nothing if it is not told, and the claims left out."""
    now = at.session_state[keeping.NOW]
    return now["answers"].get("plank_seconds"), tuple(now["left_out"])


def test_a_claim_left_out_between_two_moves_of_a_slider_is_a_step_of_its_own():
    claim = BASE.priors.claims[0]
    at = slid(slid(measure(opened(), "plank_seconds"), 80.0), 60.0)
    at.session_state["left out"] = (claim,)
    at = slid(slid(run(at), 40.0), 22.0)
    assert stands(at) == (22.0, (claim.id,))
    for expected in [(60.0, (claim.id,)), (60.0, ()), (None, ())]:
        at = press(at, keep_words.UNDO)
        assert stands(at) == expected


@pytest.mark.parametrize("comes_first", [True, False])
def test_a_slider_and_a_claim_that_change_at_once_are_not_one_movement_of_the_slider(comes_first):
    """Undo of what only moved the slider leaves the claim as it was, whichever came first."""
    claim = BASE.priors.claims[0]
    at = slid(measure(opened(), "plank_seconds"), 80.0)
    if not comes_first:
        at = slid(at, 60.0)
    at.session_state["left out"] = (claim,)
    at = slid(at, 40.0)
    if comes_first:
        assert stands(press(slid(at, 22.0), keep_words.UNDO)) == (40.0, (claim.id,))
    else:
        assert stands(press(at, keep_words.UNDO)) == (60.0, ())


def test_a_slider_and_another_answer_that_change_at_once_are_a_step_of_their_own():
    at = slid(slid(measure(opened(), "plank_seconds"), 80.0), 60.0)
    at.session_state["hills"] = "yes"
    at = slid(at, 40.0)
    assert keeping_answers(at) == {"hills": "yes", "plank_seconds": 40.0}
    assert keeping_answers(press(at, keep_words.UNDO)) == {"plank_seconds": 60.0}


def test_two_sliders_are_two_steps():
    at = slid(measure(opened(), "plank_seconds"), 60.0)
    at = measure(at, "km_per_week")
    at.slider(key="km_per_week").set_value(30.0)
    at = run(at)
    assert keeping_answers(at).keys() == {"plank_seconds", "km_per_week"}
    assert keeping_answers(press(at, keep_words.UNDO)) == {"plank_seconds": 60.0}


def keeping_answers(at: AppTest) -> dict[str, object]:
    """What the page would keep now."""
    return at.session_state[keeping.NOW]["answers"]


def test_undo_brings_back_a_claim_and_what_an_opened_file_replaced():
    at = answer(opened(), back_pain="yes", hills="yes")
    before = bars(at)
    at.session_state["left out"] = tuple(c for c in BASE.priors.claims if c.answer == 1)
    at = run(at)
    assert bars(at) != before
    assert bars(press(at, keep_words.UNDO)) == before


def test_start_again_leaves_nothing_to_undo_or_to_copy():
    at = opened_part(answer(opened(), hills="yes"), "keep answers")
    at = press(press(at, keep_words.MAKE_LINK), wording.RESET)
    for name, value in keeping.begin().items():
        assert at.session_state[name] == value, name


def everything() -> AppTest:
    """A page with every question answered in its longest words, safety questions included."""
    at = opened(lasting="yes", early_and_long="yes", fever="not_sure")
    for v in ASKED:
        if getattr(v, "numeric", False):
            for name in (v.name + questions.MEASURED, v.name + questions.MOVED):
                at.session_state[name] = True
            at.session_state[v.name] = float(v.high)
        else:
            choices = {
                k: c for k, c in questions.choices(v, VARIABLES).items() if k != questions.UNKNOWN
            }
            at.session_state[v.name] = max(choices, key=lambda c: len(choices[c]))
    return run(at)


def printed(at: AppTest) -> tuple[str, PdfReader]:
    """The text of the page for a clinician as another program reads it, and the file."""

    def script():
        import streamlit as st

        import clinician
        from lumbayes import load, red_flags

        st.session_state["sheet"] = clinician.filled(
            load().network.variables, red_flags(), "2026-11-24"
        )

    drawer = AppTest.from_function(script, default_timeout=60)
    for name in (name for name in STATE if name in at.session_state):
        drawer.session_state[name] = at.session_state[name]
    reader = PdfReader(io.BytesIO(sheet.pdf(run(drawer).session_state["sheet"])))
    return " ".join("".join(page.extract_text() for page in reader.pages).split()), reader


def test_the_page_for_a_clinician_holds_the_answers_with_dates_and_not_the_ranking():
    at = answer(press(opened(fever="yes"), wording.EXAMPLE), weak_core="fairly yes")
    text, reader = printed(at)
    today = clinician.day(keeping.today())
    assert "24 November 2026" in text and f"Distance a week 5.6 km ({today})" in text
    assert "How bad it gets Almost unbearable" in text
    assert f"Weak core Fairly sure yes: {VARIABLES['weak_core'].answers['yes']}" in text
    assert "Fever, shivers or night sweats Yes" in text and "All other 34 questions No" in text
    assert "Left open: hills" in text and "in 10" not in text
    assert not any(claim.quote in text for claim in BASE.priors.claims)
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == keep_words.SHEET_TITLE
    assert not (reader.metadata.author or reader.metadata.creator or reader.metadata.producer)
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    used = [font.get_object() for font in fonts if "Vera" in font.get_object()["/BaseFont"]]
    assert used and all("/FontFile2" in font["/FontDescriptor"] for font in used)


def test_the_page_for_a_clinician_stays_one_page_and_in_readable_type():
    text, reader = printed(everything())
    assert len(reader.pages) == 1
    assert "600 s" in text and "Left open" not in text
    sizes = [abs(matrix[3]) * size for matrix, size in marked(reader)]
    assert min(sizes) >= 6


def test_the_two_columns_of_the_page_for_a_clinician_are_halves_and_no_text_leaves_its_own():
    """Every line of text begins at the edge of its column and ends before the next one."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    rows = [(f"What {'is asked ' * n}", f"How {'it is answered ' * n}") for n in range(1, 30, 4)]
    reader = PdfReader(io.BytesIO(sheet.pdf(sheet.Sheet("A title", [], {"A heading": rows}))))
    page, lines = reader.pages[0], list[tuple[float, float]]()

    def place(text, current, matrix, font, size):
        if text.strip():
            left = current[4] + matrix[4]
            lines.append((left, left + stringWidth(text.strip(), "Vera", size)))

    page.extract_text(visitor_text=place)
    right = float(page.mediabox.width) - sheet.MARGIN
    middle = (sheet.MARGIN + right) / 2
    columns = [
        [line for line in lines if (line[0] >= middle) is second] for second in (False, True)
    ]
    for starts, end, part in zip((sheet.MARGIN, middle), (middle, right), columns, strict=True):
        assert len(part) > 20
        assert max(left for left, _ in part) == pytest.approx(starts, abs=7), "6 points of padding"
        assert min(left for left, _ in part) >= starts - 0.1
        assert max(last for _, last in part) <= end
        assert max(last for _, last in part) > end - 60, "a line is as long as its column is wide"


def test_letters_that_the_typeface_lacks_are_said_and_no_page_is_made(root, tmp_path):
    """Nothing a runner types is on the page, but another folder's labels are."""

    def script(priors):
        import streamlit as st

        import clinician
        import keeping
        import questions
        import safety
        from lumbayes import load, red_flags

        case, flags = load(priors), red_flags()
        begun = questions.begin(case.variables) | safety.begin(flags) | keeping.begin()
        for name, value in begun.items():
            st.session_state.setdefault(name, value)
        st.session_state["clinician"] = True
        clinician.show(case, flags)

    def shown(label):
        folder = edited(root, tmp_path, "variables.toml", ('label = "Climb"', f'label = "{label}"'))
        return run(AppTest.from_function(script, args=(str(folder),), default_timeout=60))

    at = shown("Подъём ≥ Ω")
    assert [w.value for w in at.warning] == [
        keep_words.NO_LETTERS.format(" ".join(sorted("подъём")))
    ]
    assert not at.get("download_button")
    at = shown("Œuvre de Zoë – ≥ Ω")
    assert not at.warning and at.get("download_button")


def test_the_typeface_has_every_letter_that_is_taken_for_granted():
    letters = bytes(range(32, 256)).decode(sheet.SURE, errors="ignore").replace("\x7f", "")
    fonts = sheet._fonts()
    assert [
        letter for letter in letters if not all(sheet._has(font, letter) for font in fonts)
    ] == []


def marked(reader: PdfReader) -> list[tuple[list[float], float]]:
    """The matrix and size of every text drawn."""
    found = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, _, matrix, font, size: found.append((matrix, size))
    )
    return [(matrix, size) for matrix, size in found if size]


def test_what_only_a_few_use_is_not_imported_before_they_do():
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(APP / "streamlit_app.py")!r}, default_timeout=60)
for name in {[flag.id for flag in FLAGS]!r}:
    at.session_state["safety " + name] = "no"
at.session_state["clinician"] = at.session_state["keep answers"] = True
assert not at.run().exception
assert [e for e in at.get("download_button")]
assert "reportlab" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=APP, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_days_name_is_written_out():
    assert [clinician.day(text) for text in ("2026-11-24", "2026-01-02")] == [
        "24 November 2026",
        "2 January 2026",
    ]
    sizes = [size / 2 for size in sheet.SIZES]
    assert all(a > b for a, b in pairwise(sizes))
