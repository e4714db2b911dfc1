"""The claims: every quote exact, every claim used or explained, every slip reported."""

import csv
import io
import shutil
from dataclasses import replace

import pytest
from shared import loaded

from lumbayes import contributions
from lumbayes.data.claims_file import check_answers, check_quotes
from lumbayes.data.files import folder
from lumbayes.data.schema import Place
from lumbayes.data.thread import example
from lumbayes.loading import read_network

NETWORK = read_network()
CLAIMS = NETWORK.priors.claims
BY_ID = {claim.id: claim for claim in CLAIMS}
SPOKEN = {claim.id: key for key, prior in NETWORK.priors.items() for claim in prior.claims}
LAST = len(CLAIMS) + 1  # the file's last line; the first holds the columns
WORDS_IN_A_QUOTE = 25
UNCODED = 80  # characters: connectives and list numbers fit between two quotes, no statement does


def test_every_quote_is_the_threads_own_text(thread_text):
    check_quotes(CLAIMS, thread_text)


def test_a_moved_or_altered_quote_is_found_out(thread_text):
    claim = CLAIMS[1]
    for wrong in (replace(claim, start=claim.start + 1), replace(claim, quote=claim.quote.upper())):
        with pytest.raises(ValueError) as raised:
            check_quotes([CLAIMS[0], wrong], thread_text)
        found = thread_text[wrong.start : wrong.end]
        assert all(
            part in str(raised.value)
            for part in (claim.id, str(claim.end), repr(found), repr(wrong.quote))
        )


def test_no_statement_was_left_out(thread_text):
    """Between the first and last quote no gap is longer than what links two statements."""
    reached = CLAIMS[0].start
    for claim in sorted(CLAIMS, key=lambda claim: claim.start):
        assert claim.start - reached < UNCODED, thread_text[reached : claim.start]
        reached = max(reached, claim.end)


def test_ids_are_unique_and_say_which_answer():
    assert len(BY_ID) == len(CLAIMS)
    assert all(c.id.split("-")[0] == (f"A{c.answer}" if c.answer else "Q") for c in CLAIMS)
    assert {c.answer for c in CLAIMS} == set(range(7))


def test_quotes_are_short():
    assert max(len(c.quote.split()) for c in CLAIMS) <= WORDS_IN_A_QUOTE


def test_an_answer_has_one_standing():
    assert len({(c.answer, c.standing) for c in CLAIMS}) == len({c.answer for c in CLAIMS})


@pytest.mark.parametrize("relation", ["agrees", "conflicts"])
def test_agreeing_and_conflicting_are_mutual(relation):
    pairs = {(c.id, other) for c in CLAIMS for other in getattr(c, relation)}
    assert pairs and {(other, one) for one, other in pairs} == pairs
    assert not [c.id for c in CLAIMS if (c.id, c.id) in pairs or set(c.agrees) & set(c.conflicts)]


def test_every_claim_is_used_or_says_why_not():
    ordered = {row["claim"].id for row in NETWORK.priors.orders()}
    raised = {claim for ids in example().claims.values() for claim in ids}
    noted = {c.id for c in CLAIMS if c.note}
    used = {
        "link": set(SPOKEN),
        "profile": set(SPOKEN),
        "order": ordered,
        "share": {c.id for c in CLAIMS if c.effect == "back_pain" and c.cause == "muscle_strain"},
        "case": raised,
        "no": noted,
    }
    assert [c.id for c in CLAIMS if c.id not in used[c.used]] == []


def test_only_used_claims_reach_a_prior_and_each_reaches_one():
    assert set(SPOKEN) == {c.id for c in CLAIMS if c.used in ("link", "profile")}
    assert sum(len(prior.claims) for prior in NETWORK.priors.values()) == len(SPOKEN)
    assert all(key == (BY_ID[id_].cause, BY_ID[id_].effect) for id_, key in SPOKEN.items())


def test_what_is_off_the_subject_reaches_nothing():
    aside = {c.id for c in CLAIMS if c.kind in ("off-topic", "advice", "referral", "contradiction")}
    assert {c.id for c in CLAIMS if c.kind == "off-topic"} and not aside & set(SPOKEN)
    assert {BY_ID[id_].used for id_ in aside} == {"no"}


