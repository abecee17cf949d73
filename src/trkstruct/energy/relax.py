"""A structure minimised around its ligand."""

from dataclasses import replace

from trkstruct.energy.forcefield import SOLUTE_DIELECTRIC
from trkstruct.energy.minimizer import Minimum, minimize
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.energy.strain import find_strains
from trkstruct.structure.complex import Complex, ligand_atoms, residue_id
from trkstruct.structure.pocket import cut_pocket, residues_near, with_positions
from trkstruct.units import FloatArray


def relax(
    complex_: Complex,
    ligand_xml: str | None = None,
    *,
    around: FloatArray | None = None,
    mobile_radius_angstrom: float = 8.0,
    kept_radius_angstrom: float = 14.0,
    iterations: int = 200,
    solute_dielectric: float = SOLUTE_DIELECTRIC,
    platform: str = "auto",
) -> tuple[Complex, Minimum]:
    """Relax the part of a complex around some points, by default around its ligand, or all of it when it has none.

    Parameters
    ----------
    complex_ : Complex
        With all hydrogens.
    ligand_xml : str, optional
        OpenMM XML text of the ligand.
    around : numpy.ndarray, shape (n, 3), optional
        Å.
    mobile_radius_angstrom, kept_radius_angstrom : float
        Residues this close to the points move; those this close are felt, and all others left out.
    iterations : int
        L-BFGS iterations, at most.
    solute_dielectric : float
        Dielectric constant inside protein and ligand.
    platform : str
        OpenMM platform, or ``auto``.

    Returns
    -------
    Complex, Minimum
        The relaxed complex, and how the minimisation of its pocket went.

    Raises
    ------
    LigandError, StructureError
        When the force field does not know a residue, or one lacks atoms.
    RelaxationError
        When the minimisation explodes, or the platform is not there.
    """
    if around is None and complex_.ligand is not None:
        around = complex_.positions[ligand_atoms(complex_)]
    if around is None:
        everything = frozenset(residue_id(residue) for residue in complex_.topology.residues())
        kept, mobile = everything, everything
    else:
        kept = residues_near(complex_, around, kept_radius_angstrom)
        mobile = residues_near(complex_, around, mobile_radius_angstrom)
    pocket = cut_pocket(complex_, kept, mobile)
    energy = open_energy(pocket, ligand_xml, platform=platform, solute_dielectric=solute_dielectric)
    minimum = minimize(energy, pocket.complex.positions, iterations)
    minimum = replace(minimum, strains=find_strains(pocket.complex.topology, energy.system, minimum.positions))
    return with_positions(pocket, complex_, minimum.positions), minimum
