"""contrasts.toml and forecast.toml: how a slip in them is reported, and what is taken."""

import shutil
from dataclasses import replace

import pytest

from lumbayes.checks import problems
from lumbayes.data.contrasts_file import read_contrasts
from lumbayes.data.files import folder
from lumbayes.data.forecast_file import read_forecast
from lumbayes.data.traits_file import read_folder
from lumbayes.data.variables import Variables

VARIABLES = read_folder(folder())
READERS = {"contrasts": read_contrasts, "forecast": read_forecast}
ABSENT = "[tick.absent]"
SLIPS = {
    "a table of contrasts.toml": ("contrasts", "[tick.", "[ticks.", "Unknown key 'ticks'"),
    "a tick left out": ("contrasts", ABSENT, "[contrast.absent]", "key 'absent' is missing"),
    "counts left out": ("contrasts", "[counts.link]", "[counts.lnk]", r"\[counts\]: .*'lnk'"),
    "a cap of 1": (
        "contrasts",
        "ratio = 20",
        "ratio = 1",
        r"\[counts.cap\]: ratio is 1; .*above 1",
    ),
    "a factor": ("contrasts", "[contrast.hills]", "[contrast.hils]", "Unknown factor 'hils'"),
    "a mechanism": (
        "contrasts",
        "[contrast.hills]",
        "[contrast.muscle_strain]",
        "Unknown factor 'muscle_strain'",
    ),
    "a key of a contrast": (
        "contrasts",
        "without = ",
        "witout = ",
        r"\[contrast.hills\]: .*'witout'",
    ),
    "no figure": ("contrasts", "beta = [5, 5]", "", r"\[tick.at_work\]: the counts .* are missing"),
    "a table of forecast.toml": ("forecast", "[start]", "[begin]", "Unknown key 'begin'"),
    "a base rate": ("forecast", '"visitor"', '"visitors"', r"\[start\]: .*'visitors'.*'visitor'"),
    "a state": (
        "forecast",
        '"three_times_or_more"',
        '"often"',
        r"\[odds_ratio.earlier\]: .*'often'",
    ),
    "a ratio of 1": ("forecast", "ratio = 3.18", "ratio = 1", "ratio is 1; .*above 1"),
    "no table": (
        "forecast",
        "[odds_ratio.earlier]",
        "[odds_ratio]\nx = 5\n[odds_ratio.earlier]",
        "found 5; it must be a table",
    ),
}


def edited(tmp_path, name, *changes):
    """The path of a copy of one file with these replacements made in it."""
    text = (folder() / f"{name}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "old", "new", "message"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_reported_with_its_place(tmp_path, name, old, new, message):
    path = edited(tmp_path, name, (old, new))
    with pytest.raises(ValueError, match=message) as raised:
        READERS[name](path, VARIABLES)
    assert str(raised.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", READERS)
def test_the_check_reports_a_slip_in_it(tmp_path, name):
    copy = shutil.copytree(folder(), tmp_path / "priors")
    edited(copy, name, ("why = ", "because = "))
    assert [line for line in problems(copy) if f"{name}.toml: line " in line]


@pytest.mark.parametrize(
    ("effects", "found"),
    [
        ((), r"0 links \(none\)"),
        (("muscle_strain", "back_pain"), "2 links .*muscle_strain, back_pain"),
    ],
)
def test_a_factor_with_a_contrast_has_one_link(effects, found):
    """A contrast is evidence on that link."""
    changed = {
        name: replace(
            VARIABLES[name],
            parents=tuple(p for p in VARIABLES[name].parents if p != "hills")
            + (("hills",) if name in effects else ()),
        )
        for name in ("muscle_strain", "back_pain")
    }
    variables = Variables({**VARIABLES, **changed}.values(), VARIABLES.ignorance)
    with pytest.raises(ValueError, match=rf"\[contrast.hills\]: hills has {found}"):
        read_contrasts(folder() / "contrasts.toml", variables)


def test_without_the_files_there_is_neither(tmp_path):
    for name, read in READERS.items():
        assert read(tmp_path / f"{name}.toml", VARIABLES) is None


def test_an_odds_ratio_of_a_trait_that_is_not_read_is_left_out():
    read = read_forecast(folder() / "forecast.toml", read_folder(folder(), traits=False))
    assert read.odds_ratios == {} and read.base_rate == "visitor"


def test_a_forecast_needs_no_odds_ratio(tmp_path):
    path = edited(tmp_path, "forecast")
    path.write_text(path.read_text(encoding="utf-8").split("[odds_ratio")[0], encoding="utf-8")
    assert read_forecast(path, VARIABLES).odds_ratios == {}