def test_a_chain_counts_once():
    chained = [c for c in CLAIMS if c.chain]
    assert chained and {c.used for c in chained} == {"no"}
    assert {BY_ID[link].used for c in chained for link in c.chain} == {"link", "share"}


def test_a_link_is_only_spoken_for_by_claims_that_raise_it():
    assert {BY_ID[id_].direction for id_ in SPOKEN} == {"raises"}


def test_the_same_words_read_the_same():
    readings = {(c.words.casefold(), c.reading) for c in CLAIMS if c.id in SPOKEN}
    assert len(readings) == len({words for words, _ in readings})


def test_what_a_remedy_implies_is_marked_implied():
    remedies = [c for c in CLAIMS if c.id in SPOKEN and c.kind == "remedy"]
    assert remedies and all(c.implied for c in remedies)
    assert {c.kind for c in CLAIMS if c.implied} <= {"remedy", "advice"}


# Each slip: file, row, the cells that are changed in a copy of the folder, and what the error must
# say of it.
CLAIM = "claims.csv", "A1-11"
LINK = "claims.csv", "A1-13"
SLIPS = {
    "unknown kind": (
        *CLAIM,
        {"kind": "casual"},
        ["kind 'casual'", "Did you mean 'causal'", "prevalence"],
    ),
    "unknown direction": (*CLAIM, {"direction": "up"}, ["direction 'up'", "lowers, none, raises"]),
    "unknown use": (*CLAIM, {"used": "yes"}, ["used 'yes'", "case, link, no, order, profile"]),
    "unknown scale": (*CLAIM, {"scale": "gross"}, ["scale 'gross'", "compound, net"]),
    "unknown cause": (
        *CLAIM,
        {"cause": "muscle_strian"},
        ["'muscle_strian'", "Did you mean 'muscle_strain'", "hills"],
    ),
    "unknown effect": (
        *CLAIM,
        {"effect": "backpain"},
        ["'backpain'", "Did you mean 'back_pain'", "onset"],
    ),
    "unknown other": (
        "claims.csv",
        "A1-08",
        {"than": "weak_cor"},
        ["'weak_cor'", "Did you mean 'weak_core'"],
    ),
    "unknown reading": (
        *CLAIM,
        {"reading": "major"},
        ["'major'", "Did you mean 'major_cause'", "can", "words.csv"],
    ),
    "unknown claim agreed with": (
        *CLAIM,
        {"agrees": "A3-02 A9-09"},
        ["in agrees 'A9-09'", "A1-01"],
    ),
    "unknown claim in conflict": (
        *CLAIM,
        {"conflicts": "A3-2"},
        ["in conflicts 'A3-2'", "Did you mean 'A3-02'"],
    ),
    "unknown claim in a chain": (
        "claims.csv",
        "A1-05",
        {"chain": "A1-99"},
        ["in chain 'A1-99'", "A1-03"],
    ),
    "link without a scale": (
        *LINK,
        {"scale": ""},
        ["used as 'link'", "'scale' must be filled in"],
    ),
    "link without a reading": (
        *LINK,
        {"reading": ""},
        ["used as 'link'", "'reading' must be filled in"],
    ),
    "order without another": (
        "claims.csv",
        "A1-08",
        {"than": ""},
        ["used as 'order'", "'than' must be filled in"],
    ),
    "no such link": (
        "claims.csv",
        "A1-09",
        {"cause": "hills"},
        ["no link hills → back_pain", "parents of back_pain: muscle_strain"],
    ),
    "a factor has no parents": (
        "claims.csv",
        "A1-09",
        {"effect": "hills"},
        ["spinal_curvature → hills", "parents of hills: none"],
    ),
    "wrong state": (
        "claims.csv",
        "Q-07",
        {"state": "at_once"},
        ["state of onset 'at_once'", "cool_down", "next_day"],
    ),
    "the lowest state": (
        "claims.csv",
        "Q-07",
        {"state": "none"},
        ["state of onset 'none'", "during"],
    ),
    "trait used as link": (
        "claims.csv",
        "Q-07",
        {"used": "link", "scale": "net"},
        ["used as 'profile'"],
    ),
    "link used as profile": (
        *CLAIM,
        {"used": "profile", "state": "yes"},
        ["all other links as 'link'"],
    ),
    "words not in the quote": (
        *CLAIM,
        {"words": "a major cause"},
        ["'a major cause'", "the major cause of back pain"],
    ),
    "no word on why not": (
        "claims.csv",
        "Q-02",
        {"note": ""},
        ["used is 'no'", "note must say why"],
    ),
    "offset with a point": (*CLAIM, {"start": "975.0"}, ["start is '975.0'", "whole number"]),
    "offset below zero": (*CLAIM, {"end": "-1"}, ["end is '-1'", "whole number"]),
    "answer in words": (*CLAIM, {"answer": "one"}, ["answer is 'one'", "whole number"]),
    "duplicate id": (
        "claims.csv",
        "A1-12",
        {"id": "A1-11"},
        ["'A1-11' stands already at", "must be unique"],
    ),
    "implied neither yes nor no": (*CLAIM, {"implied": ""}, ["implied ''", "no, yes"]),
    "link that lowers": (
        *LINK,
        {"direction": "lowers"},
        ["used as 'link'", "'lowers'", "can only raise", "'no'"],
    ),
    "link that says nothing": (
        *LINK,
        {"direction": "none"},
        ["used as 'link'", "'none'", "can only raise"],
    ),
    "share that lowers": (
        *CLAIM,
        {"direction": "lowers"},
        ["used as 'share'", "'lowers'", "can only raise"],
    ),
    "share of a factor": (
        *LINK,
        {"used": "share"},
        ["used as 'share' from weak_core to muscle_strain", "a mechanism that has a share"],
    ),
    "share of a mechanism": (
        *CLAIM,
        {"effect": "severity"},
        ["used as 'share' from muscle_strain to severity", "a share is of back_pain"],
    ),
    "weight above one": (*CLAIM, {"weight": "1.5"}, ["weight is '1.5'", "at most 1"]),
    "no weight at all": (*CLAIM, {"weight": "0"}, ["weight is '0'", "above 0"]),
    "profile that lowers": (
        "claims.csv",
        "Q-07",
        {"direction": "lowers"},
        ["used as 'profile'", "can only raise"],
    ),
    "off-topic and used": (
        *LINK,
        {"kind": "off-topic"},
        ["off-topic and used as 'link'", "used as 'no'"],
    ),
    "order of a trait": (
        "claims.csv",
        "A1-08",
        {"than": "onset"},
        ["'onset' in an order, a trait", "factor or mechanism"],
    ),
    "order of a reading": (
        "claims.csv",
        "A1-08",
        {"cause": "heel_wear"},
        ["'heel_wear' in an order, a measurement"],
    ),
    "order of the pain": (
        "claims.csv",
        "A1-08",
        {"than": "pelvic_imbalance back_pain"},
        ["'back_pain' in an order, a"],
    ),
    "start after end": (
        *CLAIM,
        {"start": "1038", "end": "975"},
        ["start 1038 and end 975 are -63", "quote has 63"],
    ),
    "end of another quote": (
        *CLAIM,
        {"end": "1039"},
        ["start 975 and end 1039 are 64", "quote has 63", "must agree"],
    ),
    "no quote": (
        "claims.csv",
        "A1-12",
        {"quote": "", "end": "1048"},
        ["0 characters apart", "quote has 0", "more than none"],
    ),
    "answer left out": (
        "claims.csv",
        "A6-06",
        {"answer": "8"},
        ["answer is 8", "no row is of answer 7", "without a gap"],
    ),
    "duplicate word": (
        "words.csv",
        "may",
        {"reading": "can"},
        ["reading 'can' stands already at", "must be unique"],
    ),
    "word without a reason": (
        "words.csv",
        "can",
        {"reason": ""},
        ["reason is ''", "must be filled in"],
    ),
    "word of no basis": (
        "words.csv",
        "can",
        {"basis": "guess"},
        ["basis 'guess'", "judgement, published, survey"],
    ),
    "alpha zero": ("words.csv", "can", {"alpha": "0"}, ["alpha is '0'", "above 0"]),
    "alpha below zero": ("words.csv", "can", {"alpha": "-1"}, ["alpha is '-1'", "above 0"]),
    "alpha not a number": ("words.csv", "can", {"alpha": "nan"}, ["alpha is 'nan'", "above 0"]),
    "alpha in words": ("words.csv", "can", {"alpha": "two"}, ["alpha is 'two'", "above 0"]),
    "people in parts": ("words.csv", "can", {"n": "51.5"}, ["n is '51.5'", "whole number"]),
    "people in words": ("words.csv", "can", {"n": "5,174"}, ["n is '5,174'", "whole number"]),
    "people below zero": (
        "words.csv",
        "can",
        {"n": "-3"},
        ["n is '-3'", "whole number, 0 or more"],
    ),
    "beta without end": ("words.csv", "can", {"beta": "inf"}, ["beta is 'inf'", "above 0"]),
}


