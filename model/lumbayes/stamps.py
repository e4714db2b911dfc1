"""Files that another tool keeps, trusted only while every byte is as it was: each has a stamp beside it, its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def distrust(files: Iterable[Path], meant_for: str) -> None:
    """Remove every file that has no stamp, or changed since it got one, or was made for something else."""
    for file in files:
        if _read(_beside(file)) != _digest(file, meant_for):
            file.unlink(missing_ok=True)
            _beside(file).unlink(missing_ok=True)


def stamp(files: Iterable[Path], meant_for: str) -> None:
    """Say of every file as it is now that it may be trusted, twice if another process replaces it meanwhile."""
    for file in files:
        while (digest := _digest(file, meant_for)) != _read(_beside(file)):
            _beside(file).write_bytes(digest)


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _digest(file: Path, meant_for: str) -> bytes:
    return hashlib.sha256(meant_for.encode() + _read(file)).hexdigest().encode()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
