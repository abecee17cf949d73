"""Small molecules as RDKit understands them: reading, checking, canonical atom order, atom names and 3D."""

import re
from collections import Counter
from typing import Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers, StereoEnumerationOptions

from trkstruct.errors import LigandError
from trkstruct.ligand.smiles_limits import check_smiles_size, shortened
from trkstruct.ligand.stereo import real_stereo, undefined_stereo
from trkstruct.units import FloatArray

GAFF_ELEMENTS: Final = frozenset({"H", "C", "N", "O", "S", "P", "F", "Cl", "Br", "I"})  # Wang 2004, 10.1002/jcc.20035
MAX_HEAVY_ATOMS: Final = 150  # beyond any drug; AM1 on more would take hours
CONFORMERS: Final = 20
MAX_ISOMERS: Final = 32  # five undefined centres; more is a library, not a ligand
MMFF_ITERATIONS: Final = 2000
MAX_ATOMS_READ: Final = 1000  # counter-ions included
MOST_SEEDS: Final = 10_000_000  # times the number of a conformer, still a 32-bit integer

_NOISE = ("****", "Post-condition", "Pre-condition", "Invariant")  # come before the reason of a failed check
_LOG_STAMP = re.compile(r"^\[[\d:]+\]\s*", re.MULTILINE)


def read_smiles(smiles: str) -> tuple[Chem.Mol, tuple[str, ...]]:
    """Molecule of a SMILES in canonical atom order, heavy atoms first, explicit hydrogens last, and notes about it.

    The protonation state is the one drawn; nothing is added or removed. Of several fragments (a salt) the one with the
    most heavy atoms is kept and a note says so.

    Raises
    ------
    LigandError
        When RDKit cannot read it, a stereocentre or double bond is undefined, or GAFF has no such element.
    """
    molecule = parse_smiles(smiles)
    molecule, notes = largest_fragment(molecule)
    molecule = _only_isomer(molecule)
    check_molecule(molecule)
    return canonical_order(molecule), notes


def parse_smiles(smiles: str) -> Chem.Mol:
    """RDKit molecule of a SMILES, not checked further.

    Raises
    ------
    LigandError
        When RDKit cannot read it, or it is empty.
    """
    check_smiles_size(smiles)
    shown = shortened(smiles)
    if not smiles.isascii():  # RDKit's own message about such text cannot be decoded
        wrong = next(letter for letter in smiles if not letter.isascii())
        raise LigandError(f"{shown!r} is not a molecule: no SMILES has the letter {wrong!r}.")
    with rdBase.CaptureErrorLog() as log:
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise LigandError(f"{shown!r} is not a molecule: {rdkit_reason(log.messages) or 'RDKit gives no reason'}")
    if molecule.GetNumAtoms() == 0:
        raise LigandError("The SMILES is empty; write a molecule, for example CCO.")
    if molecule.GetNumAtoms() > MAX_ATOMS_READ:
        raise LigandError(f"{shown!r} has {molecule.GetNumAtoms()} atoms; a ligand may have {MAX_HEAVY_ATOMS}.")
    return real_stereo(molecule)


def rdkit_reason(log: str) -> str:
    """The line of RDKit's error log that says what is wrong; empty when there is none."""
    lines = [line.strip().removeprefix("ERROR: ") for line in _LOG_STAMP.sub("", log).splitlines()]
    telling = (line for line in lines if line and "Warning" not in line and not line.startswith(_NOISE))
    return next(telling, "").rstrip(".")


def largest_fragment(molecule: Chem.Mol) -> tuple[Chem.Mol, tuple[str, ...]]:
    """The fragment with the most heavy atoms, and a note when others (counter-ions, solvent) were left out."""
    fragments = sorted(Chem.GetMolFrags(molecule, asMols=True), key=lambda part: -part.GetNumHeavyAtoms())
    if len(fragments) == 1:
        return molecule, ()
    left_out = ", ".join(Chem.MolToSmiles(Chem.RemoveHs(part)) for part in fragments[1:])
    kept = Chem.MolToSmiles(Chem.RemoveHs(fragments[0]))
    return fragments[0], (f"Kept the largest of {len(fragments)} fragments, {kept}; left out {left_out}.",)


