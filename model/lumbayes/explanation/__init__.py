"""Why a cause is likely: weight of evidence, claims, replies, conflict, and sentences."""

from . import summaries
from .comparison import (
    Comparison,
    compare,
    compare_links,
    compare_priors,
    contributions_by_reply,
    remedies,
)
from .evidence_conflict import Conflict, conflict
from .weight_of_evidence import claim_attribution, explain

__all__ = [
    "Comparison",
    "Conflict",
    "claim_attribution",
    "compare",
    "compare_links",
    "compare_priors",
    "conflict",
    "contributions_by_reply",
    "explain",
    "remedies",
    "summaries",
]
