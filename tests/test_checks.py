"""`lumbayes check`: every problem of a folder of priors, one line each."""

import re
import shutil
import subprocess
import sys

import pytest

from lumbayes.__main__ import main
from lumbayes.checks import problems
from lumbayes.data.files import folder
from lumbayes.data.thread import example

HILLS = 'label = "Hills"\n'


@pytest.fixture
def edited(tmp_path):
    """Call it with pairs of old and new text by file; returns a copy of the folder so changed."""

    def edit(**changes):
        copy = shutil.copytree(folder(), tmp_path / "priors")
        for name, (old, new) in changes.items():
            path = next(path for path in copy.iterdir() if path.stem == name)
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
        return copy

    return edit


def test_nothing_is_wrong_with_the_thread(capsys):
    assert main(["check"]) == main(["check", str(folder())]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]
    assert lines[-1].startswith("fine: 91 claims, 15 words, 38 variables,")


def test_what_is_wrong_is_reported_and_the_exit_code_says_so(edited, capsys):
    copy = edited(variables=(HILLS, "label = 5\n"))
    assert main(["check", str(copy)]) == 1
    out, error = capsys.readouterr()
    assert out == "" and error.startswith(
        f"{copy / 'variables.toml'}: line 47: [factor.hills]: label is 5; it must"
    )
    assert len(error.splitlines()) == 1


def test_the_command_line_has_the_exit_code_of_what_it_did():
    command = [sys.executable, "-m", "lumbayes", "check", "priros"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("No set of priors 'priros'")


def test_a_folder_that_is_none_is_reported(capsys):
    assert main(["check", "priros"]) == 1
    assert capsys.readouterr().err.startswith("No set of priors 'priros'")


def test_an_empty_folder_lacks_every_file_but_the_literature(tmp_path):
    names = [
        "about.toml",
        "claims.csv",
        "example.toml",
        "redflags.toml",
        "variables.toml",
        "words.csv",
    ]
    assert sorted(problems(str(tmp_path))) == [
        f"{tmp_path / name}: there is no such file; a set of priors needs one." for name in names
    ]


def test_every_file_is_read_though_another_is_wrong(edited):
    """What stands alone is read in any case, and of claims.csv what needs no other file."""
    copy = edited(
        variables=(HILLS, "label = 5\n"),
        words=("can,2.459", "can,0"),
        claims=("causal,the major cause", "casual,the major cause"),
        redflags=('hides = ["remedies"', 'hides = ["remedy"'),
        example=('title = "', 'titel = "'),
    )
    raised = problems(str(copy))
    assert [line.split(": ")[0] for line in raised] == [
        str(copy / name)
        for name in ("variables.toml", "words.csv", "claims.csv", "redflags.toml", "example.toml")
    ]


@pytest.mark.parametrize(
    "unreadable",
    [
        {"words": ("reading,alpha", "reading,alfa")},
        {"variables": ("[factor.hills]", "[factor.hills")},
    ],
    ids=str,
)
def test_claims_are_read_alone_where_words_or_variables_cannot_be_read(edited, unreadable):
    copy = edited(claims=("causal,the major cause", "casual,the major cause"), **unreadable)
    lines = [line for line in problems(str(copy)) if line.startswith(str(copy / "claims.csv"))]
    assert len(lines) == 1 and "A1-11: Unknown kind 'casual'" in lines[0]


def test_claims_are_held_against_variables_and_words_though_one_of_each_is_wrong(edited):
    copy = edited(
        variables=(HILLS, "label = 5\n"),
        words=("can,2.459", "can,0"),
        claims=("3521,hills,", "3521,hils,"),
    )
    path = copy / "claims.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",contributing,net,", ",contributin,net,", 1), encoding="utf-8")
    lines = [line for line in problems(copy) if line.startswith(str(path))]
    assert len(lines) == 2
    assert "Unknown variable 'hils'" in lines[1] and "'contributin'" in lines[0]


def test_a_reply_without_a_row_is_reported_beside_a_row_that_is_wrong(edited):
    copy = edited(claims=("causal,the major cause", "casual,the major cause"))
    path = copy / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("A6-06,6,", "A6-06,8,"), "utf-8")
    about = [line.removeprefix(f"{path}: ") for line in problems(copy)]
    assert any("Unknown kind 'casual'" in line for line in about)
    assert [line for line in about if "no row is of answer 7" in line]


