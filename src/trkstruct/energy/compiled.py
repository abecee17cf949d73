"""How loops over atom pairs are compiled: for vector instructions, and kept on disk.

Three things keep a loop from becoming vector instructions: a library function in it, an array that is not contiguous,
and a range that does not start at 0, because Numba then looks for negative indices; a slice of the array does instead.
Helpers live in the file of the kernel that inlines them: a kept kernel is compiled anew when its own file changes, and
only then.
"""

from collections.abc import Callable
from typing import Any, Final

import llvmlite.binding as llvm
from numba import config, njit

from trkstruct.energy.kernel_cache import keep_on_disk


def _use_wide_vectors() -> bool:
    """Let LLVM use 512-bit vectors where there are, unless the user chose features (``NUMBA_CPU_FEATURES``).

    It keeps to 256 bits by itself, since early processors slowed down for wider ones; those with VBMI2 hardly do.
    """
    try:
        features = llvm.get_host_cpu_features()
    except RuntimeError:  # LLVM cannot tell of every processor
        return False
    wide = config.CPU_FEATURES is None and features.get("avx512vbmi2", False)
    if wide:
        config.CPU_FEATURES = f"{features.flatten()},-prefer-256-bit"
    return wide


WIDE_VECTORS: Final = _use_wide_vectors()

inlined: Final = njit(fastmath=True, error_model="numpy", inline="always")


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a loop when it is first called, and keep it on disk (``kernel_cache``)."""
    compiled = njit(fastmath=True, error_model="numpy")(function)
    keep_on_disk(compiled)
    return compiled
