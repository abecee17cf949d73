"""What is known of how ligands lie in kinases, and how far a pose that was sought can be believed by it."""
