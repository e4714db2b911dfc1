"""Opening files that anybody may have sent: bounded, unpacked once, decoded.

Whatever is wrong with a file becomes one `RunFileError` of one sentence.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ..errors import RunFileError

MOST_BYTES = 50_000_000  # before and after unpacking; a recording holds a few million
MOST_ARCHIVE_BYTES = 4_000_000_000  # of a zip or a folder, packed and unpacked
MOST_FILES = 50_000  # in a zip or a folder; years of recordings and photos hold fewer
GZIP, ZIP, ZIP_ENTRY = b"\x1f\x8b", b"PK\x03\x04", b"PK\x01\x02"  # the bytes that they begin with
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml", "Index.zip", "Index/Document.iwa")
RECORDINGS = (".gpx", ".tcx", ".fit", ".csv")
READS = "GPX, TCX, FIT and Strava's activities.csv"
Source = str | Path | bytes | bytearray | BinaryIO | tuple[str, bytes]


class NoRecording(RunFileError):
    """Raised for a file of a kind that is not read, such as another table of an export."""


@dataclass(frozen=True)
class RunFile:
    """One file to read: its name for messages, and a function that returns its contents.

    `container` names the folder or the zip of several that it is in.
    """

    name: str
    read: Callable[[], bytes]
    container: str = ""


def file_name(source: Source, name: str | None) -> str:
    """Return a file's name without its folder, on one line; "file" for one without a name.

    Examples
    --------
    >>> from lumbayes.activities.safe_files import file_name
    >>> file_name("runs/today.gpx", None), file_name(b"<gpx/>", None)
    ('today.gpx', 'file')
    """
    own = source[0] if isinstance(source, tuple) else getattr(source, "name", "")
    known = name or (source if isinstance(source, str) else own)
    last = str(known).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:100] or "file"


@contextmanager
def file_errors(name: str, kind: str) -> Iterator[None]:
    """Turn every exception inside into a `RunFileError` that shows no contents of the file."""
    try:
        yield
    except RunFileError as error:
        raise type(error)(f"{name}: {error}") from None
    except Exception:  # the libraries raise a dozen kinds, and their messages may hold positions
        message = f"{name}: this {kind} is broken or cut short; export it again."
        raise RunFileError(message) from None


def list_files(source: Source, name: str, stack: ExitStack) -> tuple[list[RunFile], int]:
    """Return the files of a source, and how many others a folder or a zip of several holds.

    The stack keeps open what is read later. Raises `RunFileError` for what is no file, and for an
    archive that holds too much.
    """
    with file_errors(name, "file"):
        if isinstance(source, str | Path) and Path(source).is_dir():
            return _folder(Path(source), name)
        stream = _open(source, stack)
        start = stream.tell()
        is_zip = _read(stream, len(ZIP)) == ZIP
        stream.seek(start)
    if is_zip:
        with file_errors(name, "zip file"):
            return _archive(stream, name, stack)
    return [RunFile(name, lambda: read_bytes(stream, name))], 0


def _open(source: Source, stack: ExitStack) -> BinaryIO:
    if isinstance(source, str | Path):
        if not Path(source).is_file():
            raise RunFileError("there is no such file; give the path of one, or its bytes.")
        return stack.enter_context(open(source, "rb"))
    if isinstance(source, bytes | bytearray):
        return io.BytesIO(source)
    if isinstance(source, tuple):
        return io.BytesIO(source[1])
    return source if source.seekable() else io.BytesIO(_bounded(_read(source, MOST_BYTES + 1)))


def _read(stream: BinaryIO, most: int) -> bytes:
    content = stream.read(most)
    if not isinstance(content, bytes):
        raise RunFileError("the file was opened as text; open it as bytes ('rb').")
    return content


def _folder(folder: Path, name: str) -> tuple[list[RunFile], int]:
    """The recordings of a folder and of the folders in it, without following links."""
    paths = list[Path]()
    for root, folders, names in os.walk(folder):
        folders.sort()
        paths += [Path(root, name) for name in sorted(names)]
        if len(paths) > MOST_FILES:
            raise RunFileError(f"it holds more than {MOST_FILES:,} files.")
    plain = [path for path in paths if path.is_file() and not path.is_symlink()]
    wanted, n_others = _recordings([path.relative_to(folder).as_posix() for path in plain])
    files = [RunFile(file_name(path, None), _path_reader(folder / path), name) for path in wanted]
    return files, n_others


def _path_reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        with open(path, "rb") as stream:
            return read_bytes(stream, file_name(path, None))

    return read


def _archive(stream: BinaryIO, name: str, stack: ExitStack) -> tuple[list[RunFile], int]:
    """The recordings of a zip; its entries are counted before anything parses their list."""
    if _count(stream, ZIP_ENTRY) > MOST_FILES:
        raise RunFileError(f"it packs more than {MOST_FILES:,} files.")
    archive = stack.enter_context(zipfile.ZipFile(stream))
    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    if any(part in entries for part in WORKBOOKS):
        raise RunFileError(
            "it is a workbook of a spreadsheet program; give the activities.csv that Strava made."
        )
    if sum(entry.file_size for entry in entries.values()) > MOST_ARCHIVE_BYTES:
        raise RunFileError(f"it unpacks to more than {MOST_ARCHIVE_BYTES // 10**9} GB.")
    names = [path for path in entries if not _is_hidden(path)]
    wanted, n_others = (names, 0) if len(names) == 1 else _recordings(names)

    def run_file(path: str) -> RunFile:
        is_alone = len(names) == 1
        label, container = (name, "") if is_alone else (file_name((path, b""), None), name)

        def read() -> bytes:
            with file_errors(label, "zip file"), archive.open(entries[path]) as file:
                content = _bounded(file.read(MOST_BYTES + 1))
            return read_bytes(io.BytesIO(content), label)

        return RunFile(label, read, container)

    return [run_file(path) for path in wanted], n_others


def _count(stream: BinaryIO, mark: bytes) -> int:
    """How often a mark stands in a stream; raises for a stream that is too long."""
    start = stream.tell()
    n_marks = n_bytes = 0
    tail = b""
    while block := stream.read(1 << 20):
        n_marks += (tail + block).count(mark)
        n_bytes += len(block)
        tail = block[-len(mark) + 1 :]
        if n_bytes > MOST_ARCHIVE_BYTES:
            raise RunFileError(f"it holds more than {MOST_ARCHIVE_BYTES // 10**9} GB.")
    stream.seek(start)
    return n_marks


def _recordings(paths: list[str]) -> tuple[list[str], int]:
    """The paths whose endings are those of recordings, and how many others there are."""
    visible = [path for path in paths if not _is_hidden(path)]
    wanted = [path for path in visible if _is_recording(path)]
    return wanted, len(visible) - len(wanted)


def _is_hidden(path: str) -> bool:
    """Whether an operating system put the file there: macOS copies attributes as `._name`."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path).parts)


