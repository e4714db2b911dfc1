"""Warm-up, the files that the browser loads, and workarounds, each with when it can go."""
