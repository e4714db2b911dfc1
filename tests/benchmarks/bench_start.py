"""A fresh process to its first result, beside one that imports numpy and pandas."""

import os
import subprocess
import sys

from timing import Line, beside, said

from lumbayes import load

BARE = "import numpy, pandas"
FIRST = "from lumbayes import load; load().posterior('weak_core')"
PGMPY = "import numpy, pandas, pgmpy.models"
TABLE = (
    "from lumbayes import contributions, load;"
    " contributions(load().given(back_pain='yes', hills='yes'))"
)


def start(code):
    """A process that runs one line; it may keep what it compiles, as a user's would."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def measure(quick):
    """Lines of the table."""
    start("from lumbayes import contributions, load; contributions(load(), draws=20_000)")
    ways = [lambda code=code: start(code) for code in (BARE, FIRST, TABLE)]
    bare, first, table = beside(*ways, repeats=3 if quick else 11)
    built, pgmpy = beside(
        lambda: load().compiled.circuit, lambda: start(PGMPY), repeats=1 if quick else 3
    )
    return [
        Line(
            "a fresh process to the first posterior; 1.5 times `import numpy, pandas`",
            said(first),
            said(1.5 * bare),
            1.5 * bare / first,
            1,
            f"{first / bare:.2f} times the bare import, {said(bare)}",
        ),
        Line(
            "a fresh process to the first contributions(), intervals included",
            said(table),
            said(bare),
            None,
            None,
            f"{table / bare:.2f} times the bare import",
        ),
        Line(
            "the priors' text read, pooled and compiled; importing pgmpy",
            said(built),
            said(pgmpy - bare),
            (pgmpy - bare) / built,
            None,
            "why nothing of it is kept on disk: no cache to go stale",
        ),
    ]
