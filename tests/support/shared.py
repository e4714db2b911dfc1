"""Cases that many tests share, with the circuits and draws that they keep once made."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from lumbayes import load
from lumbayes.data.files import ELSEWHERE

APP = Path(__file__).resolve().parents[2] / "app"

loaded = cache(load)


@contextmanager
def page_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within it the page's modules are imported again, as where the page is started on a folder."""

    def imported() -> list[str]:
        files = {name: getattr(module, "__file__", "") for name, module in sys.modules.items()}
        return [name for name, file in files.items() if str(APP) in str(file)]

    with monkeypatch.context() as within:
        within.setenv(ELSEWHERE, str(folder))
        for name in imported():
            within.delitem(sys.modules, name)
        try:
            yield
        finally:
            for name in imported():
                del sys.modules[name]
