"""What the thread talks about: the names others rely on, and every slip in variables.toml told in a sentence."""

import shutil

import pytest

from lumbayes import contributions, load
from lumbayes.sources import folder
from lumbayes.variables import Factor, Measurement, Mechanism, Outcome, Trait, read_variables

VARIABLES = read_variables(folder() / "variables.toml")
NO_YES = ("no", "yes")
FACTORS = """hills flat_feet weak_core tight_hamstrings leg_length_difference over_pronation pelvic_imbalance
    uneven_ground high_mileage worn_shoes poor_stretching prolonged_sitting""".split()
MECHANISMS = "muscle_strain disc_degeneration spinal_curvature unexplained".split()
TRAITS = {
    "onset": ("none", "during", "cool_down", "next_day"),
    "severity": ("none", "mild", "moderate", "severe"),
    "duration": ("none", "minutes", "tens_of_minutes", "hours", "days"),
}
READS = {
    "plank_seconds": "weak_core",
    "knee_extension_deg": "tight_hamstrings",
    "wet_footprint": "flat_feet",
    "leg_block_mm": "leg_length_difference",
    "climb_m_per_km": "hills",
    "km_per_week": "high_mileage",
    "shoe_km": "worn_shoes",
    "sitting_hours": "prolonged_sitting",
}
TO_STRAIN = """hills uneven_ground weak_core tight_hamstrings over_pronation high_mileage worn_shoes poor_stretching
    prolonged_sitting""".split()
PARENTS = {
    "over_pronation": {"flat_feet"},
    "muscle_strain": set(TO_STRAIN),
    "back_pain": {*MECHANISMS, "leg_length_difference", "pelvic_imbalance"},
    **{trait: set(MECHANISMS) for trait in TRAITS},
}


def test_the_names_others_rely_on():
    assert {v.name for v in VARIABLES.factors} >= set(FACTORS)
    assert [v.name for v in VARIABLES.mechanisms] == MECHANISMS
    assert VARIABLES.outcome.name == "back_pain"
    assert {v.name: v.reads for v in VARIABLES.measurements}.items() >= READS.items()


def test_states_have_names_in_one_order():
    assert {v.states for v in [*VARIABLES.causes, VARIABLES.outcome]} == {NO_YES}
    assert {v.name: v.states for v in VARIABLES.traits} == TRAITS
    assert VARIABLES["wet_footprint"].states == ("normal", "low", "solid")


def test_the_links():
    assert {name: set(v.parents) for name, v in VARIABLES.items() if v.parents} == PARENTS


def test_a_trait_is_gated_by_the_pain_and_its_order_holds_its_states():
    assert {v.gate for v in VARIABLES.traits} == {"back_pain"}
    assert all(sorted(v.order) == sorted(v.states) and v.order[0] == "none" for v in VARIABLES.traits)
    assert VARIABLES["onset"].order[-1] == "during", "of two pushes the earlier pain is felt"


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_can_be_asked_about(name):
    """Plain words for each: a label, a question and its answers; only what nobody named cannot be asked."""
    v = VARIABLES[name]
    assert v.label and (v.question.endswith("?") or name == "unexplained")
    assert set(v.answers) in (set(), set(v.states))
    assert v.answers or name == "unexplained" or (isinstance(v, Measurement) and v.numeric)
    assert v.group in ("running", "body") if isinstance(v, Factor) else True


@pytest.mark.parametrize("name", VARIABLES)
def test_every_figure_has_a_basis_and_a_reason(name):
    v = VARIABLES[name]
    figures = [*filter(None, [v.background]), *v.link.values(), *getattr(v, "rows", {}).values()]
    assert figures or (isinstance(v, Measurement) and v.basis and v.why)
    assert all(f.basis in ("published", "judgement", "ignorance") and f.why for f in figures)
    assert all(f.source for f in figures if f.basis == "published")


def test_layers_are_kept_apart():
    kinds = (Factor, Mechanism, Outcome, Trait, Measurement)
    assert [name for name, v in VARIABLES.items() if sum(isinstance(v, kind) for kind in kinds) != 1] == []
    assert VARIABLES.causes == [*VARIABLES.factors, *VARIABLES.mechanisms]
    assert len(VARIABLES) == len(set(VARIABLES)) == len(list(VARIABLES.values()))


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(ValueError, match=r"variable 'weak_cor'\. Did you mean 'weak_core'\? Allowed: .*worn_shoes"):
        VARIABLES["weak_cor"]


