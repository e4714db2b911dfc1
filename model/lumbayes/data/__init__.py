"""Reading a folder of data: variables, claims, words and what the thread is about."""

from .thread import example, thread_info

__all__ = ["example", "thread_info"]
