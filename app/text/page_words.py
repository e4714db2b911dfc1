"""The words of the first screen's left side, as the browser is given them once."""

from lumbayes.data import thread_info
from text import figures

ABOUT = thread_info()
TITLE, ICON = ABOUT.title, ABOUT.icon
GROUPS = ABOUT.groups

WORDS = {
    "start": "Start",
    "mine": f"my {ABOUT.activity}",
    "example": f"thread’s {ABOUT.person}",
    "this_pain": "This pain",
    "more_pain": "More about this pain",
    "examined": f"Has someone examined your {ABOUT.part}?",
    "how_to": "to the right: more of it",
    "unknown": "don’t know, counts for nothing",
    "counts": "Of your last 5, how many hurt?",
    "compare": "or by",
    "worse_after": "Worse after",
    "or_worse": "Or only: clearly worse after …",
    "no": "no",
    "yes": "yes",
    "of_five": "{} of 5",
    "half": "One count alone counts for nothing yet: give both.",
    **figures.WORDS,
    "let_go": "Let go of {}",
    "measured": "I measured it",
    "guess": "guess instead",
    "before": f"A number from a day without pain; do not test a sore {ABOUT.part}.",
    "undo": "Undo",
    "again": "Start again",
    "kept": (
        "Your answers are kept in this tab of your browser alone, until you close it or start"
        " again."
    ),
    "not_kept": "This browser keeps nothing for a page: a reload loses your answers.",
    "offline": "No answer from the server. Your answers are safe in this tab; trying again …",
    "clash": (
        "These answers cannot be used together: two of them exclude each other, or this page does"
        " not know one of them. Undo the last one, change another, or start again."
    ),
    "signs": "Warning signs",
    "signs_none": "Warning signs: none ticked.",
    "signs_some": "Warning signs: {} ticked.",
    "change": "Change",
    "card": "card {} of {}",
    "wrong": "I answered wrongly",
    "call": "Call {}",
    "marks": "What fits",
    "print": "Print what I marked",
    "because": "Because of:",
    "also": "Also",
    "unfold": "Show what the thread points to all the same",
    "claims": "what a reply says",
    "close": "Close",
    "panel": "Your answers",
}
