"""A case as a line of text: restored to the last bit, or refused with a reason."""

import base64
import json
import shutil
import subprocess
import sys
import warnings
import zlib
from importlib.metadata import version

import networks
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shared import loaded

from lumbayes import (
    PriorsChanged,
    contributions,
    decode_case,
    encode_case,
    example,
    explain,
    red_flags,
)
from lumbayes.serialization import CHECKSUM, MARK, MAX_CHARACTERS, MAX_NAMED, _digests, _pack

BASE = loaded()
CLAIMS = [c.id for c in BASE.priors.claims]
RUNNER = (
    BASE.given(back_pain="yes", plank_seconds=22, climb_m_per_km=35.25)
    .likelihood(flat_feet=3)
    .do(worn_shoes="no")
)
SHOWN = encode_case(RUNNER, BASE)


def figures(case):
    return contributions(case, draws=32).drop(columns="claims").select_dtypes("number").to_numpy()


@settings(max_examples=60)
@given(data=st.data())
def test_what_comes_back_is_the_same_to_the_last_bit(data):
    said = data.draw(networks.runners(BASE.network))
    off = data.draw(st.lists(st.sampled_from(CLAIMS), max_size=6, unique=True))
    case = (
        BASE.exclude_claims(*off)
        .given(**said["given"])
        .likelihood(**said["likelihood"])
        .do(**said["do"])
    )
    assume(case.probability > 0)
    text = encode_case(case, BASE)
    again = decode_case(text, BASE)
    for part in ("findings", "likelihoods", "interventions"):
        assert list(getattr(again, part).items()) == list(getattr(case, part).items())
    assert dict(again.network.priors) == dict(case.priors)
    assert again.probability == case.probability and np.array_equal(figures(again), figures(case))
    assert encode_case(again, BASE) == text and len(text) < 1000


def test_it_is_short_and_fit_for_a_link():
    assert len(SHOWN) < 500 and set(SHOWN) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    )


ELSEWHERE = """
import sys
from lumbayes import contributions, decode_case, encode_case
case = decode_case(sys.argv[1])
print(encode_case(case), contributions(case).drop(columns="claims").to_json(double_precision=15))
"""


def test_two_processes_make_the_same_of_it():
    """A page and a notebook share only the text; their random seeds of Python differ."""
    message = [
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE, SHOWN], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    here = contributions(decode_case(SHOWN)).drop(columns="claims").to_json(double_precision=15)
    assert message == [f"{SHOWN} {here}\n"] * 2


def test_an_answer_switched_off_and_the_order_reported_come_back():
    case = BASE.exclude_claims(reply=1).given(hills="no", back_pain="yes")
    again = decode_case(encode_case(case))
    assert explain(again, "weak_core").equals(explain(case, "weak_core"))
    assert again.posterior("muscle_strain").equals(case.posterior("muscle_strain"))


def test_other_priors_have_codes_of_their_own():
    study = loaded("literature").given(**example().findings)
    text = encode_case(study, "literature")
    assert np.array_equal(figures(decode_case(text, "literature")), figures(study))
    with pytest.raises(ValueError, match=r"made with other parameters.*what moved: .* more"):
        decode_case(text)


def test_a_blend_and_the_wrong_priors_have_none():
    for case in (RUNNER.blend(loaded("literature"), 0.5), loaded("literature")):
        with pytest.raises(
            ValueError, match=r"not those of the given priors.*encode_case\(case, priors\).*blend"
        ):
            encode_case(case)


