"""Why a cause is likely: weight of evidence, claims, replies, conflicting findings, and
sentences.
"""

from . import summaries
from .comparison import compare_links, compare_priors, contributions_by_reply, remedies
from .evidence_conflict import conflict
from .weight_of_evidence import claim_attribution, explain

__all__ = [
    "claim_attribution",
    "compare_links",
    "compare_priors",
    "conflict",
    "contributions_by_reply",
    "explain",
    "remedies",
    "summaries",
]
