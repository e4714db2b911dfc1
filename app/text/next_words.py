"""The words of the next run."""

from text.page_words import ABOUT

WHAT_IF = f"What if: your next {ABOUT.activity}"
ABOUT_NEXT_RUN = (
    f"How likely the next {ABOUT.activity} is to hurt, by the thread's claims, not how the last one"
    " came to hurt. It is a model, and no advice. What nobody can change is left out."
)
AS_THINGS_ARE = f"As things are, the next {ABOUT.activity} hurts **{{}}**."
WOULD_NOT = f"Of ten such {ABOUT.activities} that would hurt, so many would not:"
NOTHING_TO_CHANGE = "By your answers, nothing that can be changed is there."
WITHOUT = "without {}"
COMBINE = "Change some of these together"
NOT_WITH_WARNING = "“What if” is not shown, because of the warning signs."
CLASH = "Your answers cannot be true together, so there is nothing to compare."
