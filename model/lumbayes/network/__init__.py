"""The Bayesian network: families, measurements, and the bridge to pgmpy."""