def test_an_example_is_the_same_wherever_its_folder_lies(edited):
    copy = edited()
    assert example(copy) == example() and str(copy) not in repr(example(copy))


def test_more_than_one_problem_of_a_file_is_reported(edited):
    copy = edited(claims=("causal,the major cause", "casual,the major cause"))
    path = copy / "claims.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("A3-02,3,", "A3-02,three,", 1), encoding="utf-8"
    )
    assert [line.split(": ")[2] for line in problems(str(copy))] == ["A1-11", "A3-02"]


def test_a_number_that_cannot_be_pooled_is_reported(edited):
    """Found only where claims, words and variables come together."""
    copy = edited(
        claims=(
            ",contributing,net,runners,,no,,,A4-01",
            ",contributing,compound,runners,,no,,,A4-01",
        ),
        variables=("beta = [0.5, 9.5]", "beta = [9.5, 0.5]"),
    )
    assert [line.split(";")[0] for line in problems(str(copy))] == [
        f"{copy / 'claims.csv'}: line 25: A1-13: found a compound 0.403 below the background 0.950"
    ]


def test_the_literature_is_read_where_there_is_one(edited):
    copy = edited(literature=("hills,,none", "hils,,none"))
    (raised,) = problems(str(copy))
    assert raised.startswith(
        f"{copy / 'literature.csv'}: line 3: hils: Unknown variable 'hils'. Did you mean 'hills'?"
    )
    (copy / "literature.csv").unlink()
    assert problems(str(copy)) == []


BROKEN = {
    "variables": [
        (HILLS, 'label = ""\n', "line 47: [factor.hills]: label is ''"),
        ("beta = [1, 99]", "beta = [1, 0]", "[outcome.back_pain] background"),
        ("cut = 75", "cut = 7500", "[measurement.plank_seconds]: cut is 7500"),
    ],
    "words": [("can,2.459", "can,zero", "line 2: can: alpha is 'zero'")],
    "claims": [
        (
            "causal,the major cause",
            "casual,the major cause",
            "line 23: A1-11: Unknown kind 'casual'",
        ),
        (
            "3521,hills,",
            "3521,hils,",
            "line 64: A3-01: Unknown variable 'hils'. Did you mean 'hills'?",
        ),
        (
            "core.,3791,3824",
            "core.,3792,3824",
            "line 70: A4-01: start 3792 and end 3824 are 32 characters apart",
        ),
    ],
    "redflags": [
        (
            'hides = ["remedies"',
            'hides = ["remedy"',
            "line 69: [card.second] hides: Unknown part of the page",
        ),
    ],
    "about": [('person = "runner"\n', "", "line 1: the key 'person' is missing")],
    "example": [
        (
            'onset = "cool_down"',
            'onset = "cooldown"',
            "line 8: [findings]: Unknown state of onset 'cooldown'",
        )
    ],
}


