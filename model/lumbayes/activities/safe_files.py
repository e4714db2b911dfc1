"""A run file opened with care: so many bytes, one layer of packing, no XML that hides a bomb; else
one sentence.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import RunFileError

BYTES = 50_000_000
POINTS = 200_000
ELEMENTS, DEPTH, NAMESPACES = 3_000_000, 30, 100
Source = str | Path | bytes | bytearray | BinaryIO


@contextmanager
def clear(name: str, what: str) -> Iterator[None]:
    """Whatever a reader of other people's files trips over inside becomes one `UnreadableRun`
    without its contents.
    """
    try:
        yield
    except RunFileError as told:
        raise RunFileError(f"{name}: {told}") from None
    except Exception:  # the libraries raise a dozen kinds, and their words may hold positions
        raise RunFileError(
            f"{name}: this {what} is broken or cut short; export it again."
        ) from None


def content(source: Source, name: str) -> bytes:
    """The bytes of a path, a binary file object or bytes, unpacked once if they are gzip or a zip
    of one file.

    Raises `UnreadableRun` for what is no file, is empty, or holds more than 50 MB before or after
    unpacking.
    """
    with clear(name, "file"):
        found = _read(source)
    if found.startswith(b"\x1f\x8b"):
        with clear(name, "gzip file"):
            found = _gunzipped(found)
    elif found.startswith(b"PK\x03\x04"):
        with clear(name, "zip file"):
            found = _unzipped(found)
    if not found.strip():
        raise RunFileError(f"{name}: the file is empty.")
    return found


def _read(source: Source) -> bytes:
    if isinstance(source, bytes | bytearray):
        return _bounded(bytes(source[: BYTES + 1]))
    if isinstance(source, str | Path):
        if not Path(source).is_file():
            raise RunFileError("there is no such file.")
        with open(source, "rb") as file:
            return _bounded(file.read(BYTES + 1))
    read = source.read(BYTES + 1)
    if not isinstance(read, bytes):
        raise RunFileError("the file was opened as text; open it as bytes ('rb').")
    return _bounded(read)


def _bounded(found: bytes) -> bytes:
    if len(found) > BYTES:
        raise RunFileError(
            f"it holds more than {BYTES // 1_000_000} MB, and a recording holds a few."
        )
    return found


def _gunzipped(packed: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    found = _bounded(stream.decompress(packed, BYTES + 1))
    if not stream.eof:
        raise EOFError
    if stream.unused_data.strip(b"\0"):
        raise RunFileError("more than one file is packed in it; unpack it and give each.")
    return found


def _unzipped(packed: bytes) -> bytes:
    """The one file of a zip; the entries of its list are counted before anything reads that
    list.
    """
    if (files := packed.count(b"PK\x01\x02")) > 1:
        raise RunFileError(f"it packs {files} files; unpack it and give the files in it.")
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as archive,
        archive.open(archive.infolist()[0]) as file,
    ):
        return _bounded(file.read(BYTES + 1))


def as_text(name: str, found: bytes) -> str:
    """UTF-8 text, with or without the mark that Excel puts before it; anything else is an
    `UnreadableRun`.
    """
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError:
        allowed = "GPX, TCX, FIT and Strava's activities.csv"
        raise RunFileError(
            f"{name}: not a file this can read; it reads {allowed} (text as UTF-8)."
        ) from None


def checked_xml(name: str, text: str) -> tuple[str, str]:
    """The name of an XML file's root, and its text once it is known to be sound, small and without
    declarations.

    The `<?xml …?>` line goes, so that whoever reads the text next cannot take it for another
    encoding than was checked.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    text = re.sub(r"\A\s*<\?xml\b[^>]*\?>", "", text).strip()
    counted = _counter()
    with clear(name, "XML file"):
        if text.count("xmlns") > NAMESPACES:
            raise RunFileError("it declares more namespaces than any recording.")
        try:
            parseString(text.encode(), counted, forbid_dtd=True)
        except DefusedXmlException:
            raise RunFileError(
                "it declares a document type or entities, which no recording needs."
            ) from None
    return counted.root, text


def _counter() -> Any:
    """Counts elements, points and depth while a file streams by, and stops it at the first too
    many.
    """
    from xml.sax import ContentHandler

    class Counter(ContentHandler):
        root, elements, points, depth = "", 0, 0, 0

        def startElement(self, name: str, attrs: Any) -> None:
            self.root = self.root or name.rpartition(":")[2]
            self.elements, self.depth = self.elements + 1, self.depth + 1
            self.points += name.rpartition(":")[2] in ("trkpt", "Trackpoint")
            if self.points > POINTS:
                raise RunFileError(f"it holds more than {POINTS:,} points.")
            if self.elements > ELEMENTS or self.depth > DEPTH:
                raise RunFileError("it holds more elements, or deeper ones, than any recording.")

        def endElement(self, name: str) -> None:
            self.depth -= 1

    return Counter()
