"""How a contribution depends on each parameter and each claim."""

from .one_and_two_way import one_way, sensitivity, two_way
from .variance import most_informative_claims, variance_decomposition

__all__ = ["most_informative_claims", "one_way", "sensitivity", "two_way", "variance_decomposition"]
