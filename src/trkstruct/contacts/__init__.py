"""Which atoms touch: radii, clashes, hydrogen bonds."""
