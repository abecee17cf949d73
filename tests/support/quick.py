"""Settings for a case that takes seconds: a small pocket, few iterations, and for one that takes fewer still."""

from trkstruct.settings import Settings

QUICK = Settings(
    backbones=1,
    preset="fast",
    platform="CPU",
    kept_radius_angstrom=6.0,
    mobile_radius_angstrom=3.0,
    iterations=10,
    rotamers_minimized=2,
    reference_iterations=10,
    reference_kept_radius_angstrom=8.0,
    reference_mobile_radius_angstrom=4.0,
)
QUICKEST = QUICK.model_copy(update={"iterations": 5, "rotamers_minimized": 1, "reference_iterations": 5})
