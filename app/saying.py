"""What a screen reader says when the lists have moved: one line that stays while its words
change.
"""

from __future__ import annotations

import streamlit as st

from parts import part

MOUNT = part("saying", '<p role="status"></p>')


def aloud(sentence: str) -> None:
    """Have the sentence read out once nothing has moved for a moment; the same sentence twice is
    read once.
    """
    if MOUNT is not None:
        with st.container(key="saying"):
            MOUNT(key="said", data={"sentence": sentence}, height=1)
