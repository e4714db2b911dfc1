"""From claims to priors: pooling, copula, and published figures."""