def _is_recording(path: str) -> bool:
    return path.lower().removesuffix(".gz").endswith(RECORDINGS) or "." not in path.split("/")[-1]


def read_bytes(stream: BinaryIO, name: str) -> bytes:
    """Return the contents of a file, unpacked once if it is gzipped.

    Raises `RunFileError` for what is empty, or holds more than 50 MB before or after.
    """
    with file_errors(name, "file"):
        content = _bounded(_read(stream, MOST_BYTES + 1))
    if content.startswith(GZIP):
        with file_errors(name, "gzip file"):
            content = _gunzip(content)
    if not content.strip():
        raise RunFileError(f"{name}: the file is empty.")
    if content.startswith(ZIP):
        raise RunFileError(f"{name}: a zip inside another file; unpack it and give it by itself.")
    if content.startswith(OLD_EXCEL):
        raise RunFileError(f"{name}: an Excel workbook; give the activities.csv that Strava made.")
    return content


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


def decode_text(name: str, content: bytes, declared: str = "") -> str:
    """Return text in UTF-16 (by its marks), UTF-8 or else an 8-bit encoding of Windows or ISO.

    An encoding that a file declares counts only if it is one of those 8 bits. Raises `NoRecording`
    for what is no text.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\0" in content[:4]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        is_8_bit = declared.lower().startswith(("iso-8859-", "windows-125", "cp125"))
        encodings = ["utf-8-sig", *([declared] if is_8_bit else []), "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding.startswith("utf") or all(c in "\t\n\r\0" or c >= " " for c in text[:4096]):
            return text
    raise NoRecording(f"{name}: not a file this can read; it reads {READS}.")
