"""The small pictures beside the home tests: files named after the question, and after its answers
where one chooses.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

import wording

FOLDER = Path(__file__).parent / "pictures"


def show(v: Any) -> None:
    """The picture of a question, or one of each answer in their order with its words; nothing where
    none is drawn.
    """
    if found := _figure(v):
        st.html(found)


@cache
def picture(name: str) -> str:
    """A drawing cut out of the colour of the text, light or dark; empty where there is none."""
    path = FOLDER / f"{name}.svg"
    if not path.is_file():
        return ""
    svg = path.read_text(encoding="utf-8")
    width, height = re.findall(r'(?:width|height)="(\d+)"', svg)[:2]
    shape = f"url('data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}')"
    return (
        f'<i style="width:{width}px;height:{height}px;mask:{shape} center/contain no-repeat"></i>'
    )


def _figure(v: Any) -> str:
    if one := picture(v.name):
        return f'<div class="drawn" aria-hidden="true">{one}</div>'
    several = {state: picture(f"{v.name}.{state}") for state in v.states}
    if not all(several.values()):
        return ""
    told = [
        f"<figure>{svg}<figcaption>{_says(v, state)}</figcaption></figure>"
        for state, svg in several.items()
    ]
    return f'<div class="drawn" aria-hidden="true">{"".join(told)}</div>'


def _says(v: Any, state: str) -> str:
    return escape(wording.capital(v.answers.get(state, state)))
