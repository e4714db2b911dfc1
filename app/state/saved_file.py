"""Answers as a file or a link, and back again; only what this page can have written is taken."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from lumbayes import Case
from state import runs
from state.answers import Answers, case_of
from text import saving_words as words
from text.page_words import TITLE

WHAT, VERSION, FIRST_VERSION = f"Answers given on the page “{TITLE}”", 2, 1
MOST_BYTES = 100_000
FAIRLY = "fairly "  # how version 1 marks an answer that is not fully sure
EVIDENCE = ("given", "believe", "likelihood", "contrast")
PARTS = dict(what=str, version=int, answers=dict, dates=dict, left_out=list, runs=list)
Found = dict[str, Any]


class Rejected(ValueError):
    """A file, link or line that is not taken: why, in a sentence with a gap for which of them."""


def as_text(now: Answers) -> str:
    """Return the file's text: JSON that a person can read, without any safety answer.

    It holds no name, no place and no time of day.
    """
    content = {
        "what": WHAT,
        "version": VERSION,
        "answers": evidence(now),
        "dates": dict(now.dates),
        "left_out": list(now.excluded),
        "runs": [{k: v for k, v in run.items() if k != runs.START} for run in now.runs],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def as_link(now: Answers) -> str:
    """Return the same without runs and dates, short and safe in an address."""
    short = json.dumps([VERSION, evidence(now), list(now.excluded)], separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(short.encode(), 9)).decode().rstrip("=")


def evidence(now: Answers) -> dict[str, Any]:
    """Return the answers that a case is made of, by part; empty parts are left out."""
    return {part: dict(getattr(now, part)) for part in EVIDENCE if getattr(now, part)}


def read_text(content: bytes, base: Case) -> Found:
    """Return what a file holds, as the parts of `Answers`; raise `Rejected` for another's."""
    if len(content) > MOST_BYTES:
        raise Rejected(words.TOO_LARGE)
    found = _json(content)
    if not isinstance(found, dict) or found.get("what") != WHAT:
        raise Rejected(words.NOT_OURS)
    if found.get("version") not in (FIRST_VERSION, VERSION):
        raise Rejected(words.OTHER_VERSION)
    if found.keys() != PARTS.keys() or not all(isinstance(found[k], t) for k, t in PARTS.items()):
        raise Rejected(words.NOT_OURS)
    return _checked(found, base)


def read_link(text: str, base: Case) -> Found:
    """Return what a link holds, as `read_text` does, but for the part of runs: it has none."""
    if len(text) > MOST_BYTES:
        raise Rejected(words.TOO_LARGE)
    match _json(_unpacked(text)):
        case [int(version), *_] if version not in (FIRST_VERSION, VERSION):
            raise Rejected(words.OTHER_VERSION)
        case [int(version), dict(answers), list(left_out)]:
            parts: Found = {"version": version, "answers": answers, "left_out": left_out}
            found = _checked({**parts, "dates": {}, "runs": []}, base)
            return {part: value for part, value in found.items() if part != "runs"}
    raise Rejected(words.NOT_OURS)


def _unpacked(text: str) -> bytes:
    """Return the bytes behind a link, never more than a file may have: a few can hide gigabytes."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, MOST_BYTES)
    except (ValueError, binascii.Error, zlib.error) as wrong:
        raise Rejected(words.NOT_OURS) from wrong
    if unpacking.unconsumed_tail:
        raise Rejected(words.TOO_LARGE)
    if not unpacking.eof:
        raise Rejected(words.NOT_OURS)
    return content


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as wrong:
        raise Rejected(words.NOT_OURS) from wrong


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON.")


def _checked(found: Mapping[str, Any], base: Case) -> Found:
    """Return the parts as answers, if the page could have written every one of them itself."""
    known = [claim.id for claim in base.priors.claims]
    if not all(claim in known for claim in found["left_out"]):
        raise Rejected(words.UNKNOWN)
    answers = found["answers"]
    parts = _first_version(answers, base) if found["version"] == FIRST_VERSION else answers
    if not parts.keys() <= {*EVIDENCE} or not all(isinstance(p, dict) for p in parts.values()):
        raise Rejected(words.UNKNOWN)
    notes = [words.NO_PAIN] if _without_pain(parts, base) else []
    names = {name for part in parts.values() for name in part}
    if not all(name in names and runs.is_day(day) for name, day in found["dates"].items()):
        raise Rejected(words.UNKNOWN)
    rows = runs.valid(found["runs"], base.variables)
    if len(rows) < len(found["runs"]):
        raise Rejected(words.UNKNOWN)
    parts = {part: {**parts.get(part, {})} for part in EVIDENCE}
    parts["given"].pop(base.variables.outcome.name, None)
    parts["likelihood"].pop(base.variables.outcome.name, None)
    check_evidence(parts, found["left_out"], base)
    own = {"excluded": list(found["left_out"]), "dates": found["dates"], "runs": rows}
    return {**parts, **own, "notes": notes}


def check_evidence(parts: Mapping[str, Any], left_out: Iterable[str], base: Case) -> None:
    """Raise `Rejected` unless these answers make a case, each about what the page asks."""
    asked = {v.name for v in base.variables.values() if v.question}
    contrasted = base.variables.contrasts
    asked_of = {
        **dict.fromkeys(EVIDENCE[:3], asked),
        "contrast": contrasted.factors if contrasted else (),
    }
    if not all(name in asked_of[part] for part, table in parts.items() for name in table):
        raise Rejected(words.UNKNOWN)
    numbers = [v for part in ("given", "believe") for v in parts.get(part, {}).values()]
    if any(
        isinstance(value, bool) or not isinstance(value, str | int | float) for value in numbers
    ):
        raise Rejected(words.UNKNOWN)
    try:
        case_of(base, Answers(**parts, excluded=tuple(left_out)))
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Rejected(words.UNKNOWN) from wrong


def _first_version(answers: Mapping[str, Any], base: Case) -> Found:
    """Return answers of version 1: states, "fairly" states that speak 4 to 1, and numbers."""
    ratio = base.variables.sureness["fairly"]["ratio"]
    unsure = {k: v for k, v in answers.items() if isinstance(v, str) and v.startswith(FAIRLY)}
    likelihood = {name: {said.removeprefix(FAIRLY): ratio} for name, said in unsure.items()}
    given = {name: said for name, said in answers.items() if name not in unsure}
    return {"given": given, "likelihood": likelihood}


def _without_pain(parts: Mapping[str, Any], base: Case) -> bool:
    outcome = base.variables.outcome
    return parts.get("given", {}).get(outcome.name) == outcome.states[0]
