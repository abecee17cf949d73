"""A call in a process of its own that may take so much memory and time, and no more."""

import subprocess
import sys

CEILING_BYTES = 3_000_000_000  # RDKit and NumPy reserve two thirds of it before they do anything


def run_below_ceiling(code: str, *arguments: str, seconds: float = 60.0) -> str:
    """What Python code prints with an address space of 3 GB; it fails when it needs more, or more than the time."""
    limited = f"import resource, sys\nresource.setrlimit(resource.RLIMIT_AS, ({CEILING_BYTES},) * 2)\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", limited, *arguments], capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