def check_molecule(molecule: Chem.Mol) -> None:
    """Refuse what cannot be parametrized or is ambiguous.

    Raises
    ------
    LigandError
        For an element or radical without GAFF types, too many atoms, or undefined stereochemistry (isomers are listed).
    """
    foreign = {atom.GetSymbol() for atom in molecule.GetAtoms()} - GAFF_ELEMENTS
    if foreign:
        raise LigandError(
            f"No GAFF parameters for {', '.join(sorted(foreign))}; the elements are {', '.join(sorted(GAFF_ELEMENTS))}."
        )
    if any(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms()):
        raise LigandError(f"{Chem.MolToSmiles(molecule)} has unpaired electrons; write all its hydrogens or charges.")
    if molecule.GetNumHeavyAtoms() > MAX_HEAVY_ATOMS:
        raise LigandError(f"{molecule.GetNumHeavyAtoms()} heavy atoms; a ligand may have {MAX_HEAVY_ATOMS}.")
    undefined = undefined_stereo(molecule)
    isomers = stereoisomers(molecule) if undefined else ()
    if len(isomers) > 1:
        shown = "\n  ".join(isomers[:8])
        more = f"\n  and {len(isomers) - 8} more" if len(isomers) > 8 else ""
        raise LigandError(
            f"{Chem.MolToSmiles(Chem.RemoveHs(molecule))} has {undefined} undefined stereocentre(s) or "
            f"double bond(s); choose one of its isomers (or all of them with --enumerate-stereo):\n  {shown}{more}"
        )


def enumerate_stereo(smiles: str) -> tuple[str, ...]:
    """Canonical SMILES of every stereoisomer that a SMILES leaves open; one when it leaves none.

    Raises
    ------
    LigandError
        When it is no molecule, or leaves more than 32 isomers open.
    """
    molecule, _ = largest_fragment(parse_smiles(smiles))
    centres = undefined_stereo(molecule)
    if 2**centres > MAX_ISOMERS:
        raise LigandError(
            f"{smiles!r} leaves {centres} stereocentres open, up to {2**centres} isomers; {MAX_ISOMERS} are "
            "enumerated at most. Define some of them."
        )
    return stereoisomers(molecule)


def _only_isomer(molecule: Chem.Mol) -> Chem.Mol:
    """The molecule with the stereo that it leaves open defined, where only one isomer exists (a quinuclidine's)."""
    if not 0 < undefined_stereo(molecule) <= MAX_ISOMERS.bit_length():
        return molecule
    isomers = stereoisomers(molecule)
    return Chem.MolFromSmiles(isomers[0]) if len(isomers) == 1 else molecule


def stereoisomers(molecule: Chem.Mol) -> tuple[str, ...]:
    """Canonical SMILES of the stereoisomers that can exist in 3D (a bridgehead allows one of two), sorted."""
    options = StereoEnumerationOptions(tryEmbedding=True, unique=True, maxIsomers=2 * MAX_ISOMERS)
    bare = Chem.RemoveHs(molecule)
    with rdBase.BlockLogs():
        found = {canonical_smiles(isomer) for isomer in EnumerateStereoisomers(bare, options=options)}
    return tuple(sorted(found))


def canonical_order(molecule: Chem.Mol) -> Chem.Mol:
    """The molecule in the order of its canonical SMILES, then hydrogens in the order of their heavy atoms."""
    heavy = Chem.MolFromSmiles(canonical_smiles(molecule))
    return Chem.AddHs(heavy)


def canonical_smiles(molecule: Chem.Mol) -> str:
    """Isomeric canonical SMILES without explicit hydrogens; the identity of a protonation state of a molecule."""
    once = Chem.MolToSmiles(real_stereo(Chem.RemoveHs(molecule)))
    return str(Chem.MolToSmiles(Chem.MolFromSmiles(once)))


def atom_names(molecule: Chem.Mol) -> tuple[str, ...]:
    """Unique names of at most four characters, element and counter in atom order: C1, C2, N1, Cl1, H1."""
    counter: Counter[str] = Counter()
    names = []
    for atom in molecule.GetAtoms():
        counter[atom.GetSymbol()] += 1
        names.append(f"{atom.GetSymbol()}{counter[atom.GetSymbol()]}")
    return tuple(names)


