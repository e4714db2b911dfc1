"""The compiled network: exact posteriors, causal paths to the pain, and a second run of the same
body.
"""
