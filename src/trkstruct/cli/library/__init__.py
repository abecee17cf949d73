"""What a user keeps for every later command: ligands and kinases of their own."""
