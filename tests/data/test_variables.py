"""The thread's variables: names others rely on, and every slip in variables.toml reported."""

import json
import math
import shutil
from dataclasses import replace

import pytest

from lumbayes import contributions, load
from lumbayes.data.arrows import check_together
from lumbayes.data.files import folder
from lumbayes.data.schema import Place, Problem
from lumbayes.data.traits_file import read_folder
from lumbayes.data.variables import Factor, Measurement, Mechanism, Outcome, Trait, Variables
from lumbayes.data.variables_file import KINDS, read_variables
from lumbayes.network.measurement import SCALES

VARIABLES = read_variables(folder() / "variables.toml")
NO_YES = ("no", "yes")
FACTORS = """hills flat_feet weak_core tight_hamstrings leg_length_difference over_pronation
    pelvic_imbalance uneven_ground high_mileage worn_shoes poor_stretching
    prolonged_sitting""".split()
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
TO_STRAIN = """hills uneven_ground weak_core tight_hamstrings over_pronation high_mileage
    worn_shoes poor_stretching prolonged_sitting""".split()
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
    assert all(
        sorted(v.order) == sorted(v.states) and v.order[0] == "none" for v in VARIABLES.traits
    )
    assert VARIABLES["onset"].order[-1] == "during", "of two pushes the earlier pain is felt"


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_can_be_asked_about(name):
    """Each has a label, a question and answers; only the unnamed cause cannot be asked."""
    v = VARIABLES[name]
    assert v.label and (v.question.endswith("?") or name == "unexplained")
    assert set(v.answers) in (set(), set(v.states))
    assert v.answers or name == "unexplained" or (isinstance(v, Measurement) and v.numeric)
    assert v.group in ("running", "body") if isinstance(v, Factor) else True


@pytest.mark.parametrize("name", VARIABLES)
def test_every_figure_has_a_basis_and_a_reason(name):
    v = VARIABLES[name]
    stated = [v.background, v.prevalence, getattr(v, "share", None)]
    figures = [*filter(None, stated), *v.link.values(), *getattr(v, "rows", {}).values()]
    assert figures or (isinstance(v, Measurement) and v.basis and v.why)
    assert all(f.basis in ("published", "judgement", "ignorance") and f.why for f in figures)
    assert all(f.source for f in figures if f.basis == "published")


def test_layers_are_kept_apart():
    kinds = (Factor, Mechanism, Outcome, Trait, Measurement)
    assert [
        name for name, v in VARIABLES.items() if sum(isinstance(v, kind) for kind in kinds) != 1
    ] == []
    assert VARIABLES.causes == [*VARIABLES.factors, *VARIABLES.mechanisms]
    assert len(VARIABLES) == len(set(VARIABLES)) == len(list(VARIABLES.values()))


def test_an_unknown_name_is_reported_with_the_nearest():
    with pytest.raises(
        ValueError, match=r"variable 'weak_cor'\. Did you mean 'weak_core'\? Allowed: .*worn_shoes"
    ):
        VARIABLES["weak_cor"]


