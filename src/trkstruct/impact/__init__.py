"""What a mutation does to binding: end states, double difference, terms, calibration, occlusion."""
