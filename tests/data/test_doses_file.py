"""doses.toml: what it makes of a factor, and how a slip in it is reported."""

import shutil
from dataclasses import replace
from statistics import NormalDist

import pytest
from shared import loaded

from lumbayes.checks import problems
from lumbayes.data.doses_file import DOSES, read_doses
from lumbayes.data.files import folder
from lumbayes.data.traits_file import read_folder
from lumbayes.data.variables import Variables
from lumbayes.loading import read_network
from lumbayes.network.dose import SCALE_OF

PLAIN = read_folder(folder())
READ = read_doses(folder() / DOSES, PLAIN)
GRADED = [v for v in READ.measurements if v.dose]


def test_every_number_read_off_a_factor_of_habit_or_body_has_a_dose():
    numeric = [v.name for v in READ.measurements if v.numeric and v.reads in factors()]
    assert [v.name for v in GRADED] == numeric and len(numeric) == 7


def factors():
    return {v.name for v in READ.factors}


@pytest.mark.parametrize("test", GRADED, ids=lambda v: v.name)
def test_the_strength_is_1_at_the_cut_and_its_population_that_of_the_base_rate(test):
    assert dict(test.dose.nodes)[test.cut] == 1
    assert test.dose.why and (test.dose.source or test.dose.basis == "judgement")
    before = PLAIN[test.name]
    assert (test.low, test.high, test.error) == (before.low, before.high, before.error)
    below = NormalDist(SCALE_OF[test.scale](test.centre), test.spread).cdf(
        SCALE_OF[test.scale](test.cut)
    )
    beyond = below if test.side == "below" else 1 - below
    assert beyond == pytest.approx(loaded().priors[test.reads].mean, abs=0.03)


def test_a_set_without_doses_is_the_one_of_variables_toml():
    variables = read_network(doses=False).variables
    assert not any(getattr(v, "dose", None) for v in variables.values())
    assert variables["climb_m_per_km"] == PLAIN["climb_m_per_km"]
    assert loaded(doses=False).compiled.doses.tests == {}


def edited(tmp_path, *changes):
    copy = tmp_path / "priors"
    shutil.copytree(folder(), copy)
    text = (copy / DOSES).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    (copy / DOSES).write_text(text, encoding="utf-8")
    return copy


def test_a_folder_without_the_file_has_no_doses(tmp_path):
    copy = edited(tmp_path)
    (copy / DOSES).unlink()
    assert not any(getattr(v, "dose", None) for v in read_network(copy).variables.values())


SLIPS = {
    "a table": ("[dose.hills]", "[doses.hills]", "Unknown table 'doses'"),
    "a factor": ("[dose.hills]", "[dose.hill]", "Unknown factor 'hill'.*Did you mean 'hills'"),
    "a factor with parents": ("[dose.hills]", "[dose.over_pronation]", "no parent and one link"),
    "another factor's test": ('"climb_m_per_km"', '"shoe_km"', "Unknown test of hills"),
    "no pair": ("[0, 0], [5, 0.15]", "[0, 0], [5]", "nodes is .* list of pairs"),
    "out of order": ("[0, 0], [5, 0.15]", "[5, 0.15], [0, 0]", "rising order"),
    "out of range": ("[100, 2.6]", "[500, 2.6]", "range of climb_m_per_km, 0 to 200"),
    "both ways": ("[5, 0.15]", "[5, 0.5]", "above its cut they rise or stay"),
    "below 0": ("[0, 0]", "[0, -1]", "from 0 up"),
    "no full strength": ("[20, 1]", "[20, 0.9]", "one must be 1"),
    "too few": (
        "nodes = [[0, 0], [5, 0.15], [10, 0.4], [20, 1], [40, 1.8], [60, 2.3], [100, 2.6]]",
        "nodes = [[20, 1]]",
        "there must be 2 or more",
    ),
    "no reason": ("why = ", "because = ", "Unknown key 'because'"),
    "a doubt below 0": ("shape_doubt = 0.4", "shape_doubt = -1", "0 or more"),
    "a centre out of range": ("centre = 8", "centre = 900", "centre is 900; .*0 to 200"),
    "a centre below the range": ("centre = 8", "centre = -0.5", "centre is -0.5; .*0 to 200"),
    "no source": ('source = "Baradaran', '# source = "Baradaran', "published shape needs"),
    "below the range": ("[0, 0], [5, 0.15]", "[-1, 0], [5, 0.15]", "nodes go from -1 to 100"),
    "both ways below the cut": ("[60, 1.35]", "[60, 1.95]", "below its cut they fall or stay"),
}


