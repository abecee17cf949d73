"""What is known of the kinases: sequences, pocket numbers, mutations, codons, published potency."""
