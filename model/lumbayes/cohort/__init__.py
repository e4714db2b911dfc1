"""Learning all parameters from a table of runners whose outcomes are known."""

from .em import FittedModel, fit

__all__ = ["FittedModel", "fit"]
