"""A sheet of paper: headed tables with aligned columns, drawn as a PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

# half points: from a size that is easy to read down to the smallest that still is
SIZES = range(18, 14, -1)
MARGIN = 40  # points
PADDING = 6  # points, of a frame of reportlab on each side
LEAST_LINES = 4  # of a table below its heading before a page ends
INK, FAINT, LINE, BAND = "#16242b", "#53656e", "#e3e8ea", "#eef2f3"
# the typeface has all letters of this encoding, those of most languages of western Europe
SURE = "cp1252"


@dataclass(frozen=True)
class Table:
    """A heading and rows of texts below it.

    `widths` are the columns' parts of the page, `header` the words over them, `figures` the
    columns set to the right, `small` the rows in the faint and small type of an enumeration. A row
    of one text is a heading inside the table.
    """

    heading: str
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()
    figures: Sequence[int] = ()
    small: Sequence[int] = ()


@dataclass(frozen=True)
class Sheet:
    """What stands on paper: a title, sentences under it, tables, sentences at the end."""

    title: str
    above: Sequence[str]
    tables: Sequence[Table]
    below: Sequence[str] = ()

    @property
    def texts(self) -> list[str]:
        """Every text on it."""
        cells = [text for table in self.tables for row in table.rows for text in row]
        heads = [text for table in self.tables for text in (table.heading, *table.header)]
        return [self.title, *self.above, *heads, *cells, *self.below]


def unprintable(sheet: Sheet) -> list[str]:
    """Return the letters on the sheet that its typeface does not have."""
    letters = sorted({*"".join(sheet.texts)})
    doubtful = [letter for letter in letters if not letter.encode(SURE, errors="ignore")]
    return [letter for letter in doubtful if not all(_has(font, letter) for font in _fonts())]


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF: one page in the largest type that fits, or more in readable type.

    Its text can be marked, searched and read out.
    """
    for size in SIZES:
        drawn, n_pages = _drawn(sheet, size / 2)
        if n_pages == 1:
            return drawn
    return _drawn(sheet, SIZES[0] / 2)[0]


def _drawn(sheet: Sheet, size: float) -> tuple[bytes, int]:
    # reportlab is imported here and not above: it takes a while, and few visitors print
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    file = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    about = {"title": sheet.title, "author": "", "creator": "", "producer": "", "lang": "en"}
    document = SimpleDocTemplate(file, pagesize=A4, displayDocTitle=True, **margins, **about)
    document.build(_flow(sheet, size, document.width - 2 * PADDING))
    return file.getvalue(), document.page


def _flow(sheet: Sheet, size: float, width: float) -> list[Any]:
    from reportlab.platypus import CondPageBreak

    styles = _styles(size)
    flow = [_paragraph(sheet.title, styles["title"])]
    flow += [_paragraph(text, styles["faint"]) for text in sheet.above]
    for table in filter(lambda table: table.rows, sheet.tables):
        flow.append(CondPageBreak(LEAST_LINES * 2 * size))
        flow += [_paragraph(table.heading, styles["heading"]), _table(table, styles, width)]
    return flow + [_paragraph(text, styles["below"]) for text in sheet.below]


def _table(table: Table, styles: dict[str, Any], width: float) -> Any:
    from reportlab import platypus

    head = _cells(table.header, styles["faint"], styles["faint figure"], table.figures)
    heads = [head] if head else []
    rows = [
        _cells(
            row, styles["small" if i in table.small else "text"], styles["figure"], table.figures
        )
        for i, row in enumerate(table.rows)
    ]
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


def _cells(row: Sequence[str], plain: Any, figure: Any, figures: Sequence[int]) -> list[Any]:
    return [_paragraph(text, figure if i in figures else plain) for i, text in enumerate(row)]


def _styles(size: float) -> dict[str, Any]:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    plain, bold = _fonts()
    leading = size * 5 / 4
    text = ParagraphStyle("text", fontName=plain, fontSize=size, leading=leading, textColor=INK)
    faint = ParagraphStyle("faint", text, textColor=FAINT)
    return {
        "text": text,
        "figure": ParagraphStyle("figure", text, alignment=TA_RIGHT),
        "faint": faint,
        "small": ParagraphStyle("small", faint, fontSize=size * 7 / 8, leading=leading * 7 / 8),
        "faint figure": ParagraphStyle("faint figure", faint, alignment=TA_RIGHT),
        "strong": ParagraphStyle("strong", text, fontName=bold),
        "heading": ParagraphStyle(
            "heading", text, fontName=bold, fontSize=size * 6 / 5, leading=size * 3 / 2,
            spaceBefore=size * 4 / 5, spaceAfter=size / 4,
        ),
        "title": ParagraphStyle(
            "title", text, fontName=bold, fontSize=size * 3 / 2, leading=size * 2
        ),
        "below": ParagraphStyle("below", faint, spaceBefore=size * 3 / 5),
    }  # fmt: skip


def _fonts() -> tuple[str, str]:
    """Return a plain and a bold typeface that reportlab ships; the file holds them itself."""
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


def _paragraph(text: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(text, quote=False), style)
