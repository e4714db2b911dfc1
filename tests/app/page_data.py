"""What the tests of the page share: the case, what can be answered, and a tab with its page."""

from pathlib import Path

from hypothesis import strategies as st
from shared import loaded
from streamlit.testing.v1 import AppTest

from components.page import mount
from sections import saving

APP = Path(__file__).resolve().parents[2] / "app"
KNEE = Path(__file__).resolve().parents[1] / "another_thread"
BASE = loaded()
VARIABLES = BASE.variables
OUTCOME = VARIABLES.outcome
ASKED = [v for v in VARIABLES.values() if v.question and v != OUTCOME]
NUMBERS = [v for v in VARIABLES.measurements if v.numeric]
CAUSES = [v for v in VARIABLES.causes if v.question]
CLAIMS = [claim.id for claim in BASE.priors.claims]
HOSTILE = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
SETTLED = {"first": "none", "age": "age_18"}  # both cards closed by one tap each


def values(v) -> st.SearchStrategy:
    """Every finding that a question takes; of a trait, the states of a pain."""
    if getattr(v, "numeric", False):
        return st.floats(v.low, v.high)
    painless = {v.order[0]} if v in VARIABLES.traits else set()
    return st.sampled_from([state for state in v.states if state not in painless])


counts = st.tuples(st.integers(0, 5), st.just(5), st.integers(0, 5), st.just(5)).map(list)
evidence = st.fixed_dictionaries(
    {
        "given": st.fixed_dictionaries({}, optional={v.name: values(v) for v in ASKED}),
        "believe": st.dictionaries(
            st.sampled_from([v.name for v in CAUSES]), st.floats(0.01, 0.99), max_size=2
        ),
        "contrast": st.dictionaries(
            st.sampled_from([*VARIABLES.contrasts.factors]), st.just("worse") | counts, max_size=3
        ),
    }
)


def message(number: int = 1, **parts) -> dict:
    """A tab's message as the browser sends it, both cards settled unless it says otherwise."""
    return {"number": number, "safety": SETTLED, "resting": True, **parts}


def shown(*, opened=(), link="", **parts) -> AppTest:
    """The page for a tab that has sent this."""
    page = AppTest.from_file(APP / "streamlit_app.py", default_timeout=60)
    page.session_state[mount.KEY] = {mount.STATE: message(**parts)}
    for part in opened:
        page.session_state[part] = True
    if link:
        page.query_params[saving.PARAMETER] = link
    page.run()
    assert not page.exception
    return page


def labels(page: AppTest) -> list[str]:
    """The headings of what is folded below the screen."""
    return [part.label for part in page.expander]


def said(page: AppTest, *kinds: str) -> list[str]:
    """The texts of these kinds on a page: captions, warnings."""
    return [block.value for kind in kinds for block in getattr(page, kind)]
