"""Functions compiled by numba for one signature and cached on disk where that is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

inlined = numba.njit(nogil=True, error_model="numpy")


def compiled(signature: str) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for one signature, or read it from numba's cache.

    numba compiles again when the function's own file has changed, so every constant that the
    machine code holds stands in that file. The function releases the GIL.
    """

    def compile_or_load(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(signature, cache=True, nogil=True, error_model="numpy")(function)
        except Exception:  # no folder can be written to, or a file of the cache cannot be read
            return numba.njit(signature, nogil=True, error_model="numpy")(function)

    return compile_or_load
