"""The words of a runner's own runs: importing, typing, and what the runs say together."""

from __future__ import annotations

MY_RUNS = "My runs"
ABOUT = (
    "Put in runs that hurt **and** runs that did not. Together they tell more than one run alone. They stay in this"
    " visit, and in the file you save below. Where you ran is never kept."
)
IMPORT = "Read runs from files"
ABOUT_IMPORT = "GPX, TCX or FIT from a watch or an app, or activities.csv from Strava. Then say below which runs hurt."
KINDS = ["gpx", "tcx", "fit", "csv", "gz", "zip"]
READ, READ_NONE, KNOWN = "Runs read: {}.", "No new run was found.", "Already here: {}."
FULL = "Only the newest {} runs are kept."
TOO_MANY = "That is more than {} files at once. Nothing was read. Strava's activities.csv holds all runs in one file."
NOT_SHOWN = "… and {} more."
GRID, ABOUT_GRID = (
    "Your runs",
    "Tap a cell to change it. The last line adds a run. Mark a run at its left to delete it. Leave open what you do not"
    " know. A run counts once it has a date.",
)
ODD = "One of these entries cannot be: please look at it again. It does not count."
DATE, DISTANCE = "Date", "Distance (km)"
HURT, NO_PAIN, OPEN = "It hurt", "No pain", "Not said"

COUNTED = "{} of {} runs hurt."
COUNTED_OPEN = "For {} more you have not said if they hurt."
SAY_MORE = "Say of at least one run if it hurt. Then this page can work out what your runs tell together."
CLASH = "Two things here cannot be true together: a run without pain, and how that pain was. Change one of them."
OVER_TIME = "Your runs over time"
ALT_RUNS = "{} runs from {} to {}. {}"
TOGETHER = "If your next run hurts: what all your runs point to"
ABOUT_TOGETHER = "By the thread's claims, set right by your own runs. What you answered about your body counts too."
SHARPER = "How that grew clearer, run by run"
ALT_SHARPER = "Lines from the first run to the last. {}"
ALT_LINE = "{}: from {} to {} in 100."
RUNS_AXIS, SHARE_AXIS = "runs so far", "at work, in 100"

UNTESTED = "untested"
VERDICTS = {
    "confirmed": "Your runs fit these claims ({})",
    "contradicted": "Your runs speak against these claims ({})",
    UNTESTED: "Your runs do not tell yet about the other claims ({})",
}
ABOUT_VERDICTS = "This is about you alone. A claim that does not fit your runs can still fit other runners."
NONE_TESTED = "Your runs do not tell yet which of the thread's claims fit you. More runs with and without pain can."
LINK = "{} → {}"