def edited(root, where, name, *changes):
    shutil.copytree(root / "priors", where, dirs_exist_ok=True)
    text = (where / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (where / name).write_text(text, encoding="utf-8", newline="\r\n")
    return where


def test_line_ends_and_words_move_nothing(root, tmp_path):
    """The same numbers on a machine with other line ends, and under a label put in other words."""
    folder = edited(root, tmp_path, "variables.toml", ('label = "Climb"', 'label = "Up"'))
    edited(root, tmp_path / "more", "claims.csv")
    shutil.copy(tmp_path / "more" / "claims.csv", folder / "claims.csv")
    assert (
        np.array_equal(figures(decode_case(SHOWN, folder)), figures(RUNNER))
        and encode_case(decode_case(SHOWN, folder), folder) == SHOWN
    )


def line(root, name, key):
    rows = (root / "priors" / name).read_text(encoding="utf-8").splitlines()
    return next(row for row in rows if row.startswith(f"{key},"))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("words.csv", None, r"moved: .*disc_degeneration → back_pain \(claims A1-10\)"),
        (
            "variables.toml",
            ("spread = 0.9\nerror = 0.25", "spread = 0.9\nerror = 0.26"),
            r"moved: climb_m_per_km\.$",
        ),
        (
            "variables.toml",
            ("low = 0\nhigh = 200", "low = 0\nhigh = 300"),
            r"moved: climb_m_per_km\.$",
        ),
    ],
)
def test_numbers_that_moved_are_named(root, tmp_path, name, change, message):
    if change is None:  # what one word is read as
        read = line(root, name, "sounds_like")
        cells = read.split(",")
        change = (read, ",".join([cells[0], str(float(cells[1]) * 2), *cells[2:]]))
    with pytest.raises(ValueError, match=message) as raised:
        decode_case(SHOWN, edited(root, tmp_path, name, change))
    assert "\n" not in str(raised.value)


def test_a_claim_that_is_gone_is_named(root, tmp_path):
    said = (root / "priors" / "claims.csv").read_text("utf-8")
    alone = next(claim for claim in CLAIMS if said.count(claim) == 1)
    text = encode_case(BASE.exclude_claims(alone))
    folder = edited(root, tmp_path, "claims.csv", (line(root, "claims.csv", alone) + "\n", ""))
    with pytest.raises(
        ValueError, match=f"leaves out the claim '{alone}', which these priors do not hold"
    ):
        decode_case(text, folder)


def opened(text):
    """A case code taken apart: everything before what it holds, and what it holds."""
    packed = base64.urlsafe_b64decode(text.removeprefix(MARK) + "==")[CHECKSUM.size :]
    end = 2 + 8 + 2 * int.from_bytes(packed[:2], "big")
    return packed[:end], json.loads(zlib.decompress(packed[end:]))


def forged(held, text=SHOWN):
    """A case code of these numbers with a right checksum that holds something else."""
    packed = held if isinstance(held, bytes) else json.dumps(held).encode()
    body = opened(text)[0] + zlib.compress(packed)
    checked = CHECKSUM.pack(zlib.crc32(body)) + body
    return MARK + base64.urlsafe_b64encode(checked).decode().rstrip("=")


def test_it_never_holds_a_safety_question():
    held = opened(SHOWN)[1]
    names = [question.id if hasattr(question, "id") else question.name for question in red_flags()]
    assert names and not any(name in json.dumps(held) for name in names)
    with pytest.raises(
        ValueError, match=f"changed by hand: findings: Unknown variable '{names[0]}'"
    ):
        decode_case(forged(held | {"findings": {names[0]: "yes"}}))


