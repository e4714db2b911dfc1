"""The same recordings, read by gpxpy and tcxreader: times, heights and distances agree."""

import io

import numpy as np
import pytest
from gpxpy.parser import GPXParser
from pytest import approx
from run_files import gpx, hill, tcx
from tcxreader.tcxreader import TCXReader

from lumbayes import read_runs
from lumbayes.activities.xml_files import read_xml

HILL = hill(100, seconds=1800, every=5)
FASTEST = 18  # metres a second


def wandering(latitude, seed=0):
    """A GPX file of half an hour of steps in every direction, at most 3 m a second."""
    steps = np.random.default_rng(seed).uniform(-1e-4, 1e-4, (len(HILL[0]), 2))
    places = np.cumsum(steps, axis=0) + [latitude, 7]
    written = gpx(*HILL).decode()
    for place in places:
        head, _, rest = written.partition('lat="0" lon="')
        written = f'{head}lat="{place[0]:.7f}" lon="{place[1]:.7f}{rest[rest.index(chr(34)) :]}'
    return written


@pytest.mark.parametrize("latitude", [-75, -33, 0, 47, 68])
def test_a_gpx_file_is_what_gpxpy_reads(latitude):
    written = wandering(latitude)
    (track,) = read_xml("run.gpx", written.encode(), FASTEST)
    (theirs,) = GPXParser(written).parse().tracks
    points = theirs.segments[0].points
    assert track.seconds.tolist() == [(p.time - points[0].time).total_seconds() for p in points]
    assert track.heights.tolist() == [p.elevation for p in points]
    assert track.metres == approx(theirs.length_2d(), rel=0.007), "theirs is on a sphere"


def test_a_tcx_file_is_what_tcxreader_reads():
    written = tcx(*HILL)
    (track,) = read_xml("run.tcx", written, FASTEST)
    theirs = TCXReader().read(io.StringIO(written.decode()), only_gps=False)
    points = theirs.trackpoints
    assert track.seconds.tolist() == [(p.time - points[0].time).total_seconds() for p in points]
    assert track.heights.tolist() == [p.elevation for p in points]
    assert track.distances.tolist() == [p.distance for p in points]
    assert track.metres == theirs.distance


@pytest.mark.parametrize(
    ("latitude", "north", "east", "length"),
    [(0, 1, 0, 110.574), (89, 1, 0, 111.694), (0, 0, 1, 111.320), (60, 0, 1, 55.800)],
)
def test_a_degree_is_as_long_as_the_ellipsoid_has_it(latitude, north, east, length):
    """In km by WGS 84: of latitude at the equator and a pole, of longitude at 0 and 60 degrees."""
    track = "".join(
        f'<trkpt lat="{latitude + north * n / 1000}" lon="{east * n / 1000}">'
        f"<time>2024-05-04T{6 + n // 60:02}:{n % 60:02}</time></trkpt>"
        for n in range(1001)
    )
    runs = read_runs(f"<gpx><trk><type>run</type><trkseg>{track}</trkseg></trk></gpx>".encode())
    assert runs.km[0] == approx(length, rel=1e-5)
