"""Force field, compiled kernels, minimiser."""
