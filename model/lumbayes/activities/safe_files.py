"""Opening a file that anybody may have sent: bounded, unpacked once, checked before it is parsed.

Whatever is wrong with a file becomes one `RunFileError` of one sentence.
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

MOST_BYTES = 50_000_000  # before and after unpacking; a recording holds a few million
MOST_POINTS = 200_000  # more than two days, every second
MOST_ELEMENTS, DEEPEST, MOST_NAMESPACES = 3_000_000, 30, 100  # of XML; no recording has as many
GZIP, ZIP, ZIP_ENTRY = b"\x1f\x8b", b"PK\x03\x04", b"PK\x01\x02"  # the bytes that they begin with
Source = str | Path | bytes | bytearray | BinaryIO


@contextmanager
def file_errors(name: str, kind: str) -> Iterator[None]:
    """Turn every exception inside into a `RunFileError` that shows no contents of the file."""
    try:
        yield
    except RunFileError as error:
        raise RunFileError(f"{name}: {error}") from None
    except Exception:  # the libraries raise a dozen kinds, and their messages may hold positions
        message = f"{name}: this {kind} is broken or cut short; export it again."
        raise RunFileError(message) from None


def read_bytes(source: Source, name: str) -> bytes:
    """The contents of a path, a binary file object or bytes, unpacked once.

    A gzip, or a zip of one file, is unpacked. Raises `RunFileError` for what is no file, is empty,
    or holds more than 50 MB before or after.
    """
    with file_errors(name, "file"):
        content = _read(source)
    if content.startswith(GZIP):
        with file_errors(name, "gzip file"):
            content = _gunzip(content)
    elif content.startswith(ZIP):
        with file_errors(name, "zip file"):
            content = _unzip(content)
    if not content.strip():
        raise RunFileError(f"{name}: the file is empty.")
    return content


def _read(source: Source) -> bytes:
    if isinstance(source, bytes | bytearray):
        return _bounded(bytes(source[: MOST_BYTES + 1]))
    if isinstance(source, str | Path):
        if not Path(source).is_file():
            raise RunFileError("there is no such file.")
        with open(source, "rb") as file:
            return _bounded(file.read(MOST_BYTES + 1))
    content = source.read(MOST_BYTES + 1)
    if not isinstance(content, bytes):
        raise RunFileError("the file was opened as text; open it as bytes ('rb').")
    return _bounded(content)


def _bounded(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        megabytes = MOST_BYTES // 1_000_000
        raise RunFileError(f"it holds more than {megabytes} MB, and a recording holds a few.")
    return content


def _gunzip(packed: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    content = _bounded(stream.decompress(packed, MOST_BYTES + 1))
    if not stream.eof:
        raise EOFError
    if stream.unused_data.strip(b"\0"):
        raise RunFileError("more than one file is packed in it; unpack it and give each.")
    return content


def _unzip(packed: bytes) -> bytes:
    """The one file of a zip; its entries are counted before anything parses their list."""
    n_files = packed.count(ZIP_ENTRY)
    if n_files > 1:
        raise RunFileError(f"it packs {n_files} files; unpack it and give the files in it.")
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as archive,
        archive.open(archive.infolist()[0]) as file,
    ):
        return _bounded(file.read(MOST_BYTES + 1))


def decode_text(name: str, content: bytes) -> str:
    """UTF-8 text, with or without a byte order mark; raises `RunFileError` for anything else."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        allowed = "GPX, TCX, FIT and Strava's activities.csv"
        message = f"{name}: not a file this can read; it reads {allowed} (text as UTF-8)."
        raise RunFileError(message) from None


def check_xml(name: str, text: str) -> tuple[str, str]:
    """The name of an XML file's root element, and its text without the `<?xml …?>` line.

    The text is well-formed, small and without a document type. The line is removed so that no
    parser can take the text for another encoding than the one that was checked.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    text = re.sub(r"\A\s*<\?xml\b[^>]*\?>", "", text).strip()
    counter = _element_counter()
    with file_errors(name, "XML file"):
        if text.count("xmlns") > MOST_NAMESPACES:
            raise RunFileError("it declares more namespaces than any recording.")
        try:
            parseString(text.encode(), counter, forbid_dtd=True)
        except DefusedXmlException:
            message = "it declares a document type or entities, which no recording needs."
            raise RunFileError(message) from None
    return counter.root, text


def _element_counter() -> Any:
    """A SAX handler that counts elements, points and depth, and stops at the first too many."""
    from xml.sax import ContentHandler

    class Counter(ContentHandler):
        root = ""
        n_elements = 0
        n_points = 0
        depth = 0

        def startElement(self, name: str, attrs: Any) -> None:
            bare = name.rpartition(":")[2]
            self.root = self.root or bare
            self.n_elements += 1
            self.depth += 1
            self.n_points += bare in ("trkpt", "Trackpoint")
            if self.n_points > MOST_POINTS:
                raise RunFileError(f"it holds more than {MOST_POINTS:,} points.")
            if self.n_elements > MOST_ELEMENTS or self.depth > DEEPEST:
                raise RunFileError("it holds more elements, or deeper ones, than any recording.")

        def endElement(self, name: str) -> None:
            self.depth -= 1

    return Counter()
