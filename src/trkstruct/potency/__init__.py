"""IC50 and fold changes from a user's dose-response data."""
