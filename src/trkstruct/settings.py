"""Frozen settings of a run and their presets; every number that changes a result is here or named beside its source."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

from trkstruct.errors import InputError

Preset = Literal["fast", "standard", "careful"]
PlatformName = Literal["auto", "CPU", "CUDA", "OpenCL", "HIP", "Reference"]

RESISTANCE_THRESHOLD_KCAL_MOL: Final = 1.36  # 10-fold in affinity at 298 K; Hauser 2018, 10.1038/s42003-018-0075-x


class Settings(BaseModel):
    """What a run does to each case; recorded in the results and part of a case's content key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Preset = "standard"
    platform: PlatformName = "auto"
    seed: int = 0
    ph: float = Field(7.4, ge=0, le=14)
    temperature_kelvin: float = Field(298.15, gt=0)
    kept_radius_angstrom: float = Field(
        8.0, gt=0, description="atoms of residues this close to the site or the ligand are in the pocket"
    )
    mobile_radius_angstrom: float = Field(5.0, gt=0, description="residues this close to the mutated side chain move")
    iterations: int = Field(100, gt=0, description="L-BFGS iterations of each start, at most; most need 20 to 50")
    rotamers_minimized: int = Field(
        3, gt=0, description="rotamers that survive the rigid screen and are minimised in each state"
    )
    exchanges: int = Field(
        2, gt=0, description="rounds in which bound and apo, wild type and mutant start from each other's best, at most"
    )
    reference_mobile_radius_angstrom: float = Field(
        8.0, gt=0, description="residues this close to the ligand move in the wild type's relaxation"
    )
    reference_kept_radius_angstrom: float = Field(
        14.0, gt=0, description="atoms this close to the ligand are in the wild type's relaxation"
    )
    reference_iterations: int = Field(200, gt=0, description="L-BFGS iterations of the wild type's relaxation")
    solute_dielectrics: tuple[PositiveFloat, ...] = Field(
        (1.0, 4.0),
        min_length=1,
        description="dielectric constants inside protein and ligand: the search is made with the first, its minima are "
        "minimised again with the others, and the results averaged",
    )
    backbones: int = Field(
        4,
        gt=0,
        description="the crystal's and others from short dynamics, at most: they are added until the answer is clear, "
        "and their spread is part of the error",
    )


PRESETS: Final[dict[Preset, Settings]] = {
    "fast": Settings(preset="fast", iterations=40, rotamers_minimized=2, backbones=1),
    "standard": Settings(preset="standard"),
    "careful": Settings(
        preset="careful",
        iterations=300,
        rotamers_minimized=5,
        mobile_radius_angstrom=8.0,
        backbones=10,
    ),
}
"""The settings of ``fast``, ``standard`` and ``careful``."""


def chosen_settings(preset: Preset | None, settings: Settings | None) -> Settings:
    """The settings of a preset, or those given; the standard preset without either.

    Raises
    ------
    InputError
        When both are given, or there is no such preset.
    """
    if preset is not None and settings is not None:
        raise InputError(f"preset {preset!r} and settings say two different things; give one of them.")
    if preset is not None and preset not in PRESETS:
        raise InputError(f"{preset!r} is no preset; there are {', '.join(PRESETS)}.")
    return settings or PRESETS[preset or "standard"]
