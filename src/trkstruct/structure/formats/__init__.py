"""PDB and mmCIF files in and out: records, chains, conformers, headers."""
