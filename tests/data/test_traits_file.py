"""What traits.toml adds, and every slip in it told in a sentence with its place."""

import shutil

import pytest
from pytest import approx

from lumbayes import load
from lumbayes.checks import problems
from lumbayes.data.files import folder, read_toml
from lumbayes.data.traits_file import LEAST_STATES, TRAITS, read_folder, tempered

RAW = read_toml(folder() / TRAITS)
READ = read_folder(folder())


def edited(tmp_path, *changes):
    """A copy of the folder with these replacements made in its traits.toml."""
    copy = tmp_path / "priors"
    shutil.copytree(folder(), copy)
    text = (copy / TRAITS).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    (copy / TRAITS).write_text(text, encoding="utf-8")
    return copy


@pytest.mark.parametrize("name", RAW["trait"])
def test_a_row_is_read_tempered_and_weighed(name):
    table, trait = RAW["trait"][name], READ[name]
    assert trait.follows_cause and trait.parents == READ.outcome.parents
    for cause, row in table["rows"].items():
        estimate = trait.background if cause == "none" else trait.link[cause]
        weight = table["weights"][cause]
        raised = [share ** RAW["tempering"]["power"] for share in row.values()]
        assert [*estimate.counts.values()] == approx([weight * r / sum(raised) for r in raised])
        is_published = cause in table.get("published", ())
        assert estimate.basis == ("published" if is_published else "judgement")
    assert "unexplained" not in trait.link, "what has no row is as the background"


@pytest.mark.parametrize("name", ["onset", "severity", "duration"])
def test_the_threads_own_traits_follow_the_cause_too(name):
    alone = read_folder(folder(), traits=False)[name]
    assert not alone.follows_cause and alone.parents != READ.outcome.parents
    assert READ[name].follows_cause and READ[name].parents == READ.outcome.parents
    assert READ[name].background == alone.background and not READ[name].link


def test_a_power_of_one_changes_nothing_and_a_smaller_one_evens_out():
    row = {"a": 0.7, "b": 0.2, "c": 0.1}
    assert tempered(row, 1) == approx(row)
    even = tempered(row, 0.5)
    assert sum(even.values()) == approx(1) and even["a"] / even["c"] == approx(7**0.5)


def test_a_folder_without_the_file_has_no_such_traits(tmp_path):
    copy = edited(tmp_path)
    (copy / TRAITS).unlink()
    assert {line.split(": ")[0] for line in problems(copy)} == {str(copy / "page.toml")}
    (copy / "page.toml").unlink()
    case = load(copy)
    assert not case.variables.cause_traits and "where" not in case.variables
    assert not problems(copy)


def test_a_power_of_one_is_taken_and_tempers_nothing(tmp_path):
    row = RAW["trait"]["where"]["rows"]["muscle_strain"]
    read = read_folder(edited(tmp_path, ("power = 0.7", "power = 1")))["where"]
    assert [*read.link["muscle_strain"].counts.values()] == approx([8 * p for p in row.values()])


def test_a_trait_of_three_states_is_taken():
    assert min(len(READ[name].states) for name in RAW["trait"]) == LEAST_STATES


SLIPS = {
    "an unknown table": ("[tempering]", "[temper]", "Unknown table 'temper'"),
    "a power of zero": ("power = 0.7", "power = 0", r"\[tempering\].*power is 0; it must be"),
    "no trait": ('cause = ["onset"', 'cause = ["onsets"', r"\[follows\].*'onsets'.*onset"),
    "a misspelt key": (
        'label = "Where it is"',
        'lable = "Where it is"',
        r"\[trait.where\].*'lable'",
    ),
    "an unknown cause": (
        "muscle_strain = { on_",
        "muscle = { on_",
        r"rows: Unknown cause 'muscle'",
    ),
    "no row of no cause": ("none = { on_the_spine = 0.18, ac", "# { ac", "the row 'none'.*missing"),
    "a sum that is not 1": ("across = 0.42", "across = 0.52", "muscle_strain.*sum to 1.100"),
    "a share of 0": ("past_the_knee = 0.02", "past_the_knee = 0", "share of 'past_the_knee' is 0"),
    "a state not there": ("across = 0.42", "acros = 0.42", "Unknown share 'acros'"),
    "a weight missing": (", none = 10 }", " }", r"\[trait.where\] weights.*'none' is missing"),
    "no source": ('source = "DePalma', '# source = "DePalma', "published rows need their source"),
    "a name taken": (
        "[measurement.age]",
        "[measurement.shoe_km]",
        "'shoe_km' stands in variables.toml",
    ),
    "nothing to read": ('reads = "disc_degeneration"', 'reads = "disc"', "Unknown variable 'disc'"),
    "too few states": (
        'states = ["none", "never", "once_or_twice", "three_times_or_more"]',
        'states = ["none", "never"]',
        r"\[trait.earlier\]: states is .*there are 3 or more",
    ),
    "a row that is no table": (
        "muscle_strain = { never = 0.40, once_or_twice = 0.33, three_times_or_more = 0.27 }",
        "muscle_strain = 5",
        r"\[trait.earlier\] rows.muscle_strain: found 5; it must be a table",
    ),
    "a trait that is no table": (
        "[trait.earlier]",
        "[trait]\nnew = 5\n[trait.earlier]",
        r"\[trait.new\]: found 5; it must be a table",
    ),
    "a measurement that is no table": (
        "[measurement.age]",
        "[measurement]\nnew = 5\n[measurement.age]",
        r"\[measurement\]: new is 5; it must be a table",
    ),
    "a power above 1": ("power = 0.7", "power = 1.1", r"power is 1.1; it must be .*up to 1"),
    "an answer missing": ('none = "no pain", on_the', "on_the", r"answers.*'none' is missing"),
}


@pytest.mark.parametrize(("old", "new", "message"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_reported_with_its_place(tmp_path, old, new, message):
    copy = edited(tmp_path, (old, new))
    with pytest.raises(ValueError, match=message) as error:
        read_folder(copy)
    assert str(error.value).startswith(f"{copy / TRAITS}: ")
    assert any(line.startswith(f"{copy / TRAITS}: line ") for line in problems(copy))
