"""Many runs of one runner: posteriors of what they share, and of the parameters."""

from .diary import Diary

__all__ = ["Diary"]
