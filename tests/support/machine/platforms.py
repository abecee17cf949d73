"""OpenMM platforms that a machine may lack."""

import openmm
import pytest

from trkstruct.energy.forcefield import choose_platform
from trkstruct.errors import RelaxationError

GPU_PLATFORMS = ("CUDA", "OpenCL", "HIP")


def platform_or_skip(name: str) -> openmm.Platform:
    """The platform, or a skipped test with the reason why it is not there."""
    try:
        return choose_platform(name)
    except RelaxationError as error:
        pytest.skip(str(error))
