"""Why a cause is likely: weight of evidence, claims, replies, conflicts, and sentences on them."""

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
from .order_certainty import Ranking, ranking
from .shares_of_claims import claim_share
from .weight_of_evidence import claim_attribution, explain

__all__ = [
    "Comparison",
    "Conflict",
    "Ranking",
    "claim_attribution",
    "claim_share",
    "compare",
    "compare_links",
    "compare_priors",
    "conflict",
    "contributions_by_reply",
    "explain",
    "ranking",
    "remedies",
    "summaries",
]
