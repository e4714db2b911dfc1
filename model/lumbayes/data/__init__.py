"""A folder of data, read and checked: variables, claims, words, and texts for the page."""

from .thread import example, page_words, thread_info

__all__ = ["example", "page_words", "thread_info"]
