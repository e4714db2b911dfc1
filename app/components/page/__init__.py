"""The first screen: one component that owns all answers, in Python and in the browser."""
