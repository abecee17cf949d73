"""The unit boundary: Å and kcal/mol everywhere, nm and kJ/mol only where OpenMM is called."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

UNKNOWN_ANGSTROM: Final = 9999.0  # X-PLOR's mark of a coordinate that is not known; no molecule reaches as far
ANGSTROM_PER_NM: Final = 10.0
KJ_PER_KCAL: Final = 4.184  # thermochemical calorie, exact by definition
BOLTZMANN_KCAL_MOL_KELVIN: Final = 0.0019872042586  # CODATA 2018 R
ROOM_TEMPERATURE_KELVIN: Final = 298.15  # 25 °C, to which published free energies refer
COULOMB_KCAL_ANGSTROM: Final = 332.0637133  # e²/(4πε0) in kcal Å/(mol e²), as in OpenMM (138.9354576 kJ nm)
