"""The safety cards as the browser draws them, and what their answers come to."""

from __future__ import annotations

from typing import Any

from lumbayes import red_flags, triage


def cards() -> list[dict[str, Any]]:
    """Return the cards in order, each with its lines."""
    flags = red_flags()
    first = [f for f in flags if f.level == "emergency"]
    second = [f for f in flags if f.level != "emergency" and f.only_if is None]
    heads = ("First: does any line fit?", "Slower signs")
    return [
        {
            "heading": heading,
            "groups": [{"heading": "", "lines": [{"id": f.id, "line": f.about} for f in part]}],
        }
        for heading, part in zip(heads, (first, second), strict=True)
    ]


def verdict(answers: Any) -> dict[str, Any]:
    """Return what the cards come to: level, texts, and whether a ranking may be shown."""
    found = triage(dict(answers))
    return {
        "level": found.level,
        "heading": found.heading,
        "message": found.message,
        "reasons": list(found.reasons),
        "unanswered": list(found.unanswered),
        "ranking": found.ranking_allowed,
        "remedies": found.remedies_allowed,
    }
