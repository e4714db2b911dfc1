"""Damaged recordings: read rightly, or refused with a sentence; never a wrong figure unsaid."""

import re
import warnings

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from run_files import fit, gpx, hill, tcx

from lumbayes import RunFileError, read_runs

HILL = hill(60, seconds=1200, every=5)  # 3.6 km, 60 m up
XML = [gpx(*HILL), tcx(*HILL)]
SENTENCE = re.compile(r"run(, row \d+)?: .+\.", re.DOTALL)
ELEMENT = re.compile(
    rb"<(trkpt|Trackpoint|ele|time|Time|AltitudeMeters|DistanceMeters)[ >][^\n]*?</\1>"
)


def swap(draw, written):
    """Two neighbouring bytes in the other order."""
    at = draw(st.integers(0, len(written) - 2))
    return written[:at] + written[at + 1 : at + 2] + written[at : at + 1] + written[at + 2 :]


def digit(draw, written):
    """Another digit."""
    places = [match.start() for match in re.finditer(rb"\d", written)]
    at = draw(st.sampled_from(places))
    return written[:at] + b"%d" % draw(st.integers(0, 9)) + written[at + 1 :]


def double(draw, written):
    """An element twice."""
    match = draw(st.sampled_from(list(ELEMENT.finditer(written))))
    return written[: match.end()] + match[0] + written[match.end() :]


def drop(draw, written):
    """An element gone."""
    match = draw(st.sampled_from(list(ELEMENT.finditer(written))))
    return written[: match.start()] + written[match.end() :]


def empty(draw, written):
    """The text of an element gone."""
    match = draw(st.sampled_from(list(re.finditer(rb">([^<>\n]+)<", written))))
    return written[: match.start(1)] + written[match.end(1) :]


def move(draw, written):
    """A line somewhere else."""
    lines = written.split(b"\n")
    line = lines.pop(draw(st.integers(3, len(lines) - 4)))
    lines.insert(draw(st.integers(3, len(lines) - 4)), line)
    return b"\n".join(lines)


def cut(draw, written):
    """The file cut short."""
    return written[: draw(st.integers(0, len(written)))]


def read_rightly_or_refused(written):
    with warnings.catch_warnings(action="ignore"):
        try:
            runs = read_runs(written, "run")
        except RunFileError as error:
            assert SENTENCE.fullmatch(str(error)) and str(error).count("\n") == 0
            return
    said = runs.attrs["left_out"]
    assert all(SENTENCE.fullmatch(sentence) for sentence in said)
    assert len(runs) == 1 or said
    for run in runs.to_dict("records"):
        climb, error = (run[name] * run["km"] for name in ("climb_m_per_km", "climb_error"))
        assert abs(run["km"] - 3.6) < 0.11
        assert np.isnan(climb) or abs(climb - 60) < 2 * error


@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_recording_is_read_rightly_or_refused(data):
    written = data.draw(st.sampled_from(XML))
    for _ in range(data.draw(st.integers(1, 3))):
        change = data.draw(st.sampled_from([swap, digit, double, drop, empty, move, cut]))
        if len(written) > 6000:
            written = change(data.draw, written)
    read_rightly_or_refused(written)


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_fit_file_is_refused_by_its_checksum(data):
    written = fit(*HILL)
    at = data.draw(st.integers(14, len(written) - 1))
    damaged = (
        written[:at] + bytes([written[at] ^ data.draw(st.integers(1, 255))]) + written[at + 1 :]
    )
    with warnings.catch_warnings(action="ignore"):
        try:
            read_runs(damaged, "run")
        except RunFileError as error:
            assert "checksum is wrong" in str(error)
        else:
            raise AssertionError("a changed byte was not noticed")
