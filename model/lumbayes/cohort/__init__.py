"""Fit of all parameters to a table of runners whose outcomes are known."""

from .convergence import NotConverged
from .fitted_model import FittedModel, fit

__all__ = ["FittedModel", "NotConverged", "fit"]
