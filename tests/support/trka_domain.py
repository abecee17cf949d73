"""The heavy atoms of the shipped TRKA domain, whole or with gaps."""

from functools import cache

from trkstruct.kinase.kinases import kinase_named
from trkstruct.structure.complex import Complex, protein_sequence, select_atoms, without_ligand
from trkstruct.structure.numbering import clinical_match
from trkstruct.structure.renumbered import number_clinically
from trkstruct.structure.shipped_models import load_shipped


@cache
def trka_heavy_atoms() -> Complex:
    """The domain in clinical numbering, without caps and hydrogens, as a crystal would have it."""
    shipped = without_ligand(load_shipped("TRKA"))
    return number_clinically(shipped, clinical_match(shipped, kinase_named("TRKA"))).complex


def without_residues(complex_: Complex, numbers: range) -> Complex:
    """The complex without the residues of some numbers."""
    return select_atoms(complex_, (a.index for a in complex_.topology.atoms() if int(a.residue.id) not in numbers))


def numbers_of(complex_: Complex) -> list[int]:
    """Residue numbers of the protein, in order."""
    return [identity.number for identity in protein_sequence(complex_)]
