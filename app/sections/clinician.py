"""The button for a clinician's page; the page is drawn when the button is pressed."""

import streamlit as st

from components.sheet import unprintable
from lumbayes import Case
from sections import CLINICIAN
from sections.clinician_sheet import filled
from sections.saving import today
from state.answers import Answers
from text import saving_words as words


def show(case: Case, now: Answers) -> None:
    """Show the button, or which letters the page cannot be drawn with."""
    with st.expander(words.PRINT_PART, key=CLINICIAN, on_change="rerun") as part:
        if not part.open:
            return
        st.markdown(words.ABOUT_PRINT)
        sheet = filled(case, now, today())
        if letters := unprintable(sheet):
            st.warning(words.NO_LETTERS.format(" ".join(letters)))
            return

        def drawn() -> bytes:
            from components.paper import pdf  # not above: it loads reportlab

            return pdf(sheet)

        name = words.PRINT_NAME.format(today())
        st.download_button(
            words.PRINT, drawn, name, "application/pdf", key="print", on_click="ignore"
        )
