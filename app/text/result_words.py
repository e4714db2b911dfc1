"""The words of the right side: question card, sentence, network, lists and an opened cause."""

from collections.abc import Iterable, Sequence
from typing import Any

from text import figures
from text.figures import TENS, in_ten, tenths
from text.lists import listing
from text.page_words import ABOUT

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
CLEAR = 8  # to 2: from these odds on an order is not called open
MOST_WORDS = 8  # of a quote in an opened cause; the rest is one tap away
MANY = 3  # causes in a tie that a sentence still names

NONE_OF_THESE = "None of these"
NOT_IN_THE_THREAD = "what the replies left out"

# what stands as it is; the browser fills in the figures while a slider moves
WORDS = {
    **figures.WORDS,
    "each": "each",
    "left": "What lies behind it",
    "right": f"What goes on in the {ABOUT.part}",
    "right_short": f"In the {ABOUT.part}",
    "network": "How the causes lead to the pain, as a list",
    "now": "now",
    "before": "before {last}",
    "last": "the last answer",
    "undo": "Undo",
    "firm": "solid: firm · faded: in doubt",
    "all": "all {n}",
    "fewer": "fewer",
    "more": "{n} more",
    "not_there": "no",
    "cut_off": "cut off",
    "back": "The whole picture",
    "next": "Next",
    "why": "See why",
    "close": "Close",
    "moved": "{name}: {before}, now {now}",
    "cause": {
        "receipt": "How it came to {figure}",
        "claims": "Who says so",
        "switched": "switched off, in 10",
        "switch": "Count “{quote}”",
        "off": "off: {figure}",
        "still": "still {n}",
        "studies": "Beside the studies",
        "tries": "What the thread would try",
        "firm": "How firm?",
        "numbers": "All its numbers",
        "more": "{n} more",
        "little": "under 1",
        "changed": "{before} → {after}",
    },
}

START, NEXT = "Start here: {}", "Next: {}"
ONE_IS_ENOUGH = "One slider is enough to see a change."
SHOW, SHOW_CHIPS, NOTE_A_RUN = "Show the slider", "Show the answers", f"Note a {ABOUT.activity}"
FLIPS = "Could change what comes first, {} in\u00a010."
MOVES = "Could move {} by {}\u00a0in\u00a010."
WORTH_ASKING = "Worth asking: {} more."
LAST_ONE = "The last one worth asking."
ENOUGH = "More answers would hardly change this."
NEXT_RUNS = f"Your next {ABOUT.activities} would. Note after each whether it hurt."

LEAD = "The thread points to ", ": {}."
TIE = "So far it is a tie: ", "."
NOTHING = "Nothing here explains it well: ", ", {}."
CLASH = "These answers cannot be true together: {}."
QUOTED = "“{}”"
CLASH_NEXT = "Change one of them. All others are kept."
BEFORE_ANSWERS = f"That is for any {ABOUT.person}, before your first answer."
EACH_BEFORE = f"{{}} each, for any {ABOUT.person} before the first answer."
EACH = "{} each."
OPEN = "What lies behind it is open: {}."
NO_LEADER = "What lies behind it is open: nothing stands out yet."
PAIR = "{} before {}, {}\u00a0to\u00a0{}"
CLEARLY = "Behind it: {}."
NOTHING_BEHIND = "Of what may lie behind it, nothing is likely to be at work."
NO_FIT = "Nothing that the {} replies name fits your answers well."
STRANGERS = "{} strangers’ words{}, added up. Not a diagnosis."
AND_YOURS = " and your answers"

NOT_THERE = "Not there, by your answers: {}"
NOT_LIKELY = "Hardly ever at work: {}"
CUT_OFF = "There, but cut off: {}"
ACTS_THROUGH = "acts through {}, which is not there"
IDLE = "There, hardly at work: {}"
AND_MORE = "{} and {} more"

# an opened cause
THROUGH = "through {}"
IS_IT_THERE, AT_WORK = "Is it there?", "At work in this pain?"
NEXT_RUN, STAYED_AWAY = f"Next {ABOUT.activity} hurts", "Would it have stayed away?"
FROM_TO = "{}\u00a0→\u00a0{}"
YES, NO = "yes", "no"
BY_ANSWER, BY_TEST, BY_BELIEF = "by your answer", "by your {}", "as far as you know"
BY_OTHERS, AS_OTHERS = "by your other answers", f"as in other {ABOUT.person}s"
BESIDE, ALONE = "beside {}", "nothing else is likely"
NOT_HERE, CUT_OFF_HERE = "it is not there", "it is cut off"
WITHOUT, HARDLY = "without it", "hardly less without it"
THIS_PAIN_WITHOUT = "this pain, without it"
AT_THE_START = "At the start"
REPLIES = "{} of {} replies"
YOUR_ANSWER, ANSWERS = "Your answer", "{} answers about it"
THE_PAIN = "How the pain is"
OTHERS_LESS, OTHERS_MORE = "Other things explain part", "Your other answers"
THE_REST = "Replies on other things"
THE_THREAD, THE_STUDIES, A_GUESS = "The thread", "Studies", "A guess"
FROM_STUDIES = "{}."
NO_FIGURE = "No study gives a figure."
DOUBT = "At work {}, in nine of ten draws."
SETTLED = "Your answers settle it."
COMES_FIRST = "It comes first in {}\u00a0of\u00a010 draws."
WITHOUT_REPLIES = "Without any reply: {}."
HIDDEN = "Advice from the thread is not shown, because of the safety answers."
NOTHING_TO_TRY = "The thread suggests nothing for this."
BY_ITSELF = "By itself it leads there {} ({})."
BASE_RATE = "How common it is: {} ({})."
SPAN, ENDS = "{} to {}\u00a0in\u00a010", ("{}", "under\u00a01", "over\u00a09")
DECIBANS, SETTLES = "{}: {:+.1f} decibans", "{}: {}"


def about(p: float) -> str:
    """Return the same inside the answer's sentence: 'about 5 in 10'."""
    return f"about {in_ten(p)}" if 0 < tenths(p) < TENS else in_ten(p)


def span(low: float, high: float) -> str:
    """Return an interval: '3 to 9 in 10', 'under 1 to 6 in 10', '6 in 10'."""
    first, last = (in_ten(p, *ENDS) for p in (low, high))
    return in_ten(low) if first == last else SPAN.format(first, last)


def inside(row: Any) -> str:
    """Return a cause's name inside a sentence, quoted where it stands for what nobody named."""
    return QUOTED.format(row["sentence"]) if row["unnamed"] else str(row["sentence"])


def number(n: int) -> str:
    """Return a small whole number as a word."""
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


def replies(claims: Iterable[Any]) -> str:
    """Return who speaks: 'replies 1, 4, 5 (semi-professional runner)'."""
    standing = {c.answer: c.standing for c in claims if c.answer}
    if not standing:
        return "the question"
    named = [f"{n} ({who})" if who else str(n) for n, who in sorted(standing.items())]
    return f"{'replies' if len(named) > 1 else 'reply'} {', '.join(named)}"


def short_list(names: Sequence[str], shown: int) -> str:
    """Return the first names and how many more there are."""
    if len(names) <= shown + 1:
        return listing(names)
    return AND_MORE.format(", ".join(names[:shown]), number(len(names) - shown))


def short(quote: str) -> str:
    """Return a quote, or its first words where it is long."""
    words = quote.split()
    return quote if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])}\u00a0…"
