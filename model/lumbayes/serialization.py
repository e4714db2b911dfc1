"""A case as one short line of text, and the equal case read back from it."""

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
from typing import TYPE_CHECKING, Any

from .case import Case
from .data.argument_kinds import described
from .data.arguments import ANYTHING, CASE_OR_PRIORS, check_arguments
from .defaults import DRAWS, SEED
from .errors import PriorsChanged, allow
from .inference.contrast_links import SUFFIX, evidence_on_link
from .loading import load
from .network.parameter_text import parameters_as_text
from .priors.prior import key_of

if TYPE_CHECKING:
    from .data.variables import Variable
    from .network.network import Network

MARK = "lumbayes1."
MAX_CHARACTERS = 8_000  # of a case code; a longer text is refused unread
MAX_UNPACKED_BYTES = 50_000  # of its content; more than any case needs, less than a zip bomb
CHECKSUM = struct.Struct(">I")
COUNT = struct.Struct(">H")  # how many parameters have a digest
WHOLE_BYTES = 8  # digest of all parameters together
EACH_BYTES = 2  # digest of one parameter
MAX_NAMED = 5  # changed parameters that a message names
MAX_VERSION_CHARACTERS = 40
# Keys of the line, which outlive the names in the code, and the parts of a case that they hold.
PARTS = {"findings": "findings", "leanings": "likelihoods", "surgery": "interventions"}
KEYS = {*PARTS, "without", "draws", "seed", "version"}
Base = str | Path | Case
Digests = tuple[bytes, list[bytes]]  # of all parameters together, and of each


def encode_case(case: Case, priors: Base = "thread") -> str:
    """Encode a case as one line of text, short enough for a link.

    The line holds the evidence, the interventions and the ids of the claims left out. It does not
    hold the priors, and it is not encrypted (see docs/sharing.md).

    Parameters
    ----------
    case : Case
        The case to encode.
    priors : str, Path or Case, default "thread"
        What `load` took as `priors` when it made the case. If `load` had other arguments, such as
        `base_rate`, give the case that it returned. For a `FittedModel` give its `case` or the path
        of its saved file.

    Returns
    -------
    str
        The case code, for `decode_case`: letters, digits, ``-``, ``_`` and ``.`` only.

    Raises
    ------
    ValueError
        If a parameter of `case` differs from that of `priors` for another reason than the claims
        left out of `case`. So the result of `Case.blend` cannot be encoded.

    Examples
    --------
    >>> from lumbayes import decode_case, encode_case, load
    >>> code = encode_case(load().given(back_pain="yes", hills="no"))
    >>> code.startswith("lumbayes1.")
    True
    >>> decode_case(code).findings
    {'back_pain': 'yes', 'hills': 'no'}
    """
    check_arguments("encode_case", locals(), priors=CASE_OR_PRIORS)
    base = _base_case(priors)
    kept = set(case.priors.claims)
    without = [c.id for c in base.priors.claims if c not in kept]
    left = base.exclude_claims(*without)
    if parameters_as_text(left.network) != parameters_as_text(case.network):
        raise ValueError(
            "This case's parameters are not those of the given priors, even with claims left out; "
            "name the priors it was loaded from: encode_case(case, priors). "
            "A blend of priors cannot be encoded."
        )
    content: dict[str, Any] = {key: dict(getattr(case, part)) for key, part in PARTS.items()}
    content["findings"] |= {evidence_on_link(n): text for n, text in case.contrasts.items()}
    content |= {"without": without, "draws": DRAWS, "seed": SEED, "version": version("lumbayes")}
    return _pack(_digests(case.network), json.dumps(content, separators=(",", ":")))


def decode_case(text: str, priors: Base = "thread") -> Case:
    """Decode a case code into the case that was encoded.

    Parameters
    ----------
    text : str
        A case code that `encode_case` returned; blanks and line ends around it do not count.
    priors : str, Path or Case, default "thread"
        The same as was given to `encode_case`: the priors with all claims, as `load` takes them, or
        the case that `load` returned.

    Returns
    -------
    Case
        A case with equal evidence, interventions and priors, so with equal results. What `believe`
        entered is in `Case.likelihoods`; `Case.beliefs` is empty.

    Raises
    ------
    ValueError
        If the text is not a whole, unedited case code, if a claim that the code leaves out is not
        among those of `priors`, or if this version uses another number or seed of draws.
    PriorsChanged
        If the parameters of `priors` are not those that the case was encoded with. The message
        names the changed parameters and the claims behind them.

    Warns
    -----
    UserWarning
        If another version of the package made the code; it may compute the same case differently.

    Examples
    --------
    >>> from lumbayes import decode_case, encode_case, load
    >>> base = load()
    >>> case = base.given(hills="yes").likelihood(flat_feet=3)
    >>> decode_case(encode_case(case, base), base).likelihoods
    {'flat_feet': (1.0, 3.0)}
    >>> decode_case("hills=yes")
    Traceback (most recent call last):
    ...
    ValueError: Not a case code: found 'hills=yes'; a code begins with 'lumbayes1.' ...
    """
    check_arguments("decode_case", locals(), text=ANYTHING, priors=CASE_OR_PRIORS)
    digests, content = _unpack(text)
    base = _base_case(priors)
    _check_claims(content["without"], base)
    case = base.exclude_claims(*content["without"])
    _check_parameters(digests, case.network)
    _check_draws(content)
    if content["version"] != version("lumbayes"):
        warnings.warn(
            f"A case code of version {content['version']}; this is {version('lumbayes')}.",
            stacklevel=2,
        )
    return _with_evidence(case, content)


def _base_case(priors: Base) -> Case:
    """Return the case without findings under these priors."""
    return priors.without_evidence() if isinstance(priors, Case) else load(priors)


