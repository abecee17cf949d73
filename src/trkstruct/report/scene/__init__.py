"""A case in 3D, for any viewer: snapshots, labels, and scripts for PyMOL and ChimeraX."""
