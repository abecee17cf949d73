"""How loops over atom pairs are compiled: for vector instructions, and kept on disk.

Three things keep a loop from becoming vector instructions: a library function in it, an array that is not contiguous,
and a range that does not start at 0, because Numba then looks for negative indices; a slice of the array does instead.
Helpers live in the file of the kernel that inlines them: a kept kernel is compiled anew when its own file changes, and
only then.
"""

from typing import Final

from numba import njit

kernel: Final = njit(fastmath=True, error_model="numpy", cache=True)
inlined: Final = njit(fastmath=True, error_model="numpy", inline="always")
