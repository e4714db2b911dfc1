"""The page: safety first, then the questions, and beside them what the thread points to."""

from __future__ import annotations

import gc
from pathlib import Path

import questions
import results
import safety
import streamlit as st
import wording

from lumbayes import Case, ImpossibleFindings, contributions, example, load, red_flags, triage

st.set_page_config(page_title=wording.TITLE, page_icon="🏃", layout="wide")
st.html(Path(__file__).with_name("look.css"))
