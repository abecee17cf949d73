"""One case: planned, its wild type loaded and relaxed, run, recorded."""
