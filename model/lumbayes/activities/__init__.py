"""Files of watches and apps, read, checked and turned into rows of findings."""

from .import_runs import read_runs, run_findings

__all__ = ["read_runs", "run_findings"]
