"""A complex as one value: reading and writing, bonds, numbers, DFG state, the pocket cut out, models that ship."""
