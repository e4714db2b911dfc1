"""The words of a runner's own runs: reading, typing, and what the runs say together."""

from text.page_words import ABOUT

RUN, RUNS = ABOUT.activity, ABOUT.activities

# for the browser: the grid
GRID = {
    "my_runs": f"My {RUNS}",
    "about": (
        f"Put in {RUNS} that hurt and {RUNS} that did not: together they tell more than one alone."
        " They stay in this tab, and in the file you save below. Where you were is never kept."
    ),
    "read": f"Read {RUNS} from files",
    "kinds": "GPX, TCX or FIT from a watch or an app; from Strava its zip or activities.csv.",
    "add": f"Add a {RUN}",
    "date": "Date",
    "km": "km",
    "hurt": "Did it hurt?",
    "delete": f"Delete the {RUN} of {{}}",
    "more": "More of it",
    "reading": "Reading …",
    "lost": "The files were not read: the server stopped. Choose them again.",
    "no_number": "Not a number. Write it like 7.5.",
    "range": "From {} to {}. This does not count.",
    "left_out": "{} left out, and why",
}

READ = f"{RUNS.capitalize()} read: {{}}."
READ_NONE, KNOWN = f"No new {RUN} was found.", "Already here: {}."
FULL = f"Only the newest {{}} {RUNS} are kept."
TOO_MANY = (
    "That is more than {} files at once. Nothing was read. Strava's activities.csv holds all"
    f" {RUNS} in one file."
)
TOO_LARGE = "These files are more than {} MB together. Nothing was read. Take fewer at once."

MY_RUNS = f"What my {RUNS} say together: {{}} of {{}} hurt"
DISTANCE = "Distance (km)"
COUNTED_OPEN = "For {} of them you have not said if they hurt."
SAY_MORE = (
    f"Say of at least one {RUN} if it hurt. Then this page can work out what your {RUNS} tell"
    " together."
)
CLASH = (
    f"Two things here cannot be true together: a {RUN} without pain, and how that pain was. Change"
    " one of them."
)
NOT_WORKED_OUT = f"Which of the thread’s claims fit these {RUNS} could not be worked out."
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
    f" {ABOUT.person}s."
)
NONE_TESTED = (
    f"Your {RUNS} do not tell yet which of the thread's claims fit you. More {RUNS} with and"
    " without pain can."
)
LINK = "{} → {}"
