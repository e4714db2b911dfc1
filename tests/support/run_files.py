"""Invented runs as GPX, TCX and FIT, so that a test knows every expected figure.

Nobody ran them: all begin in the sea off the Gulf of Guinea, where latitude and longitude are
zero. `python tests/support/run_files.py` writes the small ones of tests/support/runs again.
"""

import re
import struct
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

START = datetime(2024, 5, 4, 6, 30)
FOLDER = Path(__file__).parent / "runs"
METRES_A_DEGREE = (
    111_319.49  # on the equator of the sphere that GPX distances are taken on (radius 6,378,137 m)
)
TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"


def hill(top=100, seconds=1800, every=1):
    """Times and heights of one hill: up and down in one sweep."""
    times = np.arange(0, seconds + 1, every)
    return times, 200 + top / 2 * (1 - np.cos(2 * np.pi * times / seconds))


def stamp(second):
    return f"{START + timedelta(seconds=float(second)):%Y-%m-%dT%H:%M:%SZ}"


def gpx(times, heights, speed=3.0, kind="<type>running</type>"):
    """Due east along the equator; a height of None is not written."""
    points = "".join(
        f'<trkpt lat="0" lon="{speed * t / METRES_A_DEGREE:.8f}">'
        f"{'' if h is None else f'<ele>{h}</ele>'}"
        f"<time>{stamp(t)}</time></trkpt>\n"
        for t, h in zip(times, heights)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Lumbayes tests"'
    body = f"<trk>{kind}<trkseg>\n{points}</trkseg></trk></gpx>\n"
    return f'{head} xmlns="http://www.topografix.com/GPX/1/1">{body}'.encode()


def each(pattern, change, written):
    """A file with `change(number, match)` in place of each match of a pattern."""
    number = iter(range(10**6))
    return re.sub(pattern, lambda match: change(next(number), match), written)


def jumbled(written, pattern):
    """A file in which the matches of a pattern stand in another order than before."""
    found = re.findall(pattern, written)
    order = np.random.default_rng(0).permutation(len(found))
    return each(pattern, lambda n, _: found[order[n]], written)


def tcx(times, heights, speed=3.0, sport="Running"):
    """One lap; its points count the distance and have no places."""
    points = "".join(
        f"<Trackpoint><Time>{stamp(t)}</Time><AltitudeMeters>{h}</AltitudeMeters>"
        f"<DistanceMeters>{speed * t}</DistanceMeters></Trackpoint>\n"
        for t, h in zip(times, heights)
    )
    lap = f"<DistanceMeters>{speed * times[-1]}</DistanceMeters><Track>\n{points}</Track>"
    activity = (
        f'<Activity Sport="{sport}"><Id>{stamp(0)}</Id>'
        f'<Lap StartTime="{stamp(0)}">{lap}</Lap></Activity>'
    )
    root = (
        f'<TrainingCenterDatabase xmlns="{TCX}">'
        f"<Activities>{activity}</Activities></TrainingCenterDatabase>"
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


TYPES = {"B": 0x00, "H": 0x84, "I": 0x86, "i": 0x85, "f": 0x88}
NIBBLES = [0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
           0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400]  # fmt: skip


def checksum(written):
    """The sixteen bits that end a FIT file, a nibble at a time as its specification has it."""
    crc = 0
    for byte in written:
        for nibble in (byte & 15, byte >> 4):
            crc = (crc >> 4) & 0x0FFF ^ NIBBLES[crc & 15] ^ NIBBLES[nibble]
    return crc


def message(number, fields, rows):
    """A definition of (field number, struct letter) and its data messages."""
    sizes = b"".join(bytes([n, struct.calcsize(f"<{f}"), TYPES[f[-1]]]) for n, f in fields)
    layout = "<" + "".join(letter for _, letter in fields)
    return (
        struct.pack("<BBBHB", 0x40, 0, 0, number, len(fields))
        + sizes
        + b"".join(b"\0" + struct.pack(layout, *row) for row in rows)
    )


ZERO = int((START - datetime(1989, 12, 31)).total_seconds())  # the start in seconds of FIT
NONE = {"B": 0xFF, "H": 0xFFFF, "I": 0xFFFFFFFF}  # FIT's 'invalid'


def fit(times, heights, speed=3.0, sport=1, sub_sport=0, ascent=0xFFFF, local=None, day=0):
    """One session with its records; a height of None is FIT's 'invalid', 0xFFFF no total."""
    zero = ZERO + 86400 * day
    metres, last = int(speed * times[-1] * 100), int(times[-1])
    session = [(zero + last, zero, sport, sub_sport, last * 1000, metres, ascent)]
    records = [
        (
            zero + int(t),
            0xFFFF if h is None else round((h + 500) * 5),
            int(speed * t * 100),
            0,
            int(t),
        )
        for t, h in zip(times, heights)
    ]
    body = message(0, [(0, "B")], [(4,)])
    body += message(20, [(253, "I"), (2, "H"), (5, "I"), (0, "i"), (1, "i")], records)
    body += message(
        18, [(253, "I"), (2, "I"), (5, "B"), (6, "B"), (7, "I"), (9, "I"), (22, "H")], session
    )
    if local is not None:
        body += message(34, [(253, "I"), (5, "I")], [(zero + last, zero + last + local)])
    return fit_file(body)


def fit_file(body):
    """A FIT file of these definitions and messages, with both checksums."""
    head = struct.pack("<BBHI4s", 14, 0x20, 2100, len(body), b".FIT")
    written = head + struct.pack("<H", checksum(head)) + body
    return written + struct.pack("<H", checksum(written))


SESSION = {
    "timestamp": (253, "I"),
    "start_time": (2, "I"),
    "sport": (5, "B"),
    "sub_sport": (6, "B"),
    "total_elapsed_time": (7, "I"),
    "total_distance": (9, "I"),
    "total_ascent": (22, "H"),
}


def fit_messages(times, heights, session, *more, shift=0, doubled=False, run=None):
    """A FIT file of 3 m a second whose session has these fields alone; None is 'invalid'.

    `more` are further messages, as for `message`; `shift` adds to every time; `doubled` writes
    each height as an array of two; `run` are the true seconds, where the clock's are others.
    """
    records = [
        (ZERO + shift + int(t), *[round((h + 500) * 5)] * (1 + doubled), int(300 * true))
        for t, h, true in zip(times, heights, times if run is None else run)
    ]
    body = message(0, [(0, "B")], [(4,)])
    height = (78, "2I") if doubled else (2, "H")
    body += message(20, [(253, "I"), height, (5, "I")], records)
    if session is not None:
        fields = [SESSION[name] for name in session]
        row = [NONE[f[1]] if v is None else v for f, v in zip(fields, session.values())]
        body += message(18, fields, [row])
    return fit_file(body + b"".join(message(*parts) for parts in more))


ACTIVITIES = """Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,\
Filename,Elapsed Time,Distance,Elevation Gain
1,"Mar 2, 2024, 7:00:00 AM",Long,Run,3600,10.00,activities/1.fit.gz,3600,10000.0,120.0
2,"Mar 9, 2024, 7:00:00 AM","Up, and down",Trail Run,3600,8.00,,3600,8000.0,400.0
3,"Mar 16, 2024, 6:30:00 PM",,Ride,7200,40.00,,7200,40000.0,300.0
4,"Mar 23, 2024, 7:00:00 AM",,Run,3600,10.00,,3600,10000.0,
5,"Mar 30, 2024, 7:00:00 AM",,Run,3600,12.00,,3600,12000.0,60.0
6,"Apr 6, 2024, 7:00:00 AM",,Virtual Run,3600,10.00,,3600,10000.0,500.0
7,some day,,Run,3600,10.00,,3600,10000.0,500.0
8,"May 11, 2024, 7:00:00 AM",,Run,,,,,,
"""
SMALL = hill(seconds=600, every=5)
WRITTEN = {
    "hill.gpx": gpx(*SMALL),
    "hill.tcx": tcx(*SMALL),
    "hill.fit": fit(*SMALL, ascent=98, local=7200),
    "later.fit": fit(*hill(top=4, seconds=600, every=5), ascent=3, local=7200, day=3),
    "activities.csv": ACTIVITIES.encode(),
}

if __name__ == "__main__":
    for name, written in WRITTEN.items():
        (FOLDER / name).write_bytes(written)
