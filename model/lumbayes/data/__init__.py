"""Reading a folder of data: variables, claims, words and what the thread is about."""

from .thread import example, page_words, thread_info

__all__ = ["example", "page_words", "thread_info"]
