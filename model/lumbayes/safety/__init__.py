"""Safety: the two cards, and the banner for a runner's answers; no posterior changes."""

from .card_data import cards
from .gate import Triage, red_flags, triage

__all__ = ["Triage", "cards", "red_flags", "triage"]
