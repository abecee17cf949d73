"""Other backbones of a wild type: what its pocket looks like a few picoseconds after its crystal.

One crystal is one draw: minimised from shaken starts of the same backbone, errors of a ddG agree (correlation 0.93 on
ABL1), from starts that short dynamics has moved apart they do so less (0.26 to 0.88), and where they differ most a mean
gains most. Every start comes from a trajectory of its own, so that none depends on the one before.
"""

from typing import Final

from trkstruct.energy.langevin import langevin_snapshots, masses_of
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.impact.calibration import DdgEstimate, resistance_probability
from trkstruct.settings import Settings
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.pocket import Pocket, cut_pocket, residues_near, with_positions

KEPT_ANGSTROM: Final = 12.0
MOBILE_ANGSTROM: Final = 8.0
RESTRAINT_KCAL_MOL_ANGSTROM2: Final = 0.02  # an atom of the backbone that goes 3.9 Å away costs kT/2
TEMPERATURE_KELVIN: Final = 300.0
STEPS: Final = 1000  # 3 ps

CLEAR_PROBABILITY: Final = 0.05  # of a 10-fold loss; or of none
STEADY_KCAL_MOL: Final = 0.25  # standard error of the mean over backbones


def moving_pocket(bound: Complex) -> Pocket:
    """What the dynamics of a bound wild type holds, and which of its atoms move."""
    points = bound.positions[ligand_atoms(bound)]
    return cut_pocket(bound, *(residues_near(bound, points, radius) for radius in (KEPT_ANGSTROM, MOBILE_ANGSTROM)))


def move_backbone(bound: Complex, ligand_xml: str, settings: Settings, number: int) -> Complex:
    """A complex after 3 ps of Langevin dynamics at 300 K of everything within 8 Å of its ligand, not yet relaxed.

    Parameters
    ----------
    bound : Complex
        Relaxed wild type.
    ligand_xml : str
        OpenMM XML text of the ligand.
    settings : Settings
    number : int
        Of the backbone; it decides, with the seed of the settings, the random forces.

    Raises
    ------
    RelaxationError
        When the dynamics explodes, or the platform is not there.
    """
    pocket = moving_pocket(bound)
    energy = open_energy(
        pocket,
        ligand_xml,
        platform=settings.platform,
        solute_dielectric=settings.solute_dielectrics[0],
        restraint_kcal_mol_angstrom2=RESTRAINT_KCAL_MOL_ANGSTROM2,
    )
    snapshots = langevin_snapshots(
        energy,
        pocket.complex.positions,
        masses_of(pocket.complex.topology),
        temperature_kelvin=TEMPERATURE_KELVIN,
        steps=STEPS,
        seed=(settings.seed, number),
    )
    return with_positions(pocket, bound, next(snapshots))


def is_clear(estimate: DdgEstimate, *, near: bool) -> bool:
    """Whether another backbone would hardly change an answer.

    Where nothing that moves touches the ligand one backbone is enough. Elsewhere there are two at least, since one can
    be sure and wrong, until a 10-fold loss is likely by less than 5 or more than 95 %, or the standard
    error of the mean over backbones is below 0.25 kcal/mol.
    """
    if not near:
        return True
    if estimate.backbone_error_kcal_mol is None:
        return False
    probability = resistance_probability(estimate.ddg_kcal_mol, estimate.error_kcal_mol)
    sure = not CLEAR_PROBABILITY <= probability <= 1 - CLEAR_PROBABILITY
    return sure or estimate.backbone_error_kcal_mol < STEADY_KCAL_MOL