def reported_of(tmp_path, name, change):
    """The error for a copy of the folder in which one file's text is changed."""
    copy = tmp_path / "priors"
    shutil.copytree(folder(), copy)
    before = (copy / name).read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    (copy / name).write_text(after, encoding="utf-8", errors="surrogateescape", newline="")
    with pytest.raises(ValueError) as raised:
        read_network(copy)
    return str(raised.value).replace(str(copy / name), name)


def with_cells(text, row, cells):
    """The CSV text with cells of one row changed (known by its first cell), and its line."""
    header, *rows = list(csv.reader(io.StringIO(text)))
    line = next(i for i, found in enumerate(rows) if found[0] == row)
    for column, cell in cells.items():
        rows[line][header.index(column)] = cell
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue(), line + 2


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_row_is_reported_in_a_sentence(tmp_path, slip):
    """Every error names the file, the line and the row, what was found and what is allowed."""
    name, row, cells, parts = SLIPS[slip]
    _, line = with_cells((folder() / name).read_text(encoding="utf-8"), row, cells)
    raised = reported_of(tmp_path, name, lambda text: with_cells(text, row, cells)[0])
    changed = cells.get("id", cells.get("reading", row) if name == "words.csv" else row)
    assert raised.startswith(f"{name}: line {line}: {changed}: ")
    assert [part for part in parts if part not in raised] == []


