"""The statements of a thread: its sentences, each with the reply and the place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

FEWEST_WORDS = 4  # of a line that does not end as a sentence does
REPLY = re.compile(r"^[ \t]*(?:(?:reply|answer)[ \t]+)?(\d+)[ \t]*[.):](?:[ \t]+|$)", re.I)
QUESTION = re.compile(r"^[ \t]*(?:question|q)[ \t]*:[ \t]*", re.I)
# A sentence ends at . ! or ?, with the quotes and brackets that close there, before a space and
# what can begin the next one. So neither "e.g. this" nor "7.5" ends one.
SENTENCE_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\W_a-z])")
ENDS_AS_SENTENCE = re.compile(r"[.!?][\"'”’)\]]*$")
TITLES = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|approx|etc|e\.g|i\.e)\.$", re.I)
CONTINUES = re.compile(r"[ \t]*[a-z]")  # how a line begins that goes on with the one before it


class Statement(NamedTuple):
    """One sentence of a thread: its reply (0 is the question), and `quote` = `text[start:end]`."""

    reply: int
    quote: str
    start: int
    end: int


class _Block(NamedTuple):
    """Lines that belong together, from `start` to `end`."""

    reply: int
    start: int
    end: int


def statements_of(text: str) -> tuple[list[Statement], list[str]]:
    """Return the statements of a thread in their order, and the lines that are left out.

    A thread is the question, then the replies. A reply begins with a line that starts with the
    number of the reply, as in "1. …", "2) …" or "Reply 3: …", counted from 1 without a gap. A line
    of fewer than four words that does not end like a sentence, such as "6 ANSWERS", is left out.

    Raises
    ------
    ValueError
        If no line begins with the number of reply 1, or there is no statement at all.

    Examples
    --------
    >>> from lumbayes.data.statements import statements_of
    >>> statements, left_out = statements_of("Why does it ache?\\n\\n1. Too far. Rest!\\n")
    >>> [(statement.reply, statement.quote) for statement in statements]
    [(0, 'Why does it ache?'), (1, 'Too far.'), (1, 'Rest!')]
    """
    blocks = [*_blocks(text)]
    if not any(block.reply for block in blocks):
        raise ValueError(
            "no line begins with '1.', so no reply was found: write the question first, and number "
            "each reply at the start of its first line: '1. …', '2. …'."
        )
    sentences = [sentence for block in blocks for sentence in _sentences(text, block)]
    statements = [s for s in sentences if _is_statement(s.quote)]
    if not statements:
        raise ValueError(f"no statement was found in {len(text)} characters; it needs a sentence.")
    return statements, [s.quote for s in sentences if not _is_statement(s.quote)]


def _blocks(text: str) -> Iterator[_Block]:
    """Return the lines of each paragraph that go on with one another, without reply numbers."""
    reply, at = 0, 0
    block: _Block | None = None
    for line in text.splitlines(keepends=True):
        marker = REPLY.match(line.rstrip())
        begins_reply = marker is not None and int(marker[1]) == reply + 1
        goes_on = block is not None and not begins_reply and CONTINUES.match(line)
        if block and not goes_on:
            yield block
            block = None
        if begins_reply and marker:
            reply += 1
        skipped = marker.end() if begins_reply and marker else 0
        end = at + len(line.rstrip())
        if block:
            block = block._replace(end=end)
        elif line[skipped:].strip():
            block = _Block(reply, at + skipped, end)
        elif begins_reply:
            yield _Block(reply, end, end)
        at += len(line)
    if block:
        yield block


def _sentences(text: str, block: _Block) -> Iterator[Statement]:
    """Return the sentences of a block, without the word that names the question."""
    content = text[block.start : block.end]
    head = QUESTION.match(content)
    first = head.end() if head and content[head.end() :].strip() and not block.reply else 0
    for start, end in _spans(content, first):
        quote = content[start:end]
        start += len(quote) - len(quote.lstrip())
        if quote.strip():
            yield Statement(block.reply, quote.strip(), block.start + start, block.start + end)


def _spans(content: str, first: int) -> Iterator[tuple[int, int]]:
    start = first
    for found in SENTENCE_END.finditer(content, first):
        if not TITLES.search(content[start : found.end()]):
            yield start, found.end()
            start = found.end()
    yield start, len(content)


def _is_statement(quote: str) -> bool:
    return bool(ENDS_AS_SENTENCE.search(quote)) or len(quote.split()) >= FEWEST_WORDS