def test_ten_breaks_are_ten_lines_each_with_its_file_and_line(tmp_path, capsys):
    copy, expected = shutil.copytree(folder(), tmp_path / "priors"), []
    for name, breaks in BROKEN.items():
        path = next(path for path in copy.iterdir() if path.stem == name)
        for old, new, raised in breaks:
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
            expected.append((path.name, raised))
    assert main(["check", str(copy)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(expected) == 10
    for (name, raised), line in zip(expected, lines, strict=True):
        assert line.startswith(f"{copy / name}: line ") and raised in line


STILL = {
    "a parent that is new in every run": (
        (
            'group = "body"\nchangeable = false\nstill = true',
            'group = "body"\nchangeable = false',
            "flat_feet",
        ),
        "line 126: [factor.over_pronation]: still is true, but its parent 'flat_feet' is new in"
        " every run; make both",
    ),
    "neither": (
        ("still = true", "still = 1", "over_pronation"),
        "line 127: [factor.over_pronation]: still is 1; it must be true or false",
    ),
    "a pain that is the same in every run": (
        ('label = "', 'still = true\nlabel = "', "outcome.back_pain"),
        "[outcome.back_pain]: Unknown key 'still'",
    ),
}


@pytest.mark.parametrize("slip", STILL)
def test_what_is_still_hangs_on_what_is_still(tmp_path, slip):
    (old, new, table), raised = STILL[slip]
    copy = shutil.copytree(folder(), tmp_path / "priors")
    before, head, after = (
        (copy / "variables.toml").read_text(encoding="utf-8").partition(f"{table}]\n")
    )
    assert head and old in after
    (copy / "variables.toml").write_text(
        before + head + after.replace(old, new, 1), encoding="utf-8", newline=""
    )
    (problem,) = problems(copy)
    assert problem.startswith(f"{copy / 'variables.toml'}: ") and raised in problem


RECORDED = {
    "no names": (
        'sports = ["run", ',
        'sports = [7, "run", ',
        "line 18: [recorded]: sports is [7, 'run'",
    ),
    "a name twice": (
        '"trail run", ',
        '"trail run", "Trail-Run", ',
        "line 18: [recorded]: sports is ['run'",
    ),
    "no number": (
        "farthest = 500",
        'farthest = "500"',
        "line 19: [recorded]: farthest is '500'; it must be a number",
    ),
    "too fast to tell metres": (
        "fastest = 43",
        "fastest = 430",
        "line 20: [recorded]: fastest is 430; it must",
    ),
    "nothing": (
        "fastest = 43\n",
        "",
        "line 17: [recorded]: the key 'fastest' is missing (a number above 0, 300 at most)",
    ),
    "unknown key": (
        "fastest = 43",
        "fastes = 43",
        "line 20: [recorded]: Unknown key 'fastes'",
    ),
    "no table": (
        "[recorded]",
        "[record]",
        "line 17: Unknown key 'record'. Did you mean 'recorded'?",
    ),
}


@pytest.mark.parametrize("slip", RECORDED)
def test_what_watches_write_is_checked_with_its_line(edited, slip):
    old, new, raised = RECORDED[slip]
    copy = edited(about=(old, new))
    (problem,) = problems(copy)
    assert problem.startswith(f"{copy / 'about.toml'}: {raised}")


EXAMPLES = {
    "no findings": ("[findings]", "[claims.told]", ["the key 'findings' is missing", "a table"]),
    "no story": (
        'story = "',
        'saga = "',
        ["key 'saga'", "Allowed: beliefs, claims, findings, story, title"],
    ),
    "no claims": ("[claims]", "[findings.more]", ["the key 'claims' is missing", "a table"]),
    "empty title": (
        'title = "The thread\'s own runner"',
        'title = ""',
        ["title is ''", "not empty"],
    ),
    "claims of no finding": (
        'back_pain = ["Q-01"]',
        'backpain = ["Q-01"]',
        ["[claims]", "'backpain'", "'back_pain'"],
    ),
    "claims that are no list": (
        '["Q-01"]',
        '"Q-01"',
        ["[claims]: back_pain is 'Q-01'", "list of claim ids"],
    ),
    "no claims of a finding": (
        '["Q-01"]',
        "[]",
        ["[claims]: back_pain is []", "list of claim ids"],
    ),
}
BESIDE = {
    "unknown claim": (
        '["Q-01"]',
        '["Q-001"]',
        ["[claims] back_pain", "claim 'Q-001'", "Did you mean 'Q-01'"],
    ),
    "unknown variable": (
        "[claims]",
        'onst = "during"\n\n[claims]',
        ["variable 'onst'", "Did you mean 'onset'"],
    ),
    "unknown state": (
        '"cool_down"',
        '"cooldown"',
        ["[findings]", "state of onset 'cooldown'", "'cool_down'"],
    ),
    "state that is a truth": (
        'back_pain = "yes"',
        "back_pain = true",
        ["state of back_pain 'True'", "no, yes"],
    ),
    "state of a picture": (
        "[claims]",
        'wet_footprint = "flat"\n\n[claims]',
        ["[findings]", "state of wet_footprint 'flat'", "low, normal, solid"],
    ),
    "state of a variable spelt as a number": (
        "[claims]",
        "wet_footprint = 5\n\n[claims]",
        ["state of wet_footprint '5'", "low, normal, solid"],
    ),
    "out of range": (
        "km_per_week = 5.6",
        "km_per_week = 560",
        ["km_per_week=560", "from 0 to 300 km"],
    ),
    "number in words": (
        "km_per_week = 5.6",
        'km_per_week = "5.6"',
        ["km_per_week='5.6'", "takes a number"],
    ),
}


@pytest.mark.parametrize("slip", EXAMPLES)
def test_a_slip_in_the_example_is_reported_when_it_is_read(edited, slip):
    old, new, parts = EXAMPLES[slip]
    copy = edited(example=(old, new))
    with pytest.raises(ValueError) as raised:
        example(copy)
    assert str(raised.value).startswith(f"{copy / 'example.toml'}: ")
    assert [part for part in parts if part not in str(raised.value)] == []
    assert [re.sub(r"line \d+: ", "", problem) for problem in problems(copy)] == [str(raised.value)]


@pytest.mark.parametrize("slip", BESIDE)
def test_the_example_is_held_to_variables_and_claims(edited, slip):
    old, new, parts = BESIDE[slip]
    copy = edited(example=(old, new))
    (raised, *_) = problems(str(copy))
    assert raised.startswith(f"{copy / 'example.toml'}: ")
    assert [part for part in parts if part not in raised] == []


@pytest.mark.parametrize(
    ("old", "new"), [("fastest = 43", "fastest = 300"), ("farthest = 500", "farthest = 40000")]
)
def test_a_limit_of_recordings_may_be_the_largest(edited, old, new):
    assert problems(edited(about=(old, new))) == []


def test_what_the_page_could_not_read_is_reported(edited):
    copy = edited(page=("[row.hills]", "[row.hils]"))
    line = (copy / "page.toml").read_text(encoding="utf-8").splitlines().index("[row.hils]") + 1
    (problem,) = problems(copy)
    assert problem.startswith(
        f"{copy / 'page.toml'}: line {line}: [row.hils]: Unknown variable 'hils'. Did you mean"
    )


@pytest.mark.parametrize(
    ("given", "raised"),
    [
        ('hills = "mabye"', "[start.new] given: Unknown state of hills 'mabye'"),
        ("plank_seconds = 601", "[start.new] given: plank_seconds=601: plank_seconds takes"),
    ],
)
def test_what_a_starting_point_could_not_enter_is_reported(edited, given, raised):
    start = f'[start.new]\nlabel = "New"\n[start.new.given]\n{given}\n'
    (problem,) = problems(edited(page=("[row.hills]", f"{start}[row.hills]")))
    assert "page.toml: line " in problem and raised in problem


def test_the_page_is_not_held_to_variables_that_cannot_be_read(edited):
    copy = edited(variables=(HILLS, "label = 5\n"))
    assert [line.split(": ")[0] for line in problems(copy)] == [str(copy / "variables.toml")]


def test_a_folder_is_named_from_where_one_stands(edited, monkeypatch):
    """Its path may be relative; the file and the line are found all the same."""
    monkeypatch.chdir(edited(variables=(HILLS, "label = 5\n")).parent)
    (problem,) = problems("priors")
    assert problem.startswith("priors/variables.toml: line 47: [factor.hills]: label is 5")


MISSPELT_CLAIM = ("3521,hills,", "3521,hils,")
OUTLINES = {
    "misspelt key": (HILLS, 'lable = "Hills"\n', "Unknown key 'lable'"),
    "key of another layer": (HILLS, HILLS + 'unit = "m"\n', "Unknown key 'unit'"),
    "no table": (
        "[factor.hills]",
        "[factor]\nbarefoot = 5\n[factor.hills]",
        "[factor]: barefoot is 5; it must be a table",
    ),
}


@pytest.mark.parametrize(("old", "new", "raised"), OUTLINES.values(), ids=OUTLINES)
def test_claims_are_held_to_what_is_right_of_the_variables(edited, old, new, raised):
    found = problems(edited(variables=(old, new), claims=MISSPELT_CLAIM))
    assert [line for line in found if raised in line and "variables.toml" in line]
    assert [line for line in found if "A3-01: Unknown variable 'hils'" in line]


@pytest.mark.parametrize("head", ["base_rate", "measurement"])
def test_a_number_where_tables_belong_is_reported_beside_all_else(edited, head):
    copy = edited(claims=MISSPELT_CLAIM)
    path = copy / "variables.toml"
    text = re.sub(rf"^\[{head}\.", "[trait.", path.read_text(encoding="utf-8"), flags=re.M)
    path.write_text(f"{head} = 5\n{text}", encoding="utf-8")
    found = problems(copy)
    assert [line for line in found if f"[{head}]: found 5; it must be a table" in line]
    assert [line for line in found if "A3-01: Unknown variable 'hils'" in line]


def test_what_only_loading_finds_is_reported(edited, monkeypatch):
    """It is loaded once every file is right, and only then."""

    def load(priors):
        raise ValueError(f"{priors}: found on loading")

    monkeypatch.setattr("lumbayes.checks.load", load)
    assert problems(folder()) == [f"{folder()}: found on loading"]
    copy = edited(variables=(HILLS, "label = 5\n"))
    assert [line for line in problems(copy) if "found on loading" in line] == []