SHAPES = {
    "column misspelt": (
        "note\n",
        "notes\n",
        ["line 1", "column 'notes'", "Did you mean 'note'", "agrees"],
    ),
    "column missing": (
        "scale,about",
        "about",
        ["line 1: the column 'scale' is missing", "the columns are id, answer"],
    ),
    "column twice": (
        "scale,about",
        "scale,scale,about",
        ["line 1: the column 'scale' stands there twice"],
    ),
    "a cell too many": (
        "A6-06,6,to view",
        "A6-06,6,and,to view",
        [f"line {LAST}: A6-06", "more or fewer cells", "comma"],
    ),
    "a cell too few": (
        "A6-06,6,to view",
        "A6-06,6",
        [f"line {LAST}: A6-06", "more or fewer cells"],
    ),
    "no id": (
        "A6-06,6,to view",
        ",6,to view",
        [f"line {LAST}: its id is empty", "every row needs one"],
    ),
    "stray quote": (
        "A6-06,6,to view",
        'A6-06,6,"to "view',
        [f"line {LAST}: not valid CSV", "stray quote", "doubled"],
    ),
    "quote not closed": (
        "A6-06,6,to view",
        'A6-06,6,"to view',
        [f"line {LAST}: not valid CSV", "stray quote"],
    ),
    "another encoding": (
        "A6-06,6,to view",
        "A6-06,6,to vi\udcebw",
        [f"line {LAST}: the byte 0xeb is not UTF-8", "save"],
    ),
}


