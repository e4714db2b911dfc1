"""What the thread implies of each runner in tests/cases, as orders and never as digits.

To add a runner, copy a file of tests/cases, describe the runner, say what should come before what,
and name the claims that imply it. The first file explains the keys.
"""

from typing import Any

import pytest
from runners import FOLDER, RUNNERS, VARIABLES, Expectation, Runner, problem, read_runner

from lumbayes import example

EXPECTATIONS = [
    (runner, expectation) for runner in RUNNERS.values() for expectation in runner.expect
]


def _parameters(runner: Runner, expectation: Expectation) -> Any:
    gap = [pytest.mark.xfail(reason=expectation.gap, strict=True)] if expectation.gap else []
    return pytest.param(runner, expectation, id=f"{runner.name} {expectation.why}", marks=gap)


@pytest.mark.parametrize(("runner", "expectation"), [_parameters(*pair) for pair in EXPECTATIONS])
def test_the_thread_implies_of(runner, expectation):
    assert problem(runner, expectation) == "", (
        f"{', '.join(expectation.because)}: {expectation.why}"
    )


def test_the_first_runner_is_the_threads_own():
    first, *others = RUNNERS.values()
    assert dict(first.findings) == dict(example().findings) and not first.likelihoods
    assert len(others) >= 14 and len({runner.name for runner in RUNNERS.values()}) == len(RUNNERS)


def test_every_factor_and_every_measurement_is_somewhere_entered():
    entered = {name for runner in RUNNERS.values() for name in runner.entered}
    entered |= {
        VARIABLES[name].reads
        for name in entered
        if name in VARIABLES and hasattr(VARIABLES[name], "reads")
    }
    assert {
        v.name for v in [*VARIABLES.factors, *VARIABLES.measurements, *VARIABLES.traits]
    } - entered == set()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("first_mechanism", "spinal_curvature"),
        ("first_factor", "flat_feet"),
        ("above", ["disc_degeneration", "muscle_strain"]),
        ("above", ["muscle_strain", "muscle_strain"]),
        ("absent", ["high_mileage"]),
        ("not_at_work", ["high_mileage"]),
        ("rises", {"cause": "high_mileage", "without": "km_per_week"}),
        ("falls", {"cause": "muscle_strain", "without": "onset"}),
        ("unmoved", {"cause": "hills", "than": "02_hills_and_nothing_else"}),
        ("impossible", True),
    ],
)
def test_a_wrong_expectation_fails(kind, value):
    assert problem(
        RUNNERS["01_the_threads_own_runner"], Expectation(kind, value, ("Q-01",), "On purpose.")
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("story =", "stroy =", "Unknown key 'stroy'. Did you mean 'story'?"),
        ("story =", "# ", "a runner has name, story and at least one"),
        (
            "first_factor =",
            "first_facter =",
            "number 2: Unknown key 'first_facter'. Did you mean 'first_factor'?",
        ),
        (
            "first_factor =",
            "impossible = true\nfirst_factor =",
            "exactly one of first_mechanism, first_factor",
        ),
        (
            'first_factor = "weak_core"',
            'above = "weak_core"',
            "above is 'weak_core'; it must be a list of causes",
        ),
        ('first_factor = "weak_core"', "absent = []", "absent is []; it must be a list of causes"),
        ('why = "Three answers call', '# "', "give because, why and exactly one of"),
        (
            'first_factor = "weak_core"',
            'first_factor = "weak"',
            "Unknown cause 'weak'. Did you mean 'weak_core'?",
        ),
        ('["A1-13", "A4-01", "A5-09"]', '["A1-99"]', "Unknown claim or table 'A1-99'"),
        ('["A1-13", "A4-01", "A5-09"]', '["A5-13"]', "none of A5-13 speaks of"),
        (
            'without = "km_per_week"',
            'without = "hills"',
            "without: Unknown finding 'hills'. Allowed: back_pain",
        ),
        ('without = "km_per_week"', 'than = "99_nobody"', "than: Unknown file '99_nobody'"),
        (
            ', without = "km_per_week"',
            "",
            "give cause and one of without (a finding) and than (another file)",
        ),
        ("km_per_week = 5.6", "km_per_week = 5600", "km_per_week"),
        ('onset = "cool_down"', 'onset = "later"', "Unknown state 'later'"),
        (
            "[[expect]]",
            '[leanings]\nhills = "sort of"\n[[expect]]',
            "Unknown words 'sort of'. Allowed: fairly no",
        ),
        ("name =", "name", "not valid TOML"),
    ],
)
def test_a_mistake_in_a_file_gets_one_sentence(tmp_path, old, new, message):
    text = (FOLDER / "01_the_threads_own_runner.toml").read_text(encoding="utf-8")
    runner = text[text.index("\nname =") :]
    assert old in runner
    (tmp_path / "01_wrong.toml").write_text(runner.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError) as wrong:
        read_runner(tmp_path / "01_wrong.toml")
    assert message in str(wrong.value) and "01_wrong.toml" in str(wrong.value)
