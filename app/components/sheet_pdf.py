"""A sheet of paper: headed rows of what and how, drawn as one page of PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

# half points: from a size that is easy to read down to the smallest that still is
SIZES = range(20, 11, -1)
MARGIN = 45  # points
# the typeface has all letters of this encoding, those of most languages of western Europe
SURE = "cp1252"


@dataclass(frozen=True)
class Sheet:
    """What stands on the page: a title, sentences under it, rows of two texts under each heading,
    sentences below.
    """

    title: str
    above: Sequence[str]
    parts: Mapping[str, Sequence[tuple[str, str]]]
    below: Sequence[str] = ()


def unprintable(sheet: Sheet) -> list[str]:
    """The letters on the sheet that its typeface does not have; the typeface is asked only where
    there is a doubt.
    """
    rows = [text for part in sheet.parts.values() for row in part for text in row]
    letters = {*"".join([sheet.title, *sheet.above, *sheet.parts, *rows, *sheet.below])}
    doubtful = sorted(letter for letter in letters if not letter.encode(SURE, errors="ignore"))
    return [letter for letter in doubtful if not all(_has(font, letter) for font in _fonts())]


def pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF of one page, in the largest type that fits; its text can be marked,
    searched and read out.
    """
    drawn, pages = b"", 0
    for size in SIZES:
        drawn, pages = _drawn(sheet, size / 2)
        if pages == 1:
            break
    return drawn


def _drawn(sheet: Sheet, size: float) -> tuple[bytes, int]:
    # reportlab is imported here and not above: it takes a while, and few visitors print
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    paper = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    about = {"title": sheet.title, "author": "", "creator": "", "producer": "", "lang": "en"}
    page = SimpleDocTemplate(paper, pagesize=A4, displayDocTitle=True, **margins, **about)
    page.build(_flow(sheet, size, page.width))
    return paper.getvalue(), page.page


def _flow(sheet: Sheet, size: float, width: float) -> list[Any]:
    styles = _styles(size)
    flow = [
        _said(sheet.title, styles["title"]),
        *(_said(text, styles["text"]) for text in sheet.above),
    ]
    for heading, rows in sheet.parts.items():
        if rows:
            flow += [_said(heading, styles["heading"]), _table(rows, styles["text"], width)]
    return flow + [_said(text, styles["below"]) for text in sheet.below]


def _table(rows: Sequence[tuple[str, str]], style: Any, width: float) -> Any:
    from reportlab.platypus import Table

    cells = [[_said(text, style) for text in row] for row in rows]
    everywhere, first = ((0, 0), (-1, -1)), ((0, 0), (0, -1))
    look: list[tuple[Any, ...]] = [
        ("VALIGN", *everywhere, "TOP"),
        ("LINEBELOW", *everywhere, 1, "#dddddd"),
    ]
    look += [
        ("TOPPADDING", *everywhere, 1),
        ("BOTTOMPADDING", *everywhere, 2),
        ("LEFTPADDING", *first, 0),
    ]
    return Table(cells, colWidths=[width / 2, width / 2], style=look)


def _styles(size: float) -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    plain, bold = _fonts()
    text = ParagraphStyle("text", fontName=plain, fontSize=size, leading=size * 5 / 4)
    heading = ParagraphStyle("heading", text, fontName=bold, spaceBefore=size, spaceAfter=size / 4)
    title = ParagraphStyle(
        "title", text, fontName=bold, fontSize=size * 3 / 2, leading=size * 2, spaceAfter=size / 2
    )
    return {
        "text": text,
        "heading": heading,
        "title": title,
        "below": ParagraphStyle("below", text, spaceBefore=size),
    }


def _fonts() -> tuple[str, str]:
    """A plain and a bold typeface that reportlab brings along, put into the file so that it looks
    alike everywhere.
    """
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(reportlab.__file__).parent / "fonts"
    for name in ("Vera", "VeraBd"):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    return "Vera", "VeraBd"


def _has(font: str, letter: str) -> bool:
    from reportlab.pdfbase import pdfmetrics

    return ord(letter) in pdfmetrics.getFont(font).face.charToGlyph


def _said(text: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(text, quote=False), style)
