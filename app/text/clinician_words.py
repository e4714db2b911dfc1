"""The words on the page for a clinician."""

from text.page_words import ABOUT

TITLE = f"{ABOUT.title} What the {ABOUT.person} entered"
INTRO = (
    f"Printed on {{}}. The {ABOUT.person} entered this on a web page about an old discussion"
    " thread: answers, and readings taken at home. Nobody has checked them."
)
NOT_A_DIAGNOSIS = (
    f"What this is not. {ABOUT.what_not} It is no diagnosis, no examination and no advice to treat."
    " No clinician has checked the questions or the figures."
)
HOW_TO_READ = (
    "Figures: in how many of 10 pains like this one each thing would be at work, worked out from"
    " the claims of the replies, with studies or a judgement where they give no figure. “From – to”"
    " holds 9 in 10 draws of all that is uncertain in these. Several things can be at work at once."
    " Warning signs move no figure."
)

PAIN, LEFT_OPEN = "The pain", "Not answered: {}."
SIGNS = "Warning signs asked, and the answers"
VERDICT = "The page said"
YES, NO, NOT_SURE = "YES", "No", "NOT SURE"
ALL_NO = "None of these {}, one tap for all"
OTHERS_NO = "Not marked: these {}, one tap for all"
SOME = "“One or more, or not sure” was tapped. Not marked: these {}"
CARD_OPEN = "Card not answered"
AGE, NOT_ANSWERED = "Age", "Not answered"
NO_SINGLY = "No, asked one by one"
NOT_ASKED = "Not answered"

CAUSES = "What the thread's replies point to"
ENTERED_ONLY = f"What the {ABOUT.person} does and has"
LAYERS = {
    "factor": "What may lie behind it",
    "mechanism": f"What may go on in the {ABOUT.part}",
}
HEADER = ("", f"The {ABOUT.person} entered", "in 10", "from – to", "Said by reply")
NOT_ENTERED, UNSAID = "–", "none"
UNDER, OVER, RANGE = "< 1", "> 9", " – "
BELIEF = "{} in 10 sure of yes"
RATIO = "speaks {} for it"

COMPARED = f"How {ABOUT.activities} compare"
COUNTS = "{} of {} hurt; of {}: {} of {}"
COMPARES = {"worse": "clearly worse after these", "not worse": "not clearly worse after these"}
TESTS, NO_DATE = "Tests at home", "day not kept"
TESTS_HEADER = ("", "Reading", "Day")
