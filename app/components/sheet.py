"""What stands on a sheet of paper: headed tables with aligned columns, and texts round them."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    if not doubtful:
        return []
    from components import paper  # not above: it loads reportlab

    return [letter for letter in doubtful if not paper.has(letter)]
