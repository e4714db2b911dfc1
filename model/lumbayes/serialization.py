"""A case as one short line of text, and back: what was said, and of which numbers, so that both
give equal figures.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import warnings
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .case import Case
from .data.variables import Measurement, Trait, Variable
from .defaults import DRAWS, SEED
from .errors import PriorsChanged, allow
from .loading import load
from .network.network import Network
from .priors.priors import Priors

MARK = "lumbayes1."
LONGEST = 8_000  # characters of a capsule
UNPACKED = 50_000  # bytes of what it holds
CHECK, SIZE = struct.Struct(">I"), struct.Struct(">H")  # a checksum; how many numbers there are
WHOLE, EACH = 8, 2  # bytes of the digest of all numbers, and of each one's
NAMED, LONGEST_VERSION = 5, 40
# Keys of the line, which outlive the names in the code, and the parts of a case that they hold.
PARTS = {"findings": "findings", "leanings": "likelihoods", "surgery": "interventions"}
KEYS = {*PARTS, "without", "draws", "seed", "version"}
Base = str | Path | Case


def encode_case(case: Case, priors: Base = "thread") -> str:
    """The case as a line of letters, digits, `-`, `_` and `.`, short enough for a link; `replay`
    makes a case of it.

    It holds the findings, leanings and surgery, the claims that are switched off, and digests of
    every number behind the case, to nine digits; no safety question, for a case knows of none.
    `priors` are those that the case was loaded from, by name or folder, or the loaded case itself.
    Raises `ValueError` where they are not: for a blend, say.
    """
    base = _loaded(priors)
    kept = set(case.priors.claims)
    without = [c.id for c in base.priors.claims if c not in kept]
    if _numbers(base.exclude_claims(*without).network) != _numbers(case.network):
        hint = "name the priors it was loaded from: capsule(case, priors); a blend has no capsule"
        raise ValueError(
            f"This case's numbers are not those of the given priors, claims switched off or not; {hint}."
        )
    held: dict[str, Any] = {key: dict(getattr(case, part)) for key, part in PARTS.items()}
    held |= {"without": without, "draws": DRAWS, "seed": SEED, "version": version("lumbayes")}
    return _packed(_digests(case.network), json.dumps(held, separators=(",", ":")))


def decode_case(text: str, priors: Base = "thread") -> Case:
    """The case that a capsule holds, under the same numbers, or a `ValueError` of one sentence.

    It refuses what is no capsule, is cut short or was changed, and a capsule of other numbers than
    `priors` now gives: that is `OtherNumbers`, which names those that moved, with the claims behind
    them. A capsule of another version warns, for the same numbers may be worked out otherwise.
    """
    digests, held = _unpacked(text)
    base = _loaded(priors)
    known = {c.id for c in base.priors.claims}
    if gone := [claim for claim in held["without"] if claim not in known]:
        raise ValueError(
            f"This capsule switches off the claim {gone[0][:20]!r}, which these priors do not hold."
        )
    case = base.exclude_claims(*held["without"])
    _check_same(digests, case.network)
    if (held["draws"], held["seed"]) != (DRAWS, SEED):
        made = f"{held['draws']} draws from seed {held['seed']}"
        raise ValueError(
            f"This capsule's intervals are of {made}; here they are of {DRAWS} from seed {SEED}."
        )
    if held["version"] != version("lumbayes"):
        warnings.warn(
            f"A capsule of version {held['version']}; this is {version('lumbayes')}.", stacklevel=2
        )
    return _told(case, held)


def _loaded(priors: Base) -> Case:
    """The case of a runner who has said nothing under these priors."""
    return Case(priors.compiled) if isinstance(priors, Case) else load(priors)


def _told(case: Case, held: dict[str, Any]) -> Case:
    """The case with what the capsule says of the runner, through the same checks as anything said
    by hand.
    """
    try:
        for part in PARTS:
            allow(part, "variable", held[part], case.variables)
        likelihoods = {
            name: _weights(case.variables[name], told) for name, told in held["leanings"].items()
        }
        return case.given(**held["findings"]).likelihood(**likelihoods).do(**held["surgery"])
    except ValueError as problem:
        raise ValueError(f"This capsule was changed by hand: {problem}") from None


def _weights(v: Variable, told: list[float]) -> dict[str, float]:
    if len(told) != len(v.states):
        raise ValueError(f"{v.name} has {len(v.states)} states and {len(told)} weights.")
    return dict(zip(v.states, told, strict=True))


def _numbers(network: Network) -> dict[str, str]:
    """Every number that a figure can hang on, in words: each prior's counts, each test's scale; by
    what it is called.

    Nine digits, so that two machines whose last bits differ agree.
    """
    priors = network.priors
    said = {" → ".join(k) if isinstance(k, tuple) else k: _counts(priors, k) for k in priors}
    tests = [v for v in network.variables.values() if isinstance(v, Measurement) and v.numeric]
    return said | {v.name: _scale(v) for v in tests}


def _counts(priors: Priors, key: Any) -> str:
    prior, v = priors[key], priors.variables[key if isinstance(key, str) else key[1]]
    gate = v.gate if isinstance(v, Trait) else ""
    counts = " ".join(f"{count:.9g}" for count in prior.counts)
    return f"{','.join(prior.states)} {','.join(v.states)} {','.join(v.order)} {gate} {counts}"


def _scale(v: Variable) -> str:
    numbers = [
        f"{getattr(v, name):.9g}"
        for name in ("low", "high", "cut", "centre", "spread", "error", "blunder")
    ]
    return " ".join([v.reads, v.scale, v.side, *numbers])  # type: ignore[attr-defined]


def _digest(words: str, size: int) -> bytes:
    return hashlib.sha256(words.encode()).digest()[:size]


def _digests(network: Network) -> tuple[bytes, list[bytes]]:
    """The digest of all numbers, and the short ones of each, which tell them apart when the first
    has changed.
    """
    lines = [f"{name}: {told}" for name, told in sorted(_numbers(network).items())]
    return _digest("\n".join(lines), WHOLE), [_digest(line, EACH) for line in lines]


def _check_same(digests: tuple[bytes, list[bytes]], network: Network) -> None:
    whole, each = _digests(network)
    if digests[0] == whole:
        return
    names, known = sorted(_numbers(network)), set(digests[1])
    moved = [name for name, digest in zip(names, each, strict=True) if digest not in known]
    more = [f"{len(moved) - NAMED} more"] if len(moved) > NAMED else []
    told = [*(_named(network, name) for name in moved[:NAMED]), *more] or [
        f"{len(known - set(each))} are gone"
    ]
    text = f"This capsule was made with other numbers than these priors hold now; what moved: {', '.join(told)}."
    raise PriorsChanged(text, moved)


def _named(network: Network, name: str) -> str:
    """A number by its name, with the claims it now rests on."""
    key: Any = tuple(name.split(" → ")) if " → " in name else name
    claims = network.priors[key].claims if key in network.priors else ()
    return f"{name} (claims {' '.join(c.id for c in claims)})" if claims else name


def _packed(digests: tuple[bytes, list[bytes]], held: str) -> str:
    whole, each = digests
    body = SIZE.pack(len(each)) + whole + b"".join(each) + zlib.compress(held.encode(), 9)
    return MARK + base64.urlsafe_b64encode(CHECK.pack(zlib.crc32(body)) + body).decode().rstrip("=")


def _unpacked(text: str) -> tuple[tuple[bytes, list[bytes]], dict[str, Any]]:
    """The digests and what is held, once the text is known to be whole; anything else is a
    `ValueError`.
    """
    if (
        not isinstance(text, str)
        or len(text) > LONGEST
        or not re.fullmatch(rf"{re.escape(MARK)}[\w-]+", text, re.A)
    ):
        raise ValueError(
            f"Not a capsule: it begins with {MARK!r} and goes on in letters, digits, - and _ alone."
        )
    try:
        packed = base64.urlsafe_b64decode(text.removeprefix(MARK) + "==")
        body = packed[CHECK.size :]
        if CHECK.unpack_from(packed)[0] != zlib.crc32(body):
            raise ValueError
        end = SIZE.size + WHOLE + EACH * SIZE.unpack_from(body)[0]
        digests = body[SIZE.size : end]
        held = json.loads(zlib.decompressobj().decompress(body[end:], UNPACKED))
    except (ValueError, RecursionError, struct.error, zlib.error):
        raise ValueError(
            "This capsule is cut short or was changed: copy the whole of it."
        ) from None
    each = [digests[i : i + EACH] for i in range(WHOLE, len(digests), EACH)]
    return (digests[:WHOLE], each), _shaped(held)


def _shaped(held: Any) -> dict[str, Any]:
    """What is held, if it has the parts a capsule has and nothing else."""
    good = isinstance(held, dict) and held.keys() == KEYS
    good = (
        good
        and all(isinstance(held[part], dict) for part in PARTS)
        and isinstance(held["without"], list)
    )
    good = good and all(isinstance(weights, list) for weights in held["leanings"].values())
    good = good and all(isinstance(claim, str) for claim in held["without"])
    good = (
        good
        and all(type(held[k]) is int for k in ("draws", "seed"))
        and isinstance(held["version"], str)
    )
    good = good and len(held["version"]) <= LONGEST_VERSION
    if not good:
        raise ValueError("This capsule was changed by hand: it does not hold what a capsule holds.")
    return held
