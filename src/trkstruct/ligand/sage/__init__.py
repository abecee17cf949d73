"""OpenFF Sage: parameters by SMARTS and AM1-BCC charges by a graph network, with nothing but RDKit and NumPy."""
