"""Safety: the two cards, and the banner that a runner's answers call for; no posterior moves."""

from .card_data import cards
from .gate import Triage, red_flags, triage

__all__ = ["Triage", "cards", "red_flags", "triage"]
