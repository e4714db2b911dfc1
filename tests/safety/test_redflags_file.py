"""Mistakes in redflags.toml: every one at once, with its place, what was found, what is allowed."""

from pathlib import Path

import pytest

from lumbayes import red_flags
from lumbayes.checks import problems
from lumbayes.data.files import folder

FILE = folder() / "redflags.toml"


def changed(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    """A folder whose redflags.toml is the shipped one with each first text replaced once."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, f"{old!r} is not in {FILE}"
        text = text.replace(old, new, 1)
    (tmp_path / "redflags.toml").write_text(text, encoding="utf-8")
    return tmp_path


BAD = {
    "unknown key at the top": (("still_open =", "stil_open ="), ["'stil_open'", "'still_open'"]),
    "unknown key of a line": (
        ("any_of =", "anyof ="),
        ["[line.saddle]", "'anyof'", "'any_of'", "again"],
    ),
    "unknown key of a rule": (("needs = 3", "need = 3"), ["[rule.inflammatory]", "'needs'"]),
    "unknown key of a level": (("hides =", "hide ="), ["[levels.emergency]", "'hide'", "'hides'"]),
    "unknown key of a card": (("title =", "titel ="), ["[card.first]", "'titel'", "'title'"]),
    "unknown key of an age": (("small =", "smal ="), ["[age.age_unknown]", "'small'"]),
    "unknown card": (("[card.second]", "[card.secnd]"), ["[card]", "'secnd'", "'second'"]),
    "unknown level": (
        ('level = "urgent"', 'level = "urgnt"'),
        ["[rule.pregnancy_today]", "'urgnt'", "'urgent'", "emergency"],
    ),
    "level that does not exist": (
        ("[levels.urgent]", "[levels.urgnt]"),
        ["[levels]", "'urgnt'", "'urgent'"],
    ),
    "the same level twice": (
        ("[levels.see_someone]\n", "[levels.none]\n"),
        ["redflags.toml", "levels", "none", "line"],
    ),
    "unknown group": (
        ('group = "now"', 'group = "nwo"'),
        ["[line.chest] group", "'nwo'", "'now'"],
    ),
    "unknown part of the page": (
        ('["ranking", ', '["rankin", '),
        ["[levels.emergency] hides", "'rankin'", "'ranking'"],
    ),
    "unknown line in all": (
        ('all = [["fever"]', 'all = [["fevr"]'),
        ["[rule.infection_risk] all", "'fevr'", "'fever'"],
    ),
    "unknown line in any": (
        ('any = ["chest"', 'any = ["chst"'),
        ["[rule.call_now] any", "'chst'", "'chest'"],
    ),
    "unknown line in unless": (
        ('unless = ["small_skin"]', 'unless = ["small"]'),
        ["[rule.cancer_nerves] unless", "'small'", "'small_skin'"],
    ),
    "unknown age": (
        ('"weak_bones", "age_70"]]', '"weak_bones", "age_71"]]'),
        ["[rule.weak_bones] all", "'age_71'", "'age_70'"],
    ),
    "a follow-up opened by a later one": (
        ('after = [["lasting"]]', 'after = [["psoriasis"]]'),
        ["[followup.early_and_long] after", "'psoriasis'"],
    ),
    "a follow-up opened by itself": (
        ('after = [["lasting"]]', 'after = [["early_and_long"]]'),
        ["[followup.early_and_long] after", "'early_and_long'"],
    ),
    "a follow-up that no age opens": (
        ('after = [["lasting"]]', 'after = [["age_18"], ["age_70"]]'),
        ["[followup.early_and_long]", "never be opened", "ages"],
    ),
    "a rule that no age reaches": (
        ('all = [["sudden"], ["weak_bones", "age_70"]]', 'all = [["age_18"], ["age_70"]]'),
        ["[rule.weak_bones]", "never be reached", "exclude each other"],
    ),
    "a rule that ends itself": (
        ('unless = ["small_skin"]', 'unless = ["cancer"]'),
        ["[rule.cancer_nerves]", "never be reached", "unless"],
    ),
    "a rule whose follow-up is never asked": (
        ('all = [["age_under_18"], ["arching"', 'all = [["age_18"], ["arching"'),
        ["[rule.young]", "never be reached", "only where it is asked"],
    ),
    "a line that nothing names": (
        ('any = ["unsure"]', 'any = ["fever"]'),
        ["[line.unsure]", "'unsure'"],
    ),
    "a line of the first card that is no emergency": (
        ('group = "you"\nline = "fever', 'group = "now"\nline = "fever'),
        ["[line.fever]", "'urgent'", "must be an emergency"],
    ),
    "a line of the second card that is asked again": (
        (
            'basis = "nhs.uk, kidney infection',
            'again = [["worse"]]\nbasis = "nhs.uk, kidney infection',
        ),
        ["[line.kidney]", "again", "first card"],
    ),
    "a rule without lines": (
        ('any = ["accident"]', "needs = 1"),
        ["[rule.accident]", "all or any"],
    ),
    "an empty bracket": (
        ('all = [["thinners"], ["leg_new", "leg_worse"]]', 'all = [["thinners"], []]'),
        ["[rule.bleeding_leg]", "all is", "a list of such lists"],
    ),
    "a list for a list of lists": (
        ('all = [["deep_bone"], ["low_energy"]]', 'all = ["deep_bone", "low_energy"]'),
        ["[rule.bone_stress]", "a list of such lists"],
    ),
    "unknown certainty": (
        ('sure = "seen"', 'sure = "certain"'),
        ["[line.saddle]", "'certain'", "judgement"],
    ),
    "the same id twice": (("[line.bladder]", "[line.saddle]"), ["line", "saddle"]),
    "an id of a line and of a follow-up": (
        ("[followup.arching]", "[followup.fever]"),
        ["[followup.fever]", "'fever' is taken"],
    ),
    "an id that an answer has": (("[line.chest]", "[line.age]"), ["[line.age]", "'age' is taken"]),
    "missing key": (('sure = "seen"\n', ""), ["[line.saddle]", "'sure'", "missing", "basis"]),
    "empty text": (('about = "hurts to lean back"', 'about = ""'), ["[followup.arching]", "about"]),
    "an emergency without what to do": (
        ('do = "Call {emergency_number} now. Do not wait', '# "'),
        ["[rule.call_now]", "text is missing", "give do"],
    ),
    "an urgent rule without any text": (
        ('say = "This can come from the kidneys, not the back."', ""),
        ["[rule.kidney]", "text is missing", "[levels.urgent]"],
    ),
    "a note without a text": (
        ('say = "For you, fever with back pain is an emergency."', ""),
        ["[rule.note_infection]", "text is missing", "say"],
    ),
    "text for a list": (
        ('hides = ["ranking_open", "remedies", "keep_running"]', 'hides = "remedies"'),
        ["[levels.urgent]", "hides"],
    ),
    "text for a number": (("needs = 3", 'needs = "3"'), ["[rule.inflammatory]", "needs", "int"]),
    "more needed than named": (
        ("needs = 3", "needs = 10"),
        ["[rule.inflammatory]", "needs is 10 and any names 9"],
    ),
    "none needed": (("needs = 3", "needs = 0"), ["[rule.inflammatory]", "needs is 0"]),
    "not sure above yes": (
        ('not_sure = "see_someone"', 'not_sure = "emergency"'),
        ["[levels.urgent] not_sure", "'emergency'"],
    ),
    "not sure without a text": (
        ("\nnot_sure_do =", "\n# not_sure_do ="),
        ["[levels.emergency]", "not_sure_do"],
    ),
    "none without a text": (('\nthen = "This is', '\n# "'), ["[levels.none]", "'then'", "missing"]),
    "no ages": (("[age.age_under_18]", "[ages.age_under_18]"), ["'ages'", "'age'"]),
    "unknown name to fill in": (
        ("{emergency_number} now. Do not wait", "{number} now. Do not wait"),
        ["[rule.call_now]", "{number}", "{emergency_number}", "{advice_line}"],
    ),
    "a number to call that is none": (
        ('# call_number = "112"', 'call_number = "one one two"'),
        ["call_number is 'one one two'", "digits"],
    ),
    "an international number with a letter": (
        ('# call_number = "112"', 'call_number = "+49 112"'),
        ["call_number is '+49 112'", "digits"],
    ),
    "a group that is no table": (
        ("[line.saddle]", "[group]\nmore = 5\n[line.saddle]"),
        ["[group]: more is 5", "a table"],
    ),
    "a line that is no table": (
        ("[line.saddle]", "[line]\nmore = 5\n[line.saddle]"),
        ["[line.more]: found 5", "a table"],
    ),
    "not TOML": (("[rule.nerves]", "[rule.nerves"), ["not valid TOML", "line"]),
}


@pytest.mark.parametrize(("swap", "parts"), BAD.values(), ids=BAD)
def test_a_bad_file_is_an_error_that_names_file_place_and_what_is_allowed(tmp_path, swap, parts):
    where = changed(tmp_path, swap)
    with pytest.raises(ValueError) as error:
        red_flags(where)
    message = str(error.value)
    assert all(part in message for part in [str(where / "redflags.toml"), *parts]), message


@pytest.mark.parametrize("needed", [1, 9])
def test_a_rule_may_need_one_or_all_of_those_named(tmp_path, needed):
    where = changed(tmp_path, ("needs = 3", f"needs = {needed}"))
    assert red_flags(where)


def test_the_problems_of_all_tables_are_reported_at_once(tmp_path):
    swaps = (
        ("[card.first]\ntitle =", "[card.first]\ntitel ="),
        ('group = "now"', 'group = "nwo"'),
        ('any = ["chest"', 'any = ["chst"'),
        ('do = "Call {emergency_number} now. Do not wait', 'do = "Call {number} now. Do not wait'),
        ("needs = 3", "needs = 30"),
        ('about = "hurts to lean back"', 'about = ""'),
    )
    with pytest.raises(ValueError) as error:
        red_flags(changed(tmp_path, *swaps))
    assert len(str(error.value).splitlines()) == len(swaps)


def test_the_problems_of_rules_that_do_nothing_are_reported_at_once(tmp_path):
    swaps = (
        ('unless = ["small_skin"]', 'unless = ["cancer"]'),
        ('any = ["unsure"]', 'any = ["fever"]'),
        ('group = "you"\nline = "fever', 'group = "now"\nline = "fever'),
    )
    with pytest.raises(ValueError) as error:
        red_flags(changed(tmp_path, *swaps))
    assert len(str(error.value).splitlines()) == len(swaps)


def test_the_command_names_the_line_of_the_file(tmp_path):
    where = changed(tmp_path, ('any = ["chest"', 'any = ["chst"'))
    (found,) = [line for line in problems(where) if "chst" in line]
    text = (where / "redflags.toml").read_text(encoding="utf-8").splitlines()
    line = int(found.split("line ")[1].split(":")[0])
    assert "chst" in text[line - 1]
