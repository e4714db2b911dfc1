"""Priors of the parameters: pooled from claims or published, and their joint draws."""

from .copula import GaussianCopula
from .joint_draws import JointDraws
from .moments import Opinion, beta_counts, linear_pool
from .pooling import net, pool_with_ignorance
from .prior import Key, Prior, key_of, label
from .priors import Priors

__all__ = [
    "GaussianCopula",
    "JointDraws",
    "Key",
    "Opinion",
    "Prior",
    "Priors",
    "beta_counts",
    "key_of",
    "label",
    "linear_pool",
    "net",
    "pool_with_ignorance",
]
