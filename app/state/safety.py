"""What the safety cards' answers come to."""

from collections.abc import Mapping

from lumbayes import triage
from lumbayes.safety import Triage


def verdict(answers: Mapping[str, str]) -> Triage:
    """Return the verdict of the cards; of an answer that the page does not know, of none at all.

    Nothing is shown before both cards are settled, so answers that cannot be read hide all.
    """
    try:
        return triage(answers)
    except ValueError:
        return triage({})
