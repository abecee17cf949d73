"""From a file as deposited to a complete kinase model."""
