"""The compiled network: exact posteriors, causal paths to the pain, and a next run."""
