"""The ligand of a structure file understood: places from the file; bond orders, hydrogens, names from the molecule."""

from dataclasses import replace

from rdkit import Chem

from trkstruct.contacts.covalent import covalent_bonds
from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.built_atoms import BuiltLigand, build_missing
from trkstruct.pose.rebuilt_hydrogens import with_rebuilt_hydrogens
from trkstruct.pose.seen_atoms import (
    AtomMatch,
    SeenAtoms,
    mismatch,
    part_matches,
    seen_atoms,
    whole_matches,
)
from trkstruct.pose.seen_stereo import shows_isomer, stereo_senses
from trkstruct.structure.complex import Complex, without_ligand


def adopt_ligand(complex_: Complex, ligand: Ligand, *, build_ligand: bool = True, seed: int = 0) -> Complex:
    """The complex with the ligand of its file understood as the given molecule; as `place_on_seen`.

    Raises
    ------
    LigandError
        As `place_on_seen`.
    """
    return attach_ligand(complex_, place_on_seen(complex_, ligand, build_ligand=build_ligand, seed=seed))


def place_on_seen(
    complex_: Complex, ligand: Ligand, *, protein: Complex | None = None, build_ligand: bool = True, seed: int = 0
) -> Ligand:
    """The ligand on the atoms of it that a file has, with a note on those that were built.

    Heavy atoms keep their coordinates; hydrogens are built anew. Heavy atoms that the file lacks are built from those
    that it has (`build_missing`), unless that is not wanted.

    Parameters
    ----------
    complex_ : Complex
        As read, its ligand named.
    ligand : Ligand
        What it is.
    protein : Complex, optional
        The protein that built atoms must leave room for, where it is more complete than the file's.
    build_ligand : bool
        False refuses a ligand with missing atoms.
    seed : int
        Of what is built.

    Raises
    ------
    LigandError
        When the molecule's heavy atoms and bonds do not match the file's, or its stereo is the other way round; when
        atoms are missing and cannot be built, or shall not be.
    """
    seen = seen_atoms(complex_)
    molecule = to_molecule(ligand)
    bare = Chem.RemoveHs(molecule)
    whole = whole_matches(bare, seen)
    if whole:
        match = _of_this_isomer(bare, whole, seen, ligand)[0]
        heavy = seen.positions[[match.index(index) for index in range(len(match))]]
        return place_ligand(ligand, with_rebuilt_hydrogens(molecule, heavy))
    parts = part_matches(bare, seen)
    if not build_ligand:
        raise LigandError(
            f"{mismatch(bare, seen)} Atoms are missing from the file: leave out --no-build-ligand to have them built, "
            "or give an SDF or MOL2 file with the pose of all."
        )
    matches = _of_this_isomer(bare, parts, seen, ligand)
    _refuse_leaving_group(complex_, bare, matches[0], seen)
    around = without_ligand(complex_) if protein is None else protein
    built = build_missing(ligand, matches, seen.positions, around, seed=seed)
    return replace(
        place_ligand(ligand, built.positions),
        notes=(*ligand.notes, _note(ligand, built, seen, len(parts))),
    )


def _of_this_isomer(
    bare: Chem.Mol, matches: tuple[AtomMatch, ...], seen: SeenAtoms, ligand: Ligand
) -> tuple[AtomMatch, ...]:
    senses = stereo_senses(bare)
    agreeing = tuple(match for match in matches if shows_isomer(senses, match, seen.positions))
    if not agreeing:
        raise LigandError(
            f"The ligand {seen.where} has another stereochemistry than {ligand.smiles}. "
            "Give the SMILES of the stereoisomer that is in the structure."
        )
    return agreeing


def _refuse_leaving_group(complex_: Complex, bare: Chem.Mol, match: AtomMatch, seen: SeenAtoms) -> None:
    """What a covalent ligand lost when it reacted must not be built where the protein is now."""
    for bond in covalent_bonds(complex_):
        atom = bare.GetAtomWithIdx(match[seen.names.index(bond.ligand_atom)])
        lost = [other.GetSymbol() for other in atom.GetNeighbors() if other.GetIdx() not in match]
        if lost:
            raise LigandError(
                f"The ligand {seen.where} is bonded to {bond}, where the molecule given has {', '.join(lost)}: its "
                "leaving group? Give the SMILES of the bound form, with hydrogen in its place."
            )


def _note(ligand: Ligand, built: BuiltLigand, seen: SeenAtoms, readings: int) -> str:
    names = " ".join(ligand.atom_names[index] for index in built.built)
    whole = len(seen.names) + len(built.built)
    overlap = (
        f" They overlap with the protein by {built.overlap_angstrom:.1f} Å more than allowed: relaxation moves them."
        if built.overlap_angstrom > 0.1
        else ""
    )
    read = ""
    if readings > 1:
        read = f" Which atoms are seen can be read in {readings} ways; the one that fits best was taken."
    return (
        f"Built {len(built.built)} of the {whole} heavy atoms of {ligand.name}, which {seen.where} does not show: "
        f"{names}. Their place is a guess; what a mutation beside them does is one too.{read}{overlap}"
    )
