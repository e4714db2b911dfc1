"""The parts of the page that bring a script of their own to the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent


def part(name: str, html: str = "") -> Any:
    """The part whose script and look lie beside this file, to be called where it stands; None where
    none can be had.
    """
    make = getattr(getattr(st.components, "v2", None), "component", None)
    script, look = (HERE / f"{name}.js", HERE / f"{name}.css")
    style = look.read_text(encoding="utf-8") if look.is_file() else None
    return (
        make(name, html=html or None, js=script.read_text(encoding="utf-8"), css=style)
        if make
        else None
    )
