"""The words of a cause's own view, of the next question and of the next run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import wording
from lumbayes.explanation import summaries

# who carries a cause
CARRIED = "Who says so, and how much it counts"
NOT_SUMMED = "Your own answer settles this one. So no claim moves it."
DECIBANS = (
    "A bar to the right speaks for it, one to the left against it (or for something else). In"
    " decibans: 1 is the least that people notice, 3 double the odds."
)
STRONG, SOME = 3, 1  # decibans: twice the odds; the least that people notice
FEW = 3
FAINT, OTHERS = "{} more that move it less", "{} more"
LEFT_OUT = "left out for now"
SWITCHES = "Leave claims out, and watch"
ONE_OUT, WHOLE_OUT, REPLY = "Leave this out ({})", "Leave a whole reply out", "Reply {}"
OFF = "Left out for now: {}. No bar and no figure on this page counts it."
ALL_ON = "Put everything back"

# the parts of a cause's own view that are worked out once they are opened
OWN_ANSWERS, HOW_FIRM = "What your own answers add", "How firm this is"
REPLIES, TO_TRY, NUMBERS = (
    "Each reply alone, and what studies say",
    "What the thread suggests trying",
    "All its numbers",
)
NO_ANSWER = "No answer of yours is entered yet."
SUM = (
    "Before any answer it stands at {}, with all of them at {}. Below 0 it is less likely than not."
)
DOUBT = "Where the doubt about this figure comes from"
ORIGINS = {
    "no source": "Nobody says how strong or how common it is",
    "claims that are vague": "Vague words in the claims",
    "claims that disagree": "Claims that disagree",
    "published figures": "Spread in published figures",
    "our own judgements": "Our own guesses",
    "your own half-sure answers": "Answers you are only fairly sure of",
}
BY_REPLY = "If only one reply had been given"
ALL_REPLIES, ONE_REPLY = "All replies together", "Reply {} alone"
STUDIES = "The thread beside the studies"
THE_THREAD, THE_STUDIES = "By the thread's claims", "By published studies"
NO_FIGURE = "No figure found"
NOT_FOUND = "{} → {}: no figure found in studies, so that part is our own guess."
FOUND = "{} → {}: {}."
NEVER_MIXED = "The two sets are worked out one beside the other. They are never mixed."
TRY = (
    "In the thread's own words and order. Nobody has checked them for you, and this page recommends"
    " none of them."
)
NOTHING_TO_TRY = "The thread suggests nothing for this."

# the next question
ASK_FIRST = "The first question"
ASK_NEXT = "The question that would tell most"
MOVES, FLIPS = (
    "Your answer could move “{}” by {}.",
    "It could bring another factor to the first place ({}).",
)
TAKES = "It takes {}."
ENTER, SKIP = "Enter it", "Skip it"
LAST, TAKE_BACK = "Last answer: {}.", "Take it back"
NOTHING_LEFT = "There is no other question that would tell much now."

# what the last answer did
MOVED = "Your last answer ({}) moved “{}” from {} to {}."
MOVED_LITTLE = "Your last answer ({}) hardly moved the bars."
REACH = "Could move the top bar by {}."
MAY_LEAD, BOTH = (
    "Could change which factor comes first.",
    "Could move the top bar by {}, and change which factor comes first.",
)
TOP_BAR = (
    "Under an open question stands how far it could move the top bar, “{}”. Where no such line"
    " stands, it hardly could. Other bars may move more."
)
CURVE = "Along the slider, “{}” goes from {} at {} to {} at {}."

# the network
NETWORK = "The network as a drawing"
ABOUT_NETWORK = (
    "From left to right: what may lie behind it, what may go on, the pain and how it shows. The bar"
    " in a box shows how likely the thing is to be there (for how the pain shows: the likeliest"
    " answer). A line is as thick as its cause is likely to be at work. Choose a cause to open its"
    " own view."
)
SETTLED = {True: "it is there", False: "it is not there"}

# the next run
WHAT_IF = f"What if: your next {wording.ABOUT.activity}"
ABOUT_NEXT_RUN = (
    f"This is about the next {wording.ABOUT.activity}, not about the pain you had. It is worked out"
    " from the thread's claims. It is a model, and no advice. Things that nobody can change are"
    " left out."
)
AS_THINGS_ARE, WITHOUT = "As things are", "Without: {}"
NOW_HURT = f"Next {wording.ABOUT.activities} that hurt, by the thread's claims"
FEWER, NO_FEWER = "{} fewer{}", "Next to no difference{}"
COMBINE, COMBINED = "Change some of these together", "Without {}"
NOT_WITH_WARNING = "“What if” is not shown, because of the safety answers."

# answers that fight
FIGHT = "Two of your answers do not fit together well: “{}” and “{}”."
AGAIN = "Look at “{}” again."
LEAST_BITS = 1  # together half as likely as apart; less than that is chance


def pull(db: float) -> str:
    """A number of decibans for a runner: 'speaks somewhat for it'."""
    if not round(db, 1):
        return "hardly moves it"
    size = "strongly" if abs(db) >= STRONG else "somewhat" if abs(db) >= SOME else "a little"
    return f"speaks {size} {'for' if db > 0 else 'against'} it"


def figure(db: float) -> str:
    """The same as a figure, with its sign: '+1.5'."""
    return f"{db:+.1f}".replace("-", "−") if round(db, 1) else "0"


def off(claims: Iterable[Any], whole: Iterable[int]) -> str:
    """What is left out: whole replies, and single claims of the others."""
    said = [REPLY.format(n).lower() if n else "the question" for n in whole]
    return OFF.format(
        wording.listing(
            said + [f"{c.id} ({wording.who([c])})" for c in claims if c.answer not in whole]
        )
    )


def why_asked(label: str, row: Any) -> str:
    """What the answer to one row of `next_question` could change, and how long it takes."""
    parts = [MOVES.format(label, wording.span(0, row.could_move))]
    if round(row.could_flip * wording.TENS):
        parts.append(FLIPS.format(wording.count(row.could_flip)))
    return " ".join([*parts, TAKES.format(time(row.seconds))])


def moved(answer: str, label: str, before: float, after: float) -> str:
    """What the last answer did to the bar that it moved most."""
    apart = abs(after - before) * wording.TENS
    if 2 * apart < 1 or wording.count(before) == wording.count(after):
        return MOVED_LITTLE.format(answer)
    return MOVED.format(answer, label, wording.count(before), wording.count(after))


def reach(row: Any) -> str:
    """How far the answer to a question, a row of `next_question`, could move what stands first;
    empty if hardly.
    """
    moves, leads = (bool(round(share * wording.TENS)) for share in (row.could_move, row.could_flip))
    said = {(True, True): BOTH, (True, False): REACH, (False, True): MAY_LEAD, (False, False): ""}[
        moves, leads
    ]
    return said.format(wording.span(0, row.could_move))


def along(test: Any, label: str, curve: Sequence[float]) -> str:
    """What a slider does to the bar of its factor from one end to the other; empty where that is
    nothing.
    """
    ends, counts = (
        [f"{end:g} {test.unit}" for end in (test.low, test.high)],
        [wording.count(p) for p in curve],
    )
    return (
        CURVE.format(label, counts[0], ends[0], counts[-1], ends[1]) if len(set(counts)) > 1 else ""
    )


def time(seconds: float) -> str:
    """'10 seconds', '3 minutes'."""
    minutes, rest = divmod(round(seconds), 60)
    if rest or not minutes:
        return f"{round(seconds)} seconds"
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def stop(table: Any, stays: float) -> str:
    """How far more answers could still change the first place, without naming the question once
    more.
    """
    return summaries.ask_next(table, stays).split(table.iloc[0]["question"])[-1].strip()


def fewer(row: Any) -> str:
    """What a change does to the next run, in runs of a hundred: '3 fewer, maybe up to 11 fewer'."""
    few, many, mean = *sorted(hundred(x) for x in (row.low, row.high)), hundred(row.change)
    reach = (
        f", maybe between {few} and {many} fewer"
        if few
        else f", maybe up to {many} fewer"
        if many
        else ""
    )
    return FEWER.format(mean, reach) if mean else NO_FEWER.format(reach)


def hundred(p: float) -> int:
    """The size of a share as a count in a hundred."""
    return round(100 * abs(p))
