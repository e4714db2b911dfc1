"""The words for keeping, sharing and printing answers, and for a runner's own runs."""

from text.page_words import ABOUT

RUNS = f"your {ABOUT.activities}"

# keep and share
KEEP = "Keep or share my answers"
NOTHING_YET = "There is nothing to keep yet. Answer a question first."
ABOUT_FILE = (
    "**A file** on your own device is the safest place. It holds your answers, what you left out"
    f" and {RUNS}. The safety answers are not in it, so you will be asked them again."
)
SAVE, FILE_NAME = "Save my answers as a file", "my-answers-{}.json"
OPEN = "Open a file of answers"
ABOUT_OPENING = "What you open takes the place of what is entered now. Undo brings that back."
ABOUT_LINK = (
    f"**A link** holds every answer on this page, but not {RUNS} and not the safety answers."
    " **Anyone who has the link can read all your answers.** Browsers, chat apps and servers may"
    " record addresses, so send it only where you would also send the answers themselves."
)
MAKE_LINK, LINK = (
    "Make a link",
    "The link to your answers as they are now. Copy it with the button at its right.",
)
STALE = "Your answers have changed since. Make a new one for them."
ABOUT_LINE = (
    f"**A line for a notebook** holds your answers, but not {RUNS} and not the safety answers. It"
    " opens there, and here again, with the same figures to the last digit. **Anyone who has the"
    " line can read all your answers.**"
)
MAKE_LINE, LINE = (
    "Make a line for a notebook",
    "Copy this into a notebook with the button at its right.",
)
PASTE, OPEN_LINE = "Paste a line from a notebook", "Open the line"

# what was opened
A_FILE, A_LINK, A_LINE = "file", "link", "line"
BACK = "The answers from your {} are back."
NO_PAIN = "It says that nothing hurt; this page asks about a pain, so that answer is left out."
NOTHING_CHANGED = "Nothing was changed."
NOT_OURS = "This {} was not made by this page, or it is broken."
OTHER_VERSION = "This {} was made by another version of this page, which this one cannot read."
UNKNOWN = "This {} holds an answer that this page does not know. It may come from an older page."
TOO_LARGE = "This {} is too large to be one that this page made."
NOT_READ = (
    "This {} cannot be read here. It may be cut short or changed, or name a claim that this page no"
    " longer holds. Copy the whole of it."
)
OTHER_NUMBERS = (
    "This {{}} was made when this page had other numbers. So its figures would not come out the"
    " same. {}"
)
MOVED, AND_MORE = "What has changed since: {}.", "{} more"
GONE = "Some of the numbers that it knew are gone."
NO_PLACE = (
    "This {{}} says something of {} that cannot be said on this page: odds of its own, or a change"
    " made on purpose. Open it in a notebook."
)
OTHER_MAKE = "It was made by another version, so the last digits may differ."

# the sheet for a clinician
PRINT_PART, PRINT = "Print a page for a doctor or physiotherapist", "Make the page (PDF)"
PRINT_NAME = f"{ABOUT.part}-pain-{{}}.pdf"
ABOUT_PRINT = (
    "The pain first, then your warning signs, what the thread points to, your answers, your home"
    f" tests with their dates, and {RUNS}. **Your safety answers are on it.** Only you get it: it"
    " is made when you press the button, and not kept."
)
NO_LETTERS = (
    "The page cannot be made: its typeface has no {}. Print this web page itself instead, from your"
    " browser's menu."
)
SHEET_RUNS = f"{ABOUT.activities.capitalize()}: {{}} in all, {{}} hurt; the newest {{}}"
