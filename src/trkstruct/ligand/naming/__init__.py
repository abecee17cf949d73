"""What a ligand is called and what it is: inhibitors known by name, molecules by InChIKey, records of files."""