FLAT_FEET = 'beta = [4.2, 22.2], source = "Kosashvili et al. 2008, Foot Ankle Int 29:910"'
SLIPS = {
    "table": ("[factor.hills]", "[factors.hills]", ["table 'factors'", "Did you mean 'factor'", "mechanism"]),
    "table of ignorance": ("[ignorance.link]", "[ignorance.lnk]", ["[ignorance]", "'link'", "'lnk'", "base_rate"]),
    "key": (
        'label = "Hills"',
        'lable = "Hills"',
        ["[factor.hills]", "key 'lable'", "Did you mean 'label'", "question"],
    ),
    "key of another layer": ("[trait.onset]", "[trait.onset]\nunit = 's'", ["[trait.onset]", "key 'unit'", "gate"]),
    "missing key": ('label = "Hills"\n', "", ["[factor.hills]", "missing", "'label'"]),
    "key of a figure": ("beta = [5, 15]", "betta = [5, 15]", ["[factor.weak_core]", "'betta'", "Did you mean 'beta'"]),
    "state of a figure": ("next_day = 1 }", "nextday = 1 }", ["[trait.onset]", "'nextday'", "next_day"]),
    "count of nought": ("beta = [5, 15]", "beta = [0, 15]", ["[factor.weak_core]", "'yes': 0", "above 0"]),
    "basis": ('"published", ' + FLAT_FEET, '"read", ' + FLAT_FEET, ["[factor.flat_feet]", "basis", "judgement"]),
    "source": (FLAT_FEET, "beta = [4.2, 22.2]", ["[factor.flat_feet]", "published", "source"]),
    "parent": (
        'parents = ["flat_feet"]',
        'parents = ["flat_foot"]',
        ["[over_pronation]", "'flat_foot'", "'flat_feet'"],
    ),
    "gate": ('gate = "back_pain"', 'gate = "backpain"', ["[onset]", "'backpain'", "Did you mean 'back_pain'"]),
    "what is read": ('reads = "hills"', 'reads = "hill"', ["[climb_m_per_km]", "'hill'", "Did you mean 'hills'"]),
    "two outcomes": ("[trait.onset]", '[outcome.ache]\nlabel = "Ache"\n[trait.onset]', ["found 2", "exactly one"]),
    "one name twice": ("[trait.onset]", '[mechanism.hills]\nlabel = "H"\n[trait.onset]', ["'hills' is defined twice"]),
    "not TOML": ("[trait.onset]", "[trait.onset", ["not valid TOML", "line"]),
}


def edited(tmp_path, *changes):
    """A copy of the folder with these replacements made in its variables.toml."""
    shutil.copytree(folder(), tmp_path / "priors")
    path = tmp_path / "priors" / "variables.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return tmp_path / "priors"


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_a_sentence(tmp_path, slip):
    """Every error names the file and the table, what was found and what is allowed."""
    old, new, parts = SLIPS[slip]
    with pytest.raises(ValueError) as told:
        read_variables(edited(tmp_path, (old, new)) / "variables.toml")
    assert str(told.value).startswith(f"{tmp_path / 'priors' / 'variables.toml'}: ")
    assert [part for part in parts if part not in str(told.value)] == []


def test_a_set_of_priors_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"No set of priors 'thred': give 'thread' or the path of a folder"):
        load("thred")
    with pytest.raises(ValueError, match=r"variables\.toml: there is no such file"):
        load(tmp_path)


NEW = """
[factor.cold_weather]
label = "Cold weather"
group = "running"
changeable = false
question = "Do you run in the cold?"
background = { basis = "ignorance", why = "nobody says how many run in the cold" }
"""


def test_a_new_factor_is_data_and_no_code(tmp_path):
    """A table and a place among a child's parents: it is a node, has a base rate and a link, and is ranked."""
    parents = 'parents = ["hills", "uneven_ground"'
    copy = edited(tmp_path, ("[factor.hills]", NEW + "\n[factor.hills]"), (parents, parents + ', "cold_weather"'))
    case = load(copy)
    assert "cold_weather" in [v.name for v in case.network.nodes]
    assert case.posterior("cold_weather")["yes"] == pytest.approx(case.network.priors["cold_weather"].mean)
    assert case.network.priors["cold_weather", "muscle_strain"].basis == "ignorance"
    ranked = contributions(case.given(back_pain="yes", cold_weather="yes"), draws=50)
    assert ranked.loc["cold_weather", "present"] == pytest.approx(1) and ranked.loc["cold_weather", "contribution"] > 0