def _check_claims(excluded: list[str], base: Case) -> None:
    known = {c.id for c in base.priors.claims}
    missing = [claim for claim in excluded if claim not in known]
    if missing:
        raise ValueError(
            f"This case code leaves out the claim {missing[0][:20]!r}, which these priors "
            "do not hold."
        )


def _check_draws(content: dict[str, Any]) -> None:
    if (content["draws"], content["seed"]) != (DRAWS, SEED):
        made = f"{content['draws']} draws from seed {content['seed']}"
        raise ValueError(
            f"This case code's intervals are of {made}; here they are of {DRAWS} from seed {SEED}."
        )


def _with_evidence(case: Case, content: dict[str, Any]) -> Case:
    """Return the case with the code's evidence, checked as any other evidence is."""
    entered = content["findings"]
    contrasts = {k.removesuffix(SUFFIX): v for k, v in entered.items() if k.endswith(SUFFIX)}
    findings = {k: v for k, v in entered.items() if not k.endswith(SUFFIX)}
    try:
        for part, names in {**content, "findings": findings}.items():
            if part in PARTS:
                allow(part, "variable", names, case.variables)
        likelihoods = {
            name: _weights(case.variables[name], weights)
            for name, weights in content["leanings"].items()
        }
        entered = case.given(**findings).likelihood(**likelihoods).do(**content["surgery"])
        return entered.contrast(**contrasts)
    except ValueError as problem:
        raise ValueError(f"This case code was changed by hand: {problem}") from None


def _weights(v: Variable, weights: list[float]) -> dict[str, float]:
    if len(weights) != len(v.states):
        raise ValueError(f"{v.name} has {len(v.states)} states and {len(weights)} weights.")
    return dict(zip(v.states, weights, strict=True))


def _digest(text: str, size: int) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:size]


def _digests(network: Network) -> Digests:
    """Return the digest of all parameters, and one of each to tell which have changed."""
    lines = [f"{name}: {text}" for name, text in sorted(parameters_as_text(network).items())]
    return _digest("\n".join(lines), WHOLE_BYTES), [_digest(line, EACH_BYTES) for line in lines]


def _check_parameters(digests: Digests, network: Network) -> None:
    whole, each = _digests(network)
    if digests[0] == whole:
        return
    known = set(digests[1])
    names = sorted(parameters_as_text(network))
    moved = [name for name, digest in zip(names, each, strict=True) if digest not in known]
    parts = [_with_claims(network, name) for name in moved[:MAX_NAMED]]
    if len(moved) > MAX_NAMED:
        parts.append(f"{len(moved) - MAX_NAMED} more")
    text = ", ".join(parts) or f"{len(known - set(each))} are gone"
    raise PriorsChanged(
        f"This case code was made with other parameters than these priors hold now; "
        f"what moved: {text}.",
        moved,
    )


def _with_claims(network: Network, name: str) -> str:
    """Return a parameter's name with the claims that it now rests on."""
    key = key_of(name)
    claims = network.priors[key].claims if key in network.priors else ()
    return f"{name} (claims {' '.join(c.id for c in claims)})" if claims else name


def _pack(digests: Digests, content: str) -> str:
    whole, each = digests
    body = COUNT.pack(len(each)) + whole + b"".join(each) + zlib.compress(content.encode(), 9)
    packed = CHECKSUM.pack(zlib.crc32(body)) + body
    return MARK + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpack(text: str) -> tuple[Digests, dict[str, Any]]:
    """Return the digests and the content of a code that is whole; else raise `ValueError`."""
    text = text.strip() if isinstance(text, str) else text
    if not _is_code(text):
        raise ValueError(
            f"Not a case code: found {described(text)}; a code begins with {MARK!r} and goes on in "
            "letters, digits, - and _ only."
        )
    try:
        packed = base64.urlsafe_b64decode(text.removeprefix(MARK) + "==")
        body = packed[CHECKSUM.size :]
        if CHECKSUM.unpack_from(packed)[0] != zlib.crc32(body):
            raise ValueError
        end = COUNT.size + WHOLE_BYTES + EACH_BYTES * COUNT.unpack_from(body)[0]
        digests = body[COUNT.size : end]
        content = json.loads(zlib.decompressobj().decompress(body[end:], MAX_UNPACKED_BYTES))
    except (ValueError, RecursionError, struct.error, zlib.error):
        raise ValueError(
            "This case code is cut short or was changed: copy the whole of it."
        ) from None
    starts = range(WHOLE_BYTES, len(digests), EACH_BYTES)
    each = [digests[i : i + EACH_BYTES] for i in starts]
    if not _is_well_formed(content):
        raise ValueError(
            "This case code was changed by hand: it does not hold what a case code holds."
        )
    return (digests[:WHOLE_BYTES], each), content


def _is_code(text: object) -> bool:
    if not isinstance(text, str) or len(text) > MAX_CHARACTERS:
        return False
    return re.fullmatch(rf"{re.escape(MARK)}[\w-]+", text, re.A) is not None


def _is_well_formed(content: Any) -> bool:
    """Return whether the content has all keys of a case code, no other, each of its type."""
    return (
        isinstance(content, dict)
        and content.keys() == KEYS
        and all(isinstance(content[part], dict) for part in PARTS)
        and all(isinstance(weights, list) for weights in content["leanings"].values())
        and isinstance(content["without"], list)
        and all(isinstance(claim, str) for claim in content["without"])
        and all(type(content[key]) is int for key in ("draws", "seed"))
        and isinstance(content["version"], str)
        and len(content["version"]) <= MAX_VERSION_CHARACTERS
    )
