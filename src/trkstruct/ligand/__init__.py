"""A small molecule as one value: identity, protonation, parameters, the user's library."""
