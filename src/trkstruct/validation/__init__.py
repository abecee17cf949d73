"""Predictions against measured values."""
