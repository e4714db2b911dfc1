"""Cases that many tests share, with the circuits and draws that they keep once made."""

from functools import cache

from lumbayes import load

loaded = cache(load)
