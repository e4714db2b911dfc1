"""The words of a runner's own runs: importing, typing, and what the runs say together."""

from __future__ import annotations

import wording

RUN, RUNS = wording.ABOUT.activity, wording.ABOUT.activities
MY_RUNS = f"My {RUNS}"
ABOUT = (
    f"Put in {RUNS} that hurt **and** {RUNS} that did not. Together they tell more than one {RUN}"
    " alone. They stay in this visit, and in the file you save below. Where you were is never"
    " kept."
)
IMPORT = f"Read {RUNS} from files"
ABOUT_IMPORT = (
    "GPX, TCX or FIT from a watch or an app, or activities.csv from Strava. Then say below which"
    f" {RUNS} hurt."
)
KINDS = ["gpx", "tcx", "fit", "csv", "gz", "zip"]
READ, READ_NONE, KNOWN = (
    f"{RUNS.capitalize()} read: {{}}.",
    f"No new {RUN} was found.",
    "Already here: {}.",
)
FULL = f"Only the newest {{}} {RUNS} are kept."
TOO_MANY = (
    "That is more than {} files at once. Nothing was read. Strava's activities.csv holds all"
    f" {RUNS} in one file."
)
NO_RUN, NOT_TAKEN = "Left out: {}", "{} more left out, and why"
GRID, ABOUT_GRID = (
    f"Your {RUNS}",
    (
        f"Tap a cell to change it. The last line adds a {RUN}. Mark a {RUN} at its left to delete"
        f" it. Leave open what you do not know. A {RUN} counts once it has a date."
    ),
)
ODD = "One of these entries cannot be: please look at it again. It does not count."
DATE, DISTANCE, DID_IT_HURT = "Date", "Distance (km)", "Did it hurt?"

COUNTED = f"{{}} of {{}} {RUNS} hurt."
COUNTED_OPEN = "For {} of them you have not said if they hurt."
SAY_MORE = (
    f"Say of at least one {RUN} if it hurt. Then this page can work out what your {RUNS} tell"
    " together."
)
CLASH = (
    f"Two things here cannot be true together: a {RUN} without pain, and how that pain was. Change"
    " one of them."
)
OVER_TIME = f"Your {RUNS} over time"
TOGETHER = f"If your next {RUN} hurts: what all your {RUNS} point to"
ABOUT_TOGETHER = (
    f"By the thread's claims, set right by your own {RUNS}. What you answered about your body"
    " counts too."
)
SHARPER = f"How that grew clearer, {RUN} by {RUN}"

UNTESTED = "untested"
VERDICTS = {
    "supported": f"Your {RUNS} speak for these claims ({{}})",
    "not contradicted": f"Your {RUNS} do not speak against these claims ({{}})",
    "contradicted": f"Your {RUNS} speak against these claims ({{}})",
    UNTESTED: f"Your {RUNS} do not tell yet about the other claims ({{}})",
}
ABOUT_VERDICTS = (
    f"This is about you alone. A claim that does not fit your {RUNS} can still fit other"
    f" {wording.ABOUT.person}s."
)
NONE_TESTED = (
    f"Your {RUNS} do not tell yet which of the thread's claims fit you. More {RUNS} with and"
    " without pain can."
)
LINK = "{} → {}"
