"""A sheet of paper drawn as a PDF.

reportlab takes a while to load and few visitors print, so this is imported where somebody does.
"""

from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import reportlab
from reportlab import platypus
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from components.sheet import Sheet, Table

# half points: from a size that is easy to read down to the smallest that still is
SIZES = range(18, 14, -1)
MARGIN = 40  # points
PADDING = 6  # points, of a frame of reportlab on each side
LEAST_LINES = 4  # of a table below its heading before a page ends
INK, FAINT, LINE, BAND = "#16242b", "#53656e", "#e3e8ea", "#eef2f3"
FONTS = PLAIN, BOLD = "Vera", "VeraBd"  # reportlab ships them, and the file holds them itself
for font in FONTS:
    path = Path(reportlab.__file__).parent / "fonts" / f"{font}.ttf"
    pdfmetrics.registerFont(TTFont(font, str(path)))


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF: one page in the largest type that fits, or more in readable type.

    Its text can be marked, searched and read out.
    """
    for size in SIZES:
        drawn, n_pages = _drawn(sheet, size / 2)
        if n_pages == 1:
            return drawn
    return _drawn(sheet, SIZES[0] / 2)[0]


def has(letter: str) -> bool:
    """Return whether both typefaces have a letter."""
    return all(ord(letter) in pdfmetrics.getFont(font).face.charToGlyph for font in FONTS)


def _drawn(sheet: Sheet, size: float) -> tuple[bytes, int]:
    file = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    about = {"title": sheet.title, "author": "", "creator": "", "producer": "", "lang": "en"}
    document = platypus.SimpleDocTemplate(
        file, pagesize=A4, displayDocTitle=True, **margins, **about
    )
    document.build(_flow(sheet, size, document.width - 2 * PADDING))
    return file.getvalue(), document.page


def _flow(sheet: Sheet, size: float, width: float) -> list[Any]:
    styles = _styles(size)
    flow = [_paragraph(sheet.title, styles["title"])]
    flow += [_paragraph(text, styles["faint"]) for text in sheet.above]
    for table in filter(lambda table: table.rows, sheet.tables):
        flow.append(platypus.CondPageBreak(LEAST_LINES * 2 * size))
        flow += [_paragraph(table.heading, styles["heading"]), _table(table, styles, width)]
    return flow + [_paragraph(text, styles["below"]) for text in sheet.below]


def _table(table: Table, styles: dict[str, Any], width: float) -> Any:
    def cells(row: Sequence[str], style: str) -> list[Any]:
        return [_paragraph(text, styles[style], i in table.figures) for i, text in enumerate(row)]

    heads = [cells(table.header, "faint")] if table.header else []
    rows = [cells(row, "small" if i in table.small else "text") for i, row in enumerate(table.rows)]
    bands = [i for i, row in enumerate(table.rows) if len(row) == 1]
    for i in bands:
        rows[i] = [_paragraph(table.rows[i][0], styles["strong"])] + [""] * (len(table.widths) - 1)
    return platypus.Table(
        heads + rows,
        colWidths=[part * width / sum(table.widths) for part in table.widths],
        repeatRows=len(heads),
        hAlign="LEFT",
        style=_look([i + len(heads) for i in bands]),
    )


def _look(bands: Iterable[int]) -> list[tuple[Any, ...]]:
    everywhere, first, last = ((0, 0), (-1, -1)), ((0, 0), (0, -1)), ((-1, 0), (-1, -1))
    look: list[tuple[Any, ...]] = [
        ("VALIGN", *everywhere, "TOP"),
        ("FONTSIZE", *everywhere, 1),  # of cells without text, which would hold a row open
        ("LEADING", *everywhere, 1),
        ("LINEBELOW", *everywhere, 1, LINE),
        ("TOPPADDING", *everywhere, 1),
        ("BOTTOMPADDING", *everywhere, 2),
        ("LEFTPADDING", *first, 0),
        ("RIGHTPADDING", *last, 0),
    ]
    for i in bands:
        look += [("SPAN", (0, i), (-1, i)), ("BACKGROUND", (0, i), (-1, i), BAND)]
        look.append(("LEFTPADDING", (0, i), (0, i), 3))
    return look


def _styles(size: float) -> dict[str, Any]:
    leading = size * 5 / 4
    text = ParagraphStyle("text", fontName=PLAIN, fontSize=size, leading=leading, textColor=INK)
    faint = ParagraphStyle("faint", text, textColor=FAINT)
    return {
        "text": text,
        "faint": faint,
        "small": ParagraphStyle("small", faint, fontSize=size * 7 / 8, leading=leading * 7 / 8),
        "strong": ParagraphStyle("strong", text, fontName=BOLD),
        "heading": ParagraphStyle(
            "heading", text, fontName=BOLD, fontSize=size * 6 / 5, leading=size * 3 / 2,
            spaceBefore=size * 4 / 5, spaceAfter=size / 4,
        ),
        "title": ParagraphStyle(
            "title", text, fontName=BOLD, fontSize=size * 3 / 2, leading=size * 2
        ),
        "below": ParagraphStyle("below", faint, spaceBefore=size * 3 / 5),
    }  # fmt: skip


def _paragraph(text: str, style: Any, is_figure: bool = False) -> Any:
    side = "right" if is_figure else "left"
    return platypus.Paragraph(f'<para align="{side}">{escape(text, quote=False)}</para>', style)
