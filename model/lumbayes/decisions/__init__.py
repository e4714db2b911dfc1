"""Decisions: what to ask next, and what a change before the next run would do."""

from .interventions import next_run, what_if, what_if_together
from .value_of_information import next_question, same_decision_probability

__all__ = ["next_question", "next_run", "same_decision_probability", "what_if", "what_if_together"]
