"""What causes, answers and questions are called on the right side of the page."""

from functools import lru_cache
from typing import Any

from lumbayes.data import page_words
from text import result_words as words
from text.lists import capital, small


@lru_cache(maxsize=1)
def rows() -> Any:
    """Return the rows of page.toml, read once."""
    return page_words().rows


def is_unanswered(case: Any) -> bool:
    """Return whether nothing is known of the runner but the pain."""
    return len(case.labels()) <= 1


def names(variables: Any, v: Any) -> dict[str, Any]:
    """Return what a cause is called in the picture and in a sentence."""
    row = rows().get(v.name)
    # one mechanism stands for all that the thread leaves out
    unnamed = v in variables.mechanisms and not v.question and not v.parents
    label = row.cause if row and row.cause else words.NONE_OF_THESE if unnamed else v.label
    return {
        "label": label,
        "sentence": row.sentence if row and row.sentence else small(label),
        "first_note": row.first if row else "",
        "unnamed": unnamed,
    }


def answered(v: Any, entered: Any) -> str:
    """Return a question and its answer in few words: 'Plank: 45 s', 'Hamstrings: tight'."""
    row = rows().get(v.name)
    label = capital(row.name) if row else v.label
    if isinstance(entered, float):
        return f"{label}: {entered:g} {row.unit if row and row.unit else v.unit}"
    is_trait = hasattr(v, "gate")
    said = v.answers.get(entered, entered) if is_trait else entered
    return f"{label}: {(row.states if row else {}).get(entered, said)}"
