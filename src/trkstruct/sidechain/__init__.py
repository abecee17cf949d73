"""Rotamers, ideal geometry, substitution, packing, building a mutation into any file."""