@pytest.mark.parametrize(("old", "new", "message"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_reported_with_its_place(tmp_path, old, new, message):
    copy = edited(tmp_path, (old, new))
    with pytest.raises(ValueError, match=message) as raised:
        read_doses(copy / DOSES, PLAIN)
    assert str(raised.value).startswith(f"{copy / DOSES}: ")
    assert any(line.startswith(f"{copy / DOSES}: line ") for line in problems(copy))


@pytest.mark.parametrize(
    ("factor", "effect", "still"),
    [
        ("hills", "muscle_strain", True),
        ("flat_feet", "over_pronation", True),
        ("flat_feet", "over_pronation", False),
    ],
)
def test_a_dose_acts_only_on_what_comes_with_a_run(tmp_path, factor, effect, still):
    changed = replace(PLAIN[effect], still=still)
    variables = Variables({**PLAIN, effect: changed}.values(), PLAIN.ignorance)
    copy = edited(tmp_path, ("[dose.hills]", f"[dose.{factor}]"))
    with pytest.raises(ValueError, match=f"its link is to {effect}, the same in all"):
        read_doses(copy / DOSES, variables)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dose = 5", r"doses\.toml: dose is 5; it must be a table"),
        ("[dose]\nhills = 5", r"\[dose\]: hills is 5; it must be a table"),
    ],
)
def test_what_is_no_table_is_reported(tmp_path, text, message):
    (tmp_path / DOSES).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_doses(tmp_path / DOSES, PLAIN)


def test_a_file_without_a_dose_grades_nothing(tmp_path):
    (tmp_path / DOSES).write_text("", encoding="utf-8")
    assert dict(read_doses(tmp_path / DOSES, PLAIN)) == dict(PLAIN)


AT_A_LIMIT = {
    "a centre at the lower end": ("centre = 8\n", "centre = 0\n"),
    "a centre at the upper end": ("centre = 8\n", "centre = 200\n"),
    "two nodes, at both ends": (
        "[[0, 0], [5, 0.15], [10, 0.4], [20, 1], [40, 1.8], [60, 2.3], [100, 2.6]]",
        "[[0, 0], [200, 1]]",
    ),
    "a strength that stays, above a cut": ("[60, 2.3]", "[60, 1.8]"),
    "a strength that stays, below a cut": ("[60, 1.35]", "[60, 1.9]"),
    "no doubt of the shape": ("shape_doubt = 0.4", "shape_doubt = 0"),
}


@pytest.mark.parametrize(("old", "new"), AT_A_LIMIT.values(), ids=AT_A_LIMIT)
def test_a_value_at_its_limit_is_taken(tmp_path, old, new):
    assert read_doses(edited(tmp_path, (old, new)) / DOSES, PLAIN)["climb_m_per_km"].dose


@pytest.mark.parametrize(("effects", "n"), [((), 0), (("back_pain", "muscle_strain"), 2)])
def test_a_graded_factor_has_one_link(effects, n):
    """Neither none nor several, for a reading tells of the dose of one."""
    changed = {
        name: replace(
            v, parents=(*(p for p in v.parents if p != "hills"), *["hills"] * (name in effects))
        )
        for name, v in PLAIN.items()
        if name in ("back_pain", "muscle_strain")
    }
    variables = Variables({**PLAIN, **changed}.values(), PLAIN.ignorance)
    with pytest.raises(ValueError, match=rf"\[dose\.hills\]: it has 0 parents and {n} links"):
        read_doses(folder() / DOSES, variables)
