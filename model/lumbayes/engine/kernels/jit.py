"""Functions compiled by numba and kept on disk: what was kept is trusted only while every byte is
as it was.

Each file has a stamp beside it, its digest. A file without one is removed, never read, and made
again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numba

inlined = numba.njit(nogil=True, error_model="numpy")


def kept(
    signature: str, *built_in: object, nogil: bool = True
) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for one signature, or read what was compiled before; kept where anything
    can be kept.

    `built_in` are the numbers of other rooms that the machine code holds: with others it is made
    again. `nogil` lets other threads of Python work meanwhile, who may keep this one waiting when
    it is done: not for what is done soon.
    """

    def compile_or_read(function: Callable[..., Any]) -> Any:
        code = function.__code__
        try:
            loop = numba.njit(cache=True, nogil=nogil, error_model="numpy")(function)
            files = (
                Path(loop.stats.cache_path or ""),
                f"{Path(code.co_filename).stem}.{code.co_name}-*.nb?",
            )
            distrust(files[0].glob(files[1]), repr(built_in))
            loop.compile(signature)
            loop.disable_compile()
            stamp(files[0].glob(files[1]), repr(built_in))
        except (OSError, RuntimeError):
            return numba.njit(signature, nogil=nogil, error_model="numpy")(function)
        return loop

    return compile_or_read


def distrust(files: Iterable[Path], meant_for: str) -> None:
    """Remove every file that has no stamp, or changed since it got one, or was made for something
    else.
    """
    for file in files:
        if _read(_beside(file)) != _digest(file, meant_for):
            file.unlink(missing_ok=True)
            _beside(file).unlink(missing_ok=True)


def stamp(files: Iterable[Path], meant_for: str) -> None:
    """Say of every file as it is now that it may be trusted, twice if another process replaces it
    meanwhile.
    """
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
