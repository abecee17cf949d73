"""Hydrogens at a given pH: PROPKA decides what is charged, the force field where the hydrogens go."""

import io
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from propka import run as propka_run

from trkstruct.energy.hydrogens import NOTHING, place_hydrogens, relax_hydrogens
from trkstruct.errors import StructureError
from trkstruct.preparation.counted import Counted, count_residues
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, residue_id
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.units import FloatArray

ACIDS: Final = {"ASP": ("ASP", "ASH"), "GLU": ("GLU", "GLH")}  # (pKa below the pH, pKa above it)
BASES: Final = {"LYS": ("LYN", "LYS"), "HIS": (None, "HIP")}  # None: OpenMM picks HID or HIE by hydrogen bonds
NEUTRAL_HISTIDINE: Final = "HID or HIE by contacts"
PKA_MARGIN: Final = 1.0  # PROPKA's error is about 0.8: nearer, the usual state stays; Olsson 2011


@dataclass(frozen=True)
class Titration:
    """pKa of a side chain by PROPKA 3 (Olsson 2011, 10.1021/ct100578z) and the Amber variant that follows."""

    residue: ResidueId
    name: str
    pka: float
    variant: str | None

    @property
    def is_neutral_histidine(self) -> bool:
        """Whether it is a histidine that OpenMM makes HID or HIE."""
        return self.variant is None

    def __str__(self) -> str:
        """Residue, pKa and variant."""
        return f"{self.name} {self.residue.number}: PROPKA pKa {self.pka:.1f}, {self.variant or NEUTRAL_HISTIDINE}"


def find_titrations(complex_: Complex, ph: float) -> tuple[Titration, ...]:
    """Titratable side chains of a protein, from its heavy atoms.

    Raises
    ------
    StructureError
        When PROPKA finds nothing to work on.
    """
    counted = count_residues(remove_hydrogens(complex_))
    logging.getLogger("propka").setLevel(logging.ERROR)
    molecule = propka_run.single("protein.pdb", optargs=["--quiet"], stream=io.StringIO(counted.text), write_pka=False)
    titrations = [
        _titration(group, counted, ph)
        for group in molecule.conformations["AVR"].groups
        if group.residue_type in ACIDS | BASES
    ]
    if not titrations:
        raise StructureError(f"PROPKA found no titratable side chain in {complex_.source}; is it a protein?")
    return tuple(sorted(titrations, key=lambda titration: titration.residue))


def _titration(group: object, counted: Counted, ph: float) -> Titration:
    atom, name, pka = group.atom, group.residue_type, float(group.pka_value)  # type: ignore[attr-defined]
    low, high = (ACIDS | BASES)[name]
    usual_is_low = name in ACIDS or name == "HIS"
    threshold = ph + PKA_MARGIN if usual_is_low else ph - PKA_MARGIN
    return Titration(counted.identity_of(int(atom.res_num)), name, pka, high if pka > threshold else low)


def add_hydrogens(
    complex_: Complex,
    ph: float,
    *,
    seed: int = 0,
    usual: Collection[ResidueId] = (),
    beside: FloatArray = NOTHING,
) -> tuple[Complex, tuple[Titration, ...]]:
    """The protein with all hydrogens for that pH, those of the input replaced; heavy atoms do not move.

    Parameters
    ----------
    complex_ : Complex
        Complete heavy atoms, capped.
    ph : float
        Decides with PROPKA's pKa.
    seed : int
        Of the random places that hydrogens start from.
    usual : collection of ResidueId
        Residues that keep their usual state at pH 7 whatever PROPKA says: their place is modelled.
    beside : numpy.ndarray, shape (n, 3)
        Heavy atoms that stand beside the protein, in Å, from which hydrogens turn away.

    Returns
    -------
    Complex
        With hydrogens.
    tuple of Titration
        Side chains whose protonation differs from the usual one at pH 7, and every histidine.
    """
    heavy = remove_hydrogens(complex_)
    titrations = find_titrations(heavy, ph)
    titrations = tuple(titration for titration in titrations if titration.residue not in usual)
    variant = {titration.residue: titration.variant for titration in titrations}
    chosen = [variant.get(residue_id(residue)) for residue in heavy.topology.residues()]
    hydrogenated = relax_hydrogens(place_hydrogens(heavy, ph, chosen, seed=seed), beside=beside)
    unusual = tuple(t for t in titrations if t.name == "HIS" or t.variant not in (None, t.name))
    return hydrogenated, unusual
