"""A ligand in a pocket: attached, laid over a known one, docked, checked."""
