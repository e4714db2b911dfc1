"""The page's own sentences, and how figures and claims are put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lumbayes.data import thread_info

ABOUT = thread_info()
TITLE, ICON, WHAT, WHAT_NOT = ABOUT.title, ABOUT.icon, ABOUT.what, ABOUT.what_not
HURT = f"{ABOUT.part} hurt after a {ABOUT.activity}"

# safety: which cards are asked together, under which heading
SAFETY = {
    ("first",): (
        "First, your safety",
        "These come before anything else. No answer is stored or sent on.",
    ),
    ("second", ""): (
        "Slower warning signs",
        "Until these are answered, the thread's advice stays hidden.",
    ),
}
SAFETY_ANSWERS = {"yes": "Yes", "no": "No", "not_sure": "Not sure"}
NONE_OF_THESE = "None of these fits me"
NONE_OF_THE_REST = "None of the rest fits me"
ANSWERED = "Safety questions: answered. Open to change."
READ_FIRST, TOP = "Read this first, at the top of the page:", "top"
NEXT = ABOUT.next

# questions
THIS_PAIN, GROUPS = "This pain", ABOUT.groups
DONT_KNOW, FAIRLY = "Don't know", "Fairly sure"
EXAMINED = "If someone has examined you"
MEASURED, MEASURED_BEFORE = "I measured it: {}", "I measured it on a day without pain: {}"
MOVE = "Move the slider to your number. Until you do, it counts for nothing."
NOT_IN_PAIN = (
    f"Do not do this test while your {ABOUT.part} hurts. Enter only a number from a day without"
    " pain."
)
FAIRLY_MEANS = (
    "“Fairly sure” means that you would be right about {} times in {}. “Don't know” moves nothing."
)
EXAMPLE, RESET = f"Enter the thread's {ABOUT.person}", "Start again"

# results
LISTS_KEY = "lists"
RESULTS, ANCHOR = "What the thread points to", "what-the-thread-points-to"
READ_THE_BARS = (
    "A bar shows how likely a thing is at work in this pain, by the thread's own claims. The thin"
    " line under it shows how far off that may be. More than one can be at work. A short bar does"
    " not mean that all is well."
)
ASKS = {
    True: (
        "Is it there at all",
        "Is it at work in this pain",
        "Would this pain have stayed away without it",
    ),
    False: (
        "Is it there at all",
        f"Would it make a {HURT}",
        "Would that pain stay away without it",
    ),
}
NO_PAIN = "No pain is entered yet."
NO_PAIN_YET = (
    f"{NO_PAIN} So far the bars show how likely each thing is to make some {ABOUT.person}'s {HURT}."
)
PAIN_FREE = "By your answer it did not hurt. So there is no pain to trace, and no list."
LISTS = {"mechanism": f"What may go on in the {ABOUT.part}", "factor": "What may lie behind it"}
SHORT_LIST, TENS = 5, 10
BY_ANSWER = {
    0: "not at work: by your answer it is not there",
    1: "it is there: that is your answer",
}
TOGETHER = "Taken together: it leads there by itself {} times, {}."
NOBODY_SAYS = "Nobody in the thread says. We start from {}, {} ({}): {}."
ONWARDS = "How it goes on from there stands under “{}”."
BASE = {False: "How common it is", True: "How often it comes for none of the reasons listed"}
HOW_READ = "How {} was read"
IMPLIED = "advice, from which the cause is read"
MORE, REST = "More on {}", "{} more, further down the list"
UNCLAIMED, NOT_SHOWN = "Nobody in the thread names it", "advice that is not shown"
HIDDEN = "Advice from the thread is not shown, because of the safety answers."
BASES = {
    "ignorance": "not known, so kept wide",
    "judgement": "our own judgement",
    "published": "published",
}
JUMP = "See the lists"


def fairly(ratio: float) -> str:
    """What “fairly sure” is read as, from its ratio: 4 to 1 is right 8 times in 10."""
    return FAIRLY_MEANS.format(round(TENS * ratio / (1 + ratio)), TENS)


def capital(text: str) -> str:
    """The text with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def listing(items: Iterable[object]) -> str:
    """'1', '1 and 3', '1, 3 and 5'."""
    *most, last = map(str, items)
    return f"{', '.join(most)} and {last}" if most else last


def sure(p: float) -> bool:
    """True for a figure that is settled either way, up to what a computer's arithmetic leaves
    over.
    """
    return min(p, 1 - p) < 1e-9


def count(p: float) -> str:
    """A probability as a count: 'about 6 in 10'. Always in tens: 4 in 100 beside 3 in 10 reads as
    more.
    """
    times = round(p * TENS)
    if 0 < times < TENS:
        return f"about {times} in 10"
    return "more than 9 in 10" if times else "fewer than 1 in 10"


def span(low: float, high: float) -> str:
    """An interval in the same counts: 'between 3 and 9 in 10', 'up to 6 in 10'."""
    first, last = round(low * 10), round(high * 10)
    top = "nearly 10" if last == 10 else str(max(last, 1))
    if first in (0, last):
        return f"up to {top} in 10" if first == 0 else f"close to {top} in 10"
    return f"between {first} and {top} in 10"


def who(claims: Iterable[Any]) -> str:
    """The replies that speak: 'replies 1, 3 and 5'."""
    numbers = sorted({claim.answer for claim in claims})
    named = [str(n) for n in numbers if n]
    told = [f"{'replies' if named[1:] else 'reply'} {listing(named)}"] if named else []
    return listing((["the question"] if 0 in numbers else []) + told)


def strength(claims: Sequence[Any], with_advice: bool = True) -> str:
    """Who speaks for a cause and in which strength words: 'Replies 1 and 4: “can”, “Sounds
    like”'.
    """
    if not claims:
        return UNCLAIMED
    words = dict.fromkeys(
        f"“{claim.words}”" for claim in claims if claim.words and (with_advice or not advice(claim))
    )
    kept_back = [] if with_advice or not any(map(advice, claims)) else [NOT_SHOWN]
    return f"{capital(who(claims))}: {', '.join([*words, *kept_back])}"


def advice(claim: Any) -> bool:
    """True when the claim tells somebody what to do; some safety answers hide these."""
    return claim.kind in ("remedy", "advice", "referral")


def first_place(label: str, p: float) -> str:
    """What stands first, for the line that follows a phone's screen and for a screen reader."""
    return f"First in the list: {label}, {count(p)}."


def clash(answers: Sequence[str]) -> str:
    """What to say when answers exclude each other."""
    return (
        f"These answers cannot be true together: {listing(answers)}. Change one of them. All others"
        " are kept."
    )
