"""Junction tree, arithmetic circuit and its evaluation; independent of the causal model."""