FLAT_FEET = 'beta = [4.5, 25.5], source = "Kosashvili et al. 2008, Foot Ankle Int 29:910"'
HILLS, PLANK, PRINT = (
    'label = "Hills"',
    'label = "Front plank"',
    "rows = { no = { normal = 7, low = 2.5, solid = 0.5 }",
)
N_LINES = len((folder() / "variables.toml").read_text(encoding="utf-8").splitlines())
BACKGROUND = 'background = { basis = "judgement", beta = [1, 9], why = "w" }'
SLIPS = {
    "table": (
        "[factor.hills]",
        "[factors.hills]",
        ["table 'factors'", "Did you mean 'factor'", "ignorance", "mechanism"],
    ),
    "no table": (
        "[ignorance.link]",
        "[factor]\nbarefoot = 5\n[ignorance.link]",
        ["[factor]: barefoot is 5", "a table"],
    ),
    "not TOML": ("[trait.onset]", "[trait.onset", ["not valid TOML", "line"]),
    "not TOML to the end": (
        "[trait.onset]",
        '[trait.onset]\nlabel = """',
        ["not valid TOML", f"line {N_LINES + 1}: "],
    ),
    # what is assumed
    "table of ignorance": (
        "[ignorance.link]",
        "[ignorance.lnk]",
        ["[ignorance]: Unknown", "'lnk'", "Did you mean 'link'"],
    ),
    "ignorance left out": (
        "[ignorance.profile]\nreport = 1\nwhy",
        "[sureness.very]\nratio = 9\nwhy",
        ["[ignorance]", "'profile' is missing", "base_rate"],
    ),
    "key of ignorance": (
        "weight = 4",
        "wieght = 1",
        ["[ignorance.link]", "key 'wieght'", "Did you mean 'weight'"],
    ),
    "one count of ignorance": (
        "beta = [0.04, 1.96]\nweight",
        "beta = [0.04]\nweight",
        ["[ignorance.link]", "[0.04]", "two counts"],
    ),
    "zero in ignorance": (
        "beta = [0.5, 1.5]\nwhy",
        "beta = [0, 1.5]\nwhy",
        ["[ignorance.base_rate]", "[0, 1.5]", "above 0"],
    ),
    "ignorance without a weight": ("weight = 4\n", "", ["[ignorance.link]", "'weight' is missing"]),
    "no weight": ("weight = 4", "weight = 0", ["[ignorance.link]: weight is 0", "above 0"]),
    "endless weight": (
        "weight = 4",
        "weight = inf",
        ["[ignorance.link]: weight is inf", "above 0"],
    ),
    "no report": ("report = 1", "report = -1", ["[ignorance.profile]: report is -1", "above 0"]),
    "key of sureness": (
        "ratio = 4",
        "ratoi = 4",
        ["[sureness.fairly]", "key 'ratoi'", "Did you mean 'ratio'"],
    ),
    "sure of nothing": ("ratio = 4", "ratio = 1", ["[sureness.fairly]: ratio is 1", "above 1"]),
    "fairly sure left out": (
        "[sureness.fairly]",
        "[sureness.fair]",
        ["[sureness]", "'fairly' is missing"],
    ),
    # one table
    "key": (
        HILLS,
        'lable = "Hills"',
        ["[factor.hills]", "key 'lable'", "Did you mean 'label'", "question"],
    ),
    "key of another layer": (
        "[trait.onset]",
        "[trait.onset]\nunit = 's'",
        ["[trait.onset]", "key 'unit'", "gate"],
    ),
    "missing key": (
        HILLS + "\n",
        "",
        ["[factor.hills]", "the key 'label' is missing", "group", "changeable"],
    ),
    "not a text": (HILLS, "label = 5", ["[factor.hills]: label is 5", "a text"]),
    "not a truth": (
        "changeable = true",
        'changeable = "yes"',
        ["[factor.hills]: changeable is 'yes'", "true or false"],
    ),
    "not a list": (
        'parents = ["flat_feet"]',
        'parents = "flat_feet"',
        ["[factor.over_pronation]: parents is 'flat_feet'", "a list"],
    ),
    "a list of half text": (
        'parents = ["flat_feet"]',
        'parents = ["flat_feet", 5]',
        ["[factor.over_pronation]: parents is ['flat_feet', 5]", "a list of names"],
    ),
    "a list with an empty text": (
        'parents = ["flat_feet"]',
        'parents = ["flat_feet", " "]',
        ["[factor.over_pronation]: parents is ['flat_feet', ' ']", "a list of names"],
    ),
    "one state of a trait": (
        "[trait.severity]",
        '[trait.ache]\nlabel = "A"\ngate = "back_pain"\nstates = ["none"]'
        '\nbackground = { basis = "judgement", counts = {}, why = "w" }\n[trait.severity]',
        ["[trait.ache]: states is ['none']", "of a trait there are two or more"],
    ),
    "a truth for a number": (
        "error = 0.15",
        "error = true",
        ["[measurement.plank_seconds]: error is True", "a number above 0"],
    ),
    "a truth for a bound": (
        "high = 600",
        "high = true",
        ["[measurement.plank_seconds]: high is True", "a number"],
    ),
    "start below the range": (
        "start = 90",
        "start = 0.5",
        ["[measurement.plank_seconds]: start is 0.5", "1 to 600"],
    ),
    "centre out of range": ("centre = ", "centre = 1e6 # ", ["centre is 1000000.0", "range"]),
    "three counts": (
        "beta = [6.2, 13.8]",
        "beta = [6.2, 13.8, 1]",
        ["[factor.weak_core]", "beta is [6.2, 13.8, 1]", "two counts"],
    ),
    "empty group": (
        'group = "running"',
        'group = ""',
        ["[factor.hills]: group is ''", "not empty"],
    ),
    "three states of a factor": (
        HILLS,
        HILLS + '\nstates = ["no", "some", "yes"]',
        ["[factor.hills]", "'some'", "of a factor there are exactly two"],
    ),
    "one state of the pain": (
        "[outcome.back_pain]",
        '[outcome.back_pain]\nstates = ["no"]',
        ["[outcome.back_pain]", "['no']", "exactly two"],
    ),
    "answer of no state": (
        'yes = "real climbs',
        'yess = "real climbs',
        ["[factor.hills] answers", "'yess'", "Did you mean 'yes'"],
    ),
    "answer that is no text": (
        'yes = "real climbs, more than about 20 m up for each km"',
        "yes = true",
        ["[factor.hills] answers: yes is True", "a text"],
    ),
    "state without an answer": (
        ', severe = "almost unbearable"',
        "",
        ["[trait.severity] answers", "'severe' is missing"],
    ),
    "dominance of another state": (
        '"next_day", "cool_down", "during"]\ngate',
        '"next_day", "cool_down"]\ngate',
        ["[trait.onset]: dominance", "none, during, cool_down, next_day", "once"],
    ),
    "dominance that ends in none": (
        'dominance = ["none", "next_day", "cool_down", "during"]',
        'dominance = ["during", "cool_down", "next_day", "none"]',
        ["[trait.onset]: dominance", "'none', the lowest, first"],
    ),
    # figures
    "key of a figure": (
        "beta = [6.2, 13.8]",
        "betta = [6.2, 13.8]",
        ["[factor.weak_core]", "'betta'", "Did you mean 'beta'"],
    ),
    "state of a figure": (
        "next_day = 1 }",
        "nextday = 1 }",
        ["[trait.onset]", "'nextday'", "next_day"],
    ),
    "count of the lowest state": (
        "{ during = 1,",
        "{ none = 1, during = 1,",
        ["[trait.onset] background: Unknown count 'none'", "during"],
    ),
    "figure without a state": (
        "mild = 1.5, ",
        "",
        [
            "[trait.severity] background: the count 'mild' is missing",
            "it must have mild, moderate, severe",
        ],
    ),
    "figure without counts": (
        "beta = [6.2, 13.8], ",
        "",
        ["[factor.weak_core] background: the counts 'no', 'yes' are missing"],
    ),
    "ignorance of a trait": (
        '{ basis = "judgement", counts = { during = 1, cool_down = 1, next_day = 1 },',
        '{ basis = "ignorance",',
        ["[trait.onset] background: the counts 'during', ", "are missing"],
    ),
    "link without counts": (
        "beta = [19, 1]\n",
        "",
        ["[outcome.back_pain] link.muscle_strain: the counts 'no', 'yes' are missing"],
    ),
    "trait without a background": (
        'background = { basis = "judgement", counts = { mild',
        "# { { mild",
        ["[trait.severity]", "the key 'background' is missing", "gate"],
    ),
    "count of zero": (
        "beta = [6.2, 13.8]",
        "beta = [0, 13.8]",
        ["[factor.weak_core]", "beta is [0, 13.8]", "above 0"],
    ),
    "count of zero in a trait": (
        "mild = 1.5",
        "mild = 0",
        ["[trait.severity] background: mild is 0", "above 0"],
    ),
    "one count": (
        "beta = [6.2, 13.8]",
        "beta = [6.2]",
        ["[factor.weak_core]", "beta is [6.2]", "two counts [yes, no]"],
    ),
    "counts in words": (
        "beta = [6.2, 13.8]",
        'beta = "5,15"',
        ["[factor.weak_core]", "beta is '5,15'", "two counts [yes, no]"],
    ),
    "beta of a trait": (
        "counts = { mild = 1.5, moderate = 1, severe = 0.5 }",
        "beta = [1, 2]",
        ["[trait.severity] background", "beta is for two states", "severe"],
    ),
    "beta and counts": (
        "beta = [6.2, 13.8]",
        "beta = [6.2, 13.8], counts = { yes = 5, no = 15 }",
        ["[factor.weak_core]", "stands alone"],
    ),
    "basis": (
        '"published", ' + FLAT_FEET,
        '"read", ' + FLAT_FEET,
        ["[factor.flat_feet]", "basis 'read'", "judgement"],
    ),
    "no basis": (
        'basis = "published", ' + FLAT_FEET,
        FLAT_FEET,
        ["[factor.flat_feet]", "'basis' is missing"],
    ),
    "source": (FLAT_FEET, "beta = [4.5, 25.5]", ["[factor.flat_feet]", "published", "source"]),
    "prevalence beside a background": (
        "prevalence = { ",
        f"{BACKGROUND}\nprevalence = {{ ",
        ["[factor.over_pronation]: prevalence is", "in place of its background; give one of"],
    ),
    "prevalence without parents": (
        'background = { basis = "judgement", beta = [6.2, 13.8]',
        'prevalence = { basis = "judgement", beta = [6.2, 13.8]',
        ["[factor.weak_core]: prevalence is how common a variable with parents is"],
    ),
    # measurements
    "side": (
        'side = "below"',
        'side = "under"',
        ["[measurement.plank_seconds]", "side 'under'", "above, below"],
    ),
    "scale": (
        'scale = "log"\n',
        'scale = "ln"\n',
        ["[measurement.plank_seconds]", "scale 'ln'", "linear, log, log1p"],
    ),
    "error of zero": (
        "error = 0.15",
        "error = 0",
        ["[measurement.plank_seconds]: error is 0", "above 0"],
    ),
    "spread below zero": (
        "spread = 0.49",
        "spread = -0.427",
        ["[measurement.plank_seconds]: spread is -0.427", "above 0"],
    ),
    "all blunders": (
        "blunder = 0.05",
        "blunder = 1",
        ["[measurement.plank_seconds]: blunder is 1", "0 to below 1"],
    ),
    "blunder below zero": (
        "blunder = 0.05",
        "blunder = -0.1",
        ["[measurement.plank_seconds]: blunder is -0.1", "0 to below 1"],
    ),
    "step of zero": (
        "step = 1",
        "step = 0",
        ["[measurement.plank_seconds]: step is 0", "above 0"],
    ),
    "high and low": (
        "high = 600",
        "high = 1",
        ["[measurement.plank_seconds]: low is 1 and high is 1", "below high"],
    ),
    "start out of range": (
        "start = 90",
        "start = 601",
        ["[measurement.plank_seconds]: start is 601", "1 to 600"],
    ),
    "cut out of range": (
        "cut = 75",
        "cut = 0.5",
        ["[measurement.plank_seconds]: cut is 0.5", "1 to 600"],
    ),
    "logarithm of zero": (
        "low = 1\nhigh = 600",
        "low = 0\nhigh = 600",
        ["[measurement.plank_seconds]: low is 0", "'log'", "above 0"],
    ),
    "number without an error": (
        "error = 0.15\n",
        "",
        ["[measurement.plank_seconds]", "'error' is missing", "picture"],
    ),
    "basis of a measurement": (
        'blunder = 0.05\nbasis = "published"',
        'blunder = 0.05\nbasis = "guess"',
        ["[measurement.plank_seconds]", "basis 'guess'", "judgement"],
    ),
    "measurement without a source": (
        'blunder = 0.05\nbasis = "judgement"',
        'blunder = 0.05\nbasis = "published"',
        ["[measurement.climb_m_per_km]", "published", "source"],
    ),
    "picture and number": (
        PRINT,
        "cut = 1\n" + PRINT,
        ["[measurement.wet_footprint]: Unknown key 'cut'", "A picture", "rows"],
    ),
    "parents of a measurement": (
        PLANK,
        PLANK + '\nparents = ["hills"]',
        ["[measurement.plank_seconds]", "key 'parents'", "reads"],
    ),
    "row without a picture": (
        "solid = 0.5 }",
        "sold = 0.5 }",
        [
            "[measurement.wet_footprint] rows.no: Unknown count 'sold'",
            "'solid'?",
            "low, normal, solid",
        ],
    ),
    "count of zero in a row": (
        "solid = 0.5 }",
        "solid = 0 }",
        ["[measurement.wet_footprint] rows.no: solid is 0", "above 0"],
    ),
    "row of no state": (
        PRINT,
        PRINT.replace("no =", "non ="),
        ["[measurement.wet_footprint] rows", "'non'", "Did you mean 'no'"],
    ),
    "what is read": (
        'reads = "hills"',
        'reads = "hill"',
        ["[measurement.climb_m_per_km]", "'hill'", "Did you mean 'hills'"],
    ),
    "a reading of the pain": (
        'reads = "hills"',
        'reads = "onset"',
        ["[measurement.climb_m_per_km]", "'onset', of layer trait", "factor or mechanism"],
    ),
    # between tables
    "parent": (
        '["flat_feet"]',
        '["flat_foot"]',
        ["[factor.over_pronation]", "'flat_foot'", "'flat_feet'"],
    ),
    "parent twice": (
        '["flat_feet"]',
        '["flat_feet", "flat_feet"]',
        ["[factor.over_pronation]: parents", "each once"],
    ),
    "trait as a parent": (
        '["flat_feet"]',
        '["onset"]',
        ["[factor.over_pronation]", "'onset', of layer trait", "factor or mechanism"],
    ),
    "measurement as a parent": (
        '["flat_feet"]',
        '["heel_wear"]',
        ["[factor.over_pronation]", "'heel_wear', of layer measurement"],
    ),
    "pain as a parent": (
        '["flat_feet"]',
        '["back_pain"]',
        ["[factor.over_pronation]", "'back_pain', of layer outcome"],
    ),
    "own parent": (
        '["flat_feet"]',
        '["over_pronation"]',
        ["in a circle, over_pronation → over_pronation", "arrow"],
    ),
    "circle": (
        "[factor.hills]",
        '[factor.hills]\nparents = ["muscle_strain"]',
        ["in a circle", "hills → muscle_strain", "arrow"],
    ),
    "link that is none": (
        "[outcome.back_pain.link.unexplained]",
        "[outcome.back_pain.link.hills]",
        ["[outcome.back_pain] link", "parent 'hills'", "unexplained"],
    ),
    "gate": (
        'gate = "back_pain"',
        'gate = "backpain"',
        ["[trait.onset]", "'backpain'", "Did you mean 'back_pain'"],
    ),
    "gate that is not the pain": (
        'gate = "back_pain"',
        'gate = "hills"',
        ["[trait.onset]: gate", "'hills', of layer factor", "outcome"],
    ),
    "two outcomes": (
        "[trait.onset]",
        '[outcome.ache]\nlabel = "Ache"\n[trait.onset]',
        ["found 2", "exactly one"],
    ),
    "one name twice": (
        "[trait.onset]",
        '[mechanism.hills]\nlabel = "H"\n[trait.onset]',
        ["'hills' is defined twice"],
    ),
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
def test_a_slip_is_reported_in_a_sentence(tmp_path, slip):
    """Every error names the file and the table, what was found and what is allowed."""
    old, new, parts = SLIPS[slip]
    with pytest.raises(ValueError) as error:
        read_variables(edited(tmp_path, (old, new)) / "variables.toml")
    assert str(error.value).startswith(f"{tmp_path / 'priors' / 'variables.toml'}: ")
    assert [part for part in parts if part not in str(error.value)] == []


def test_every_slip_is_reported_a_line_each(tmp_path):
    """One a table at least, in the order of the file, not only the first."""
    slips = [
        (HILLS, 'lable = "Hills"'),
        ("beta = [6.2, 13.8]", "beta = [6.2]"),
        ("error = 0.15", "error = 0"),
    ]
    with pytest.raises(ValueError) as error:
        read_variables(edited(tmp_path, *slips) / "variables.toml")
    tables = ["[factor.hills]", "[factor.weak_core]", "[measurement.plank_seconds]"]
    lines = str(error.value).splitlines()
    assert len(lines) == 3 and all(table in line for table, line in zip(tables, lines, strict=True))


def test_every_scale_that_may_be_named_is_one_that_is_known():
    assert set(KINDS["scale"].choices) == set(SCALES)


def test_a_set_of_priors_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(
        ValueError, match=r"priors 'thred': give 'thread', 'literature' or the path of a folder"
    ):
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
    """A table and a child's parents make it a node with base rate and link, and ranked."""
    parents = 'parents = ["hills", "uneven_ground"'
    copy = edited(
        tmp_path,
        ("[factor.hills]", NEW + "\n[factor.hills]"),
        (parents, parents + ', "cold_weather"'),
    )
    case = load(copy)
    assert "cold_weather" in [v.name for v in case.network.nodes]
    assert case.posterior("cold_weather")["yes"] == pytest.approx(case.priors["cold_weather"].mean)
    assert case.priors["cold_weather", "muscle_strain"].basis == "ignorance"
    ranked = contributions(case.given(back_pain="yes", cold_weather="yes"), draws=50)
    assert (
        ranked.loc["cold_weather", "present"] == pytest.approx(1)
        and ranked.loc["cold_weather", "contribution"] > 0
    )


def test_variables_are_shown_as_a_table():
    """Names, labels, layers, states, and of a number its unit and range; in file order."""
    table = VARIABLES.to_frame()
    assert table.index.tolist() == list(VARIABLES) and table.index.name == "name"
    assert table.columns.tolist() == ["label", "layer", "states", "unit", "low", "high"]
    for name, row in table.iterrows():
        v = VARIABLES[name]
        assert (row.label, row.layer) == (v.label, type(v).__name__.lower())
        if isinstance(v, Measurement) and v.numeric:
            assert (row.states, row.unit, row.low, row.high) == ("", v.unit, v.low, v.high)
        else:
            assert row.states == ", ".join(v.states) and row.unit == ""
            assert math.isnan(row.low) and math.isnan(row.high)
    lines = repr(VARIABLES).splitlines()
    assert len(lines) == len(VARIABLES) + 2
    assert "NaN" not in repr(VARIABLES) and "NaN" not in VARIABLES._repr_html_()
    assert VARIABLES._repr_html_().split("<table")[0] == table._repr_html_().split("<table")[0]
    plank = next(line for line in lines if line.startswith("plank_seconds"))
    assert "Front plank" in plank and plank.split()[-3:] == ["s", "1.0", "600.0"]


ACCEPTED = {
    "a ratio between 1 and 2": [("ratio = 4", "ratio = 1.25")],
    "a start at the upper end": [("start = 90", "start = 600")],
    "a start at the lower end": [("start = 90", "start = 1")],
    "no blunders": [("blunder = 0.05", "blunder = 0")],
    "nearly all blunders": [("blunder = 0.05", "blunder = 0.99")],
    "a small count": [("beta = [6.2, 13.8]", "beta = [0.5, 0.25]")],
    "a measurement that takes its time": [("step = 1", "step = 0.25")],
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_value_just_inside_its_limit_is_taken(tmp_path, name):
    read_variables(edited(tmp_path, *ACCEPTED[name]) / "variables.toml")


def test_what_a_number_leaves_out_is_as_the_guide_to_the_files_has_it(tmp_path):
    """A step of one unit, no blunders, and a question of a few seconds."""
    left_out = [("seconds = 180\n", ""), ("step = 1\n", ""), ("blunder = 0.05\n", "")]
    plank = read_variables(edited(tmp_path, *left_out) / "variables.toml")["plank_seconds"]
    assert (plank.seconds, plank.step, plank.blunder) == (5, 1, 0)


@pytest.mark.parametrize(
    ("scale", "low", "is_taken"),
    [
        ("log", "0.1", True),
        ("log", "0", False),
        ("log1p", "-0.9", True),
        ("log1p", "-1", False),
        ("linear", "-5", True),
    ],
)
def test_the_lowest_reading_has_a_value_on_its_scale(tmp_path, scale, low, is_taken):
    changes = (
        ('scale = "log"\n', f'scale = "{scale}"\n'),
        ("low = 1\nhigh = 600", f"low = {low}\nhigh = 600"),
    )
    path = edited(tmp_path, *changes) / "variables.toml"
    if is_taken:
        assert read_variables(path)["plank_seconds"].low == float(low)
    else:
        with pytest.raises(ValueError, match=f"on the scale '{scale}' it must be above"):
            read_variables(path)


def test_every_problem_of_one_table_is_reported(tmp_path):
    slips = [(HILLS, "label = 5"), ("changeable = true", 'changeable = "yes"')]
    with pytest.raises(ValueError) as raised:
        read_variables(edited(tmp_path, *slips) / "variables.toml")
    lines = str(raised.value).splitlines()
    assert ["label is 5" in lines[0], "changeable is 'yes'" in lines[1]] == [True, True]


def test_a_problem_knows_its_place_its_key_and_what_is_allowed(tmp_path):
    path = edited(tmp_path, ('side = "below"', 'side = "under"')) / "variables.toml"
    with pytest.raises(Problem) as raised:
        read_variables(path)
    problem = raised.value
    assert problem.place == Place(path, "[measurement.plank_seconds]")
    assert (problem.key, problem.found) == ("side", "under")
    assert problem.allowed == ("below", "above")


def test_variables_without_a_pain_are_refused(tmp_path):
    with pytest.raises(
        ValueError, match=r"found 0 \[outcome\.…\] tables; there must be exactly one"
    ):
        check_together(tmp_path / "variables.toml", {"factor": {}})


SEVERITY = 'severe = "almost unbearable" }\n'
PARENTS_OF_SEVERITY = (
    'parents = ["muscle_strain", "disc_degeneration", "spinal_curvature", "unexplained"]\n'
)


def test_a_trait_may_follow_the_cause_without_the_file_of_traits(tmp_path):
    """As traits.toml makes it follow, and with counts of a link, which has no lowest state."""
    counts = {"mild": 1, "moderate": 2.5, "severe": 4}
    of_link = ", ".join(f"{state} = {count}" for state, count in counts.items())
    link = f'{{ basis = "judgement", why = "worse from it", counts = {{ {of_link} }} }}'
    gate = SEVERITY + 'gate = "back_pain"\n'
    follows = (
        f'follows = "cause"\nparents = {json.dumps(VARIABLES.outcome.parents)}\n'
        f"link = {{ muscle_strain = {link} }}\n"
    )
    copy = edited(tmp_path, (gate + PARENTS_OF_SEVERITY, gate + follows))
    trait = read_variables(copy / "variables.toml")["severity"]
    assert trait.follows_cause and trait.link["muscle_strain"].counts == counts
    assert replace(trait, link={}) == read_folder(folder())["severity"]


def test_a_trait_that_follows_the_cause_has_the_parents_of_the_pain(tmp_path):
    copy = edited(tmp_path, (SEVERITY, SEVERITY + 'follows = "cause"\n'))
    with pytest.raises(ValueError) as raised:
        read_variables(copy / "variables.toml")
    assert "[trait.severity]" in str(raised.value)
    assert f"those of the pain: {', '.join(sorted(VARIABLES.outcome.parents))}." in str(
        raised.value
    )
    alone = {"outcome": {"pain": {}}, "trait": {"place": {"gate": "pain", "follows": "cause"}}}
    with pytest.raises(ValueError, match="must be those of the pain: found none"):
        check_together(tmp_path / "variables.toml", alone)


def test_variables_keep_what_is_assumed():
    assert VARIABLES.sureness["fairly"]["ratio"] > 1 and VARIABLES.ignorance["link"]["beta"]
    bare = Variables(VARIABLES.values())
    assert (bare.ignorance, bare.sureness) == ({}, {})