HELD = opened(SHOWN)[1]
BAD = {
    "nothing": "",
    "no text": None,
    "a link around it": f"https://example.org/?case={SHOWN}",
    "a line end inside": f"{SHOWN[:80]}\n{SHOWN[80:]}",
    "letters of elsewhere": SHOWN[:-1] + "é",
    "another version": SHOWN.replace("1.", "2.", 1),
    "cut short": SHOWN[:-5],
    "mark alone": MARK + "A",
    "one letter changed": SHOWN[:80] + ("A" if SHOWN[80] != "A" else "B") + SHOWN[81:],
    "endless": MARK + "A" * MAX_CHARACTERS,
    "a bomb": forged(b"[" + b" " * 10**7 + b"]"),
    "nested": forged(b"[" * 40_000),
    "long numbers": forged(
        json.dumps(HELD | {"seed": 0}).replace('"seed": 0', '"seed": ' + "9" * 9000).encode()
    ),
    "a list": forged([]),
    "no version": forged({k: v for k, v in HELD.items() if k != "version"}),
    "more than a case code holds": forged(HELD | {"flags": {}}),
    "findings as a list": forged(HELD | {"findings": []}),
    "claims as numbers": forged(HELD | {"without": [1]}),
    "unknown claim": forged(HELD | {"without": ["<b>"]}),
    "unknown variable": forged(HELD | {"findings": {"self": "yes"}}),
    "unknown state": forged(HELD | {"findings": {"hills": "perhaps"}}),
    "a state that is none": forged(HELD | {"findings": {"hills": [1]}}),
    "not a number": forged(HELD | {"findings": {"plank_seconds": float("nan")}}),
    "beyond all": forged(
        json.dumps(HELD | {"findings": {"plank_seconds": 7}}).replace("7", "1e999").encode()
    ),
    "too few weights": forged(HELD | {"leanings": {"flat_feet": [1]}}),
    "weights below zero": forged(HELD | {"leanings": {"flat_feet": [1, -1]}}),
    "a test done": forged(HELD | {"surgery": {"plank_seconds": "yes"}}),
    "other draws": forged(HELD | {"draws": 10**6}),
    "another seed": forged(HELD | {"seed": 1}),
    "a seed that is no number": forged(HELD | {"seed": False}),
    "claims as a mapping": forged(HELD | {"without": {}}),
    "a weight for all states": forged(HELD | {"leanings": {"flat_feet": 3}}),
    "a version that is no text": forged(HELD | {"version": 1}),
    "an endless version": forged(HELD | {"version": "9" * 41}),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_case_code_gets_one_sentence(kind):
    with pytest.raises(ValueError) as raised:
        decode_case(BAD[kind], BASE)
    message = str(raised.value)
    assert (
        "ase code" in message
        and "\n" not in message
        and message.endswith(".")
        and type(raised.value) is ValueError
    )


@pytest.mark.parametrize("around", ["{}\n", " {}\r\n", "\t{} ", "\n{}"])
def test_blanks_around_a_code_are_no_part_of_it(around):
    case = decode_case(around.format(SHOWN), BASE)
    assert case.labels() == decode_case(SHOWN, BASE).labels()


@settings(max_examples=200)
@given(data=st.data())
def test_a_changed_letter_never_gives_another_case(data):
    at, letter = data.draw(st.integers(0, len(SHOWN) - 1)), data.draw(st.characters())
    changed = SHOWN[:at] + letter + SHOWN[at + data.draw(st.integers(0, 2)) :]
    try:
        again = decode_case(changed, BASE)
    except ValueError:
        return
    assert (
        again.findings == RUNNER.findings
        and again.likelihoods == RUNNER.likelihoods
        and again.interventions == RUNNER.interventions
    )


def test_another_version_warns_and_answers():
    text = forged(HELD | {"version": "99.0"})
    with pytest.warns(
        UserWarning, match=f"case code of version 99.0; this is {version('lumbayes')}"
    ):
        assert decode_case(text, BASE).findings == RUNNER.findings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decode_case(SHOWN, BASE)


def test_a_version_of_the_longest_allowed_length_is_read():
    with pytest.warns(UserWarning, match="case code of version 9{40};"):
        decode_case(forged(HELD | {"version": "9" * 40}), BASE)


def test_what_moved_is_named_up_to_five_and_the_rest_is_counted():
    with pytest.raises(PriorsChanged) as raised:
        decode_case(encode_case(loaded("literature"), "literature"))
    n_more = len(raised.value.moved) - MAX_NAMED
    named = str(raised.value).partition("what moved: ")[2]
    assert n_more > 0 and f", {n_more} more." in named
    assert all(f"{name} (" in named or f"{name}," in named for name in raised.value.moved[:5])
    assert raised.value.moved[5] not in named


@pytest.mark.parametrize(("n", "rest"), [(MAX_NAMED, ""), (MAX_NAMED + 1, ", 1 more")])
def test_what_moved_is_named_up_to_the_limit(n, rest):
    _, each = _digests(BASE.network)
    with pytest.raises(PriorsChanged) as raised:
        decode_case(_pack((bytes(8), each[n:]), json.dumps(HELD)))
    assert len(raised.value.moved) == n and str(raised.value).endswith(f"{rest}.")
    assert ("more." in str(raised.value)) == bool(rest)


@pytest.mark.parametrize(("n", "said"), [(0, "cut short"), (1, "Not a case code")])
def test_what_is_longer_than_any_case_code_is_not_unpacked(n, said):
    text = MARK + "A" * (MAX_CHARACTERS - len(MARK) + n)
    with pytest.raises(ValueError, match=said):
        decode_case(text, BASE)


def test_parameters_that_are_gone_are_counted():
    _, each = _digests(BASE.network)
    with pytest.raises(PriorsChanged, match=r"what moved: 1 are gone\.") as raised:
        decode_case(_pack((bytes(8), [*each, b"??"]), json.dumps(HELD)))
    assert raised.value.moved == []
