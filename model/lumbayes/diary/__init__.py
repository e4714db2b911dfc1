"""Many runs of one runner: what they share is learnt run by run."""

from .diary import Diary

__all__ = ["Diary"]