@pytest.mark.parametrize("slip", SHAPES)
def test_a_slip_in_the_shape_is_reported_in_a_sentence(tmp_path, slip):
    old, new, parts = SHAPES[slip]
    raised = reported_of(tmp_path, "claims.csv", lambda text: text.replace(old, new, 1))
    assert (
        raised.startswith("claims.csv: ") and [part for part in parts if part not in raised] == []
    )
    assert len(raised.splitlines()) == 1


@pytest.mark.parametrize("name", ["claims.csv", "words.csv", "variables.toml"])
def test_a_file_as_excel_or_windows_saves_it_is_read(tmp_path, name):
    """With a byte order mark before it, and with line ends of two characters."""
    copy = shutil.copytree(folder(), tmp_path / "priors")
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    again = read_network(copy).priors
    assert again.claims == CLAIMS and again.words == NETWORK.priors.words
    assert {key: prior.counts for key, prior in again.items()} == {
        k: p.counts for k, p in NETWORK.priors.items()
    }


def test_a_file_without_a_line_lacks_its_columns(tmp_path):
    raised = reported_of(tmp_path, "claims.csv", lambda text: "")
    assert raised.startswith("claims.csv: line 1: the column 'id' is missing; the columns are id,")


def test_every_slip_is_reported_a_line_each(tmp_path):
    slips = {
        "A1-11": {"kind": "casual"},
        "A3-02": {"cause": "mussle_strain"},
        "A6-06": {"answer": "x"},
    }

    def spoil(text):
        for row, cells in slips.items():
            text = with_cells(text, row, cells)[0]
        return text

    raised = reported_of(tmp_path, "claims.csv", spoil).replace(
        str(tmp_path / "priors" / "claims.csv"), "claims.csv"
    )
    assert [line.split(": ")[2] for line in raised.splitlines()] == list(slips)


def test_two_rows_of_one_answer_on_one_link_are_two_ways_of_saying_it():
    """Both count where each has strength words of its own; a repetition is set aside."""
    for key in {
        key for key in SPOKEN.values() if key[1] not in {v.name for v in NETWORK.variables.traits}
    }:
        for answer in {c.answer for c in CLAIMS}:
            rows = [
                c
                for c in CLAIMS
                if (c.answer, c.cause, c.effect) == (answer, *key) and c.kind != "comparative"
            ]
            counted = [c for c in rows if c.used == "link"]
            assert bool(counted) == bool(rows) and len({c.words for c in counted}) == len(counted)
            assert len(counted) < 2 or not any(c.implied for c in counted)
            aside = [c for c in rows if c.used == "no"]
            assert all(c.implied or c.words in {other.words for other in counted} for c in aside)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(ValueError, match=r"claims\.csv: there is no such file"):
        shutil.copytree(folder(), tmp_path / "priors", ignore=shutil.ignore_patterns("claims.csv"))
        read_network(tmp_path / "priors")


def paths_to(v, outcome):
    """Every path of links from a cause to the pain, as lists of (cause, effect)."""
    links = [(v, effect.name) for effect in NETWORK.variables.values() if v in effect.parents]
    for link in links:
        if link[1] == outcome:
            yield [link]
        else:
            yield from ([link, *rest] for rest in paths_to(link[1], outcome))


USED = ("link", "share")


def test_the_claims_listed_with_a_cause_are_those_on_its_paths_to_the_pain():
    """Neither another cause's claims nor those that reach no parameter."""
    listed = contributions(loaded().given(back_pain="yes"), draws=8).claims
    assert set(listed["weak_core"]) == {"A1-13", "A4-01", "A5-09", "A1-11", "A3-02", "A5-05"}
    for cause in listed.index:
        links = {link for path in paths_to(cause, "back_pain") for link in path}
        expected = {c.id for c in CLAIMS if c.used in USED and (c.cause, c.effect) in links}
        assert set(listed[cause]) == expected and len(listed[cause]) == len(expected), cause


def test_replies_are_counted_from_the_first_though_no_row_is_of_the_question():
    place = Place(folder() / "claims.csv", line=2)
    check_answers([(place, {"answer": "1"}), (place, {"answer": "2"})])
    with pytest.raises(ValueError, match="answer is 3, but no row is of answer 2"):
        check_answers([(place, {"answer": "1"}), (place, {"answer": "3"})])
