"""What tests build with: small complexes, peptides, crystals, stand-ins for the pipeline."""
