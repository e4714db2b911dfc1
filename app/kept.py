"""What a runner keeps: the answers as a small text for a file or a link, and back again, refusing
whatever is odd.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import keep_words as words
import run_rows
from foreign import NotKept, answer, is_day
from wording import TITLE

WHAT, VERSION = f"Answers given on the page “{TITLE}”", 1
MOST_BYTES, MOST_RUNS = 100_000, 365
PARTS = {
    "what": str,
    "version": int,
    "answers": dict,
    "dates": dict,
    "left_out": list,
    "runs": list,
}


def as_text(
    answers: Mapping[str, Any],
    dates: Mapping[str, str],
    left_out: Iterable[str] = (),
    runs: Iterable[Mapping[str, Any]] = (),
) -> str:
    """The file's text: JSON that a person can read, without a red flag, a name, a place or a time
    of day.

    `answers` as the page keeps them, `dates` the day each was entered, `left_out` claims by id,
    `runs` one row a run.
    """
    told = {
        "answers": dict(answers),
        "dates": dict(dates),
        "left_out": list(left_out),
        "runs": list(runs),
    }
    return (
        json.dumps({"what": WHAT, "version": VERSION, **told}, indent=1, ensure_ascii=False) + "\n"
    )


def as_link(answers: Mapping[str, Any], left_out: Iterable[str] = ()) -> str:
    """The same without runs, short and safe in an address."""
    short = json.dumps([VERSION, dict(answers), list(left_out)], separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(short.encode(), 9)).decode().rstrip("=")


def read_text(content: bytes, case: Any) -> dict[str, Any]:
    """What a file holds, as `answers`, `dates`, `left_out` and `runs`; raises `NotKept` for what is
    not ours.
    """
    if len(content) > MOST_BYTES:
        raise NotKept(words.TOO_LARGE)
    found = _json(content)
    if not isinstance(found, dict) or found.get("what") != WHAT:
        raise NotKept(words.NOT_OURS)
    if found.get("version") != VERSION:
        raise NotKept(words.OTHER_VERSION)
    if found.keys() != PARTS.keys() or not all(
        isinstance(found[part], kind) for part, kind in PARTS.items()
    ):
        raise NotKept(words.NOT_OURS)
    return _checked(found, case)


def read_link(text: str, case: Any) -> dict[str, Any]:
    """What a link holds, as `read_text` gives it."""
    if len(text) > MOST_BYTES:
        raise NotKept(words.TOO_LARGE)
    match _json(_unpacked(text)):
        case [int(version), *_] if version != VERSION:
            raise NotKept(words.OTHER_VERSION)
        case [_, dict(answers), list(left_out)]:
            return _checked(
                {"answers": answers, "dates": {}, "left_out": left_out, "runs": []}, case
            )
    raise NotKept(words.NOT_OURS)


def _unpacked(text: str) -> bytes:
    """The bytes behind a link's text, never more than a file may have: a few bytes can unpack to
    gigabytes.
    """
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, MOST_BYTES)
    except (ValueError, binascii.Error, zlib.error) as wrong:
        raise NotKept(words.NOT_OURS) from wrong
    if unpacking.unconsumed_tail:
        raise NotKept(words.TOO_LARGE)
    if not unpacking.eof:
        raise NotKept(words.NOT_OURS)
    return content


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as wrong:
        raise NotKept(words.NOT_OURS) from wrong


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON.")


def _checked(found: Mapping[str, Any], case: Any) -> dict[str, Any]:
    """The parts as the page keeps them, if it could have written every one of them itself."""
    known = [claim.id for claim in case.priors.claims]
    if not all(id_ in known for id_ in found["left_out"]) or len(found["runs"]) > MOST_RUNS:
        raise NotKept(words.UNKNOWN)
    if not all(name in found["answers"] and is_day(day) for name, day in found["dates"].items()):
        raise NotKept(words.UNKNOWN)
    variables = case.variables
    answers = {name: answer(name, given, variables) for name, given in found["answers"].items()}
    runs = [run_rows.row(run, variables) for run in found["runs"]]
    return {
        "answers": answers,
        "dates": found["dates"],
        "left_out": found["left_out"],
        "runs": runs,
    }
