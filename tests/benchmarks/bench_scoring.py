"""Time and peak memory of `lumbayes score`, on files ten times as long each time.

    .venv/bin/python -W ignore tests/benchmarks/bench_scoring.py 100000 1000000 10000000

Half of all questions answered, tests read to their own step; the files lie in a temporary folder
and are deleted. On two cores, the start of Python counted in, that command gave (the first two with
much other work beside them, the last alone):

    rows 100,000  seconds 7  rows a second 13,441  peak MB 541  source MB 2  answers MB 7
    rows 1,000,000  seconds 23  rows a second 44,286  peak MB 637  source MB 14  answers MB 72
    rows 10,000,000  seconds 53  rows a second 188,603  peak MB 622  source MB 141  answers MB 721
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from lumbayes import load, simulate

AT_ONCE = 250_000
RUN = """
import json, resource, sys
from lumbayes.__main__ import main
assert main(["score", *sys.argv[1:]]) == 0
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
"""


def runners(path, rows):
    """A file of that many runners, each with a number of its own."""
    case = load()
    variables = case.variables
    hidden = [m.name for m in variables.mechanisms]
    writer = None
    for start in range(0, rows, AT_ONCE):
        frame = simulate(case, min(AT_ONCE, rows - start), seed=start, missing=0.5).drop(
            columns=hidden
        )
        for test in (m for m in variables.measurements if m.numeric):
            frame[test.name] = (frame[test.name] / test.step).round() * test.step
        frame.insert(0, "id", range(start, start + len(frame)))
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def measure(rows):
    """Seconds, rows a second, megabytes at the peak, and the sizes of both files in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "runners.parquet"), Path(folder, "answers.parquet")
        runners(source, rows)
        start = time.perf_counter()
        command = [sys.executable, "-W", "ignore", "-c", RUN, source, "-o", target, "--keep", "id"]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - start
        assert parquet.ParquetFile(target).metadata.num_rows == rows
        sizes = [path.stat().st_size / 2**20 for path in (source, target)]
    peak = json.loads(run.stdout.splitlines()[-1])
    return {"rows": rows, "seconds": seconds, "rows a second": rows / seconds, "peak MB": peak,
            "source MB": sizes[0], "answers MB": sizes[1]}  # fmt: skip


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or [100_000]):
        print(
            "  ".join(f"{name} {value:,.0f}" for name, value in measure(size).items()), flush=True
        )