def embed_conformers(molecule: Chem.Mol, count: int, seed: int) -> Chem.Mol:
    """Copy of the molecule with MMFF94s-minimised ETKDGv3 conformers (macrocycle torsions included).

    Raises
    ------
    LigandError
        When no conformer can be embedded.
    """
    with_conformers = Chem.Mol(molecule)
    parameters = rdDistGeom.ETKDGv3()  # Wang 2020, 10.1021/acs.jcim.0c00025
    parameters.randomSeed = rdkit_seed(seed)
    parameters.useMacrocycleTorsions = True
    embedded = list(rdDistGeom.EmbedMultipleConfs(with_conformers, count, parameters))
    if not embedded:
        parameters.useRandomCoords = True
        embedded = list(rdDistGeom.EmbedMultipleConfs(with_conformers, count, parameters))
    if not embedded:
        raise LigandError(
            f"RDKit finds no 3D geometry for {canonical_smiles(molecule)}; give an SDF file with coordinates."
        )
    typed = Chem.Mol(with_conformers)  # MMFF typing leaves its own aromaticity behind, in which fused bicycles differ
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(typed):
        rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(typed, maxIters=MMFF_ITERATIONS, mmffVariant="MMFF94s")
        for minimized in typed.GetConformers():
            with_conformers.GetConformer(minimized.GetId()).SetPositions(minimized.GetPositions())
    return with_conformers


def rdkit_seed(seed: int) -> int:
    """RDKit's seed for one of ours: never 0, with which all conformers of a molecule are the same.

    RDKit multiplies it by the number of the conformer.
    """
    return 1 + seed % MOST_SEEDS


def build_3d(molecule: Chem.Mol, seed: int = 0) -> Chem.Mol:
    """Copy of the molecule with one conformer: the one whose charges interact least, so not folded onto itself.

    AM1 charges of a conformer with an internal salt bridge or hydrogen bond do not transfer; the
    electrostatically least interacting conformer is the usual remedy (ELF, OpenEye QUACPAC documentation).
    """
    conformers = embed_conformers(molecule, CONFORMERS, seed)
    charges = np.abs(mmff_charges(molecule))
    best = min(conformers.GetConformers(), key=lambda conformer: _self_interaction(charges, conformer.GetPositions()))
    built = Chem.Mol(molecule)
    built.RemoveAllConformers()
    built.AddConformer(Chem.Conformer(best), assignId=True)
    return built


def mmff_charges(molecule: Chem.Mol) -> FloatArray:
    """MMFF94 charges in e, shape (n_atoms,); they sum to the formal charge.

    Bond charge increments: Halgren 1996, J Comput Chem 17, 520.

    Raises
    ------
    LigandError
        When MMFF94 has no types for the molecule.
    """
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(Chem.Mol(molecule))  # a copy: see embed_conformers
    if properties is None:
        raise LigandError(
            f"MMFF94 has no atom types for {canonical_smiles(molecule)}. "
            "Other charges (--parameters openff or am1-bcc) need none."
        )
    return np.array([properties.GetMMFFPartialCharge(index) for index in range(molecule.GetNumAtoms())])


def match_atoms(molecule: Chem.Mol, onto: Chem.Mol) -> tuple[int, ...]:
    """For each atom of ``onto`` the index of the same atom in ``molecule``; stereo and hydrogens are respected.

    Raises
    ------
    LigandError
        When the two are not the same molecule in the same protonation state.
    """
    match = real_stereo(molecule).GetSubstructMatch(real_stereo(onto), useChirality=True)
    if len(match) != molecule.GetNumAtoms() or molecule.GetNumAtoms() != onto.GetNumAtoms():
        raise LigandError(f"{canonical_smiles(molecule)} and {canonical_smiles(onto)} are not the same molecule.")
    return tuple(match)


def with_positions(molecule: Chem.Mol, positions: FloatArray) -> Chem.Mol:
    """A copy of the molecule with one conformer: its atoms at ``positions``, shape (n_atoms, 3), in Å."""
    placed = Chem.Mol(molecule)
    conformer = Chem.Conformer(molecule.GetNumAtoms())
    # contiguous, because RDKit 2024.3 reads past the strides of a view and fills in whatever lies there
    conformer.SetPositions(np.ascontiguousarray(positions, dtype=np.float64))
    placed.RemoveAllConformers()
    placed.AddConformer(conformer, assignId=True)
    return placed


def _self_interaction(absolute_charges: FloatArray, positions: FloatArray) -> float:
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    return float(np.sum(absolute_charges[:, None] * absolute_charges[None] / distances))
