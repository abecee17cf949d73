"""Side chains to build where a crystal has them: in their own crystal, and where two related kinases differ.

Data of ``rebuild.py``. Paths are relative to its ``--sources``.
"""

import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices
from Bio.SVDSuperimposer import SVDSuperimposer

sys.path.insert(0, str(Path(__file__).parents[1] / "shipped"))
from structure_sources import CRYSTALS, DFG_OUT
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.sidechain.substitute import measure_chis
from trkstruct.structure.atom_names import heavy_atom_names
from trkstruct.structure.complex import Complex, protein_residue, protein_sequence, residue_id
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.structure.reading import load_assembly
from trkstruct.units import FloatArray

FILES: Final = {crystal.pdb_id: crystal.path for crystal in (*CRYSTALS.values(), *DFG_OUT.values())} | {
    "2GQG": "openkinome_abl/ABL1_2gqg_chainA_altlocA_dasatinib_complex.pdb"
}
PAIRS: Final = {
    "development": (("4YNE", "4AT3"), ("4AT3", "4YNE")),
    "held-out": (("4ASZ", "6KZD"), ("4YNE", "6KZD"), ("4AT3", "6KZD")),
    "unfiltered": (("6KZD", "4ASZ"),),
}
NATIVE: Final = ("4AT3", "4ASZ", "2GQG")
NATIVE_TYPES: Final = frozenset("RILMVFCKEHTS")  # what resistance mutations bring
NATIVE_SAMPLE: Final = 20  # of each crystal
SUPERPOSED_ANGSTROM: Final = 10.0
SAME_BACKBONE_ANGSTROM: Final = 1.0  # beyond, the two crystals differ in more than the side chain
ORDERED: Final = 1.2  # times the median B factor of the crystal's heavy atoms
BACKBONE: Final = ("N", "CA", "C")


@dataclass(frozen=True)
class Case:
    """A residue to build into a structure, and where its atoms and chis are in truth."""

    group: str
    template: str
    complex: Complex
    residue: ResidueId
    wild_type: str
    name: str
    truth: Mapping[str, FloatArray]
    chis: tuple[float, ...]


def native_cases(sources: Path) -> Iterator[Case]:
    """Complete, ordered residues of the types that resistance mutations bring, a random sample of each crystal."""
    for key in NATIVE:
        complex_ = load(sources, key)
        found = [i for i, letter in protein_sequence(complex_).items() if letter in NATIVE_TYPES]
        found = [identity for identity in found if is_ordered(sources, key, complex_, identity)]
        for identity in random.Random(0).sample(found, NATIVE_SAMPLE):
            name = protein_residue(complex_, identity).name
            truth, chis = side_chain(complex_, identity), measure_chis(complex_, identity)
            yield Case("native", key, complex_, identity, name, name, truth, chis)


def mutation_cases(sources: Path, group: str) -> Iterator[Case]:
    """Positions where two kinases differ, seen in both crystals with the same backbone."""
    for key, other_key in PAIRS[group]:
        template, other = load(sources, key), load(sources, other_key)
        pairs = aligned_residues(template, other)
        sequence, other_sequence = protein_sequence(template), protein_sequence(other)
        for own, theirs in pairs.items():
            letter, target = sequence[own], other_sequence[theirs]
            if (
                letter == target
                or target in "GAP"
                or letter == "P"
                or not is_ordered(sources, other_key, other, theirs)
            ):
                continue
            rotation, shift = superpose(template, other, pairs, own)
            if backbone_rmsd(template, own, other, theirs, rotation, shift) > SAME_BACKBONE_ANGSTROM:
                continue
            truth = {name: xyz @ rotation + shift for name, xyz in side_chain(other, theirs).items()}
            names = ONE_TO_THREE[letter], ONE_TO_THREE[target]
            yield Case(group, key, template, own, *names, truth, measure_chis(other, theirs))


@cache
def load(sources: Path, key: str) -> Complex:
    """A crystal without hydrogens, as deposited ones are."""
    return remove_hydrogens(load_assembly(sources / FILES[key]))


def is_ordered(sources: Path, key: str, complex_: Complex, identity: ResidueId) -> bool:
    """Whether the side chain is complete and not much more mobile than the rest; B factors may be missing."""
    name = protein_residue(complex_, identity).name
    factors = b_factors(sources, key)
    own = [factors[identity, atom] for atom in side_chain(complex_, identity)]
    complete = heavy_atom_names(name) <= {atom.name for atom in protein_residue(complex_, identity).atoms()}
    return complete and float(np.mean(own)) <= ORDERED * float(np.median(list(factors.values())))


@cache
def b_factors(sources: Path, key: str) -> dict[tuple[ResidueId, str], float]:
    """B factor of each heavy atom of the amino acids, Å²."""
    return {
        (residue.identity, atom.name): atom.b_factor
        for residue in load_structure_file(sources / FILES[key]).residues
        for atom in residue.atoms
        if not residue.hetero and atom.element != "H"
    }


def side_chain(complex_: Complex, identity: ResidueId) -> dict[str, FloatArray]:
    """CB and beyond, Å."""
    atoms = [atom for atom in protein_residue(complex_, identity).atoms() if atom.element.symbol != "H"]
    return {a.name: complex_.positions[a.index] for a in atoms if a.name not in ("N", "CA", "C", "O", "OXT")}


def aligned_residues(first: Complex, second: Complex) -> dict[ResidueId, ResidueId]:
    """Equivalent residues by sequence (BLOSUM62)."""
    aligner = PairwiseAligner(mode="global", open_gap_score=-11.0, extend_gap_score=-1.0, end_gap_score=0.0)
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
    sequences = protein_sequence(first), protein_sequence(second)
    alignment = aligner.align("".join(sequences[0].values()), "".join(sequences[1].values()))[0]
    keys = list(sequences[0]), list(sequences[1])
    return {
        keys[0][a + step]: keys[1][b + step]
        for (a, end), (b, _) in zip(*alignment.aligned, strict=True)
        for step in range(end - a)
    }


def superpose(
    template: Complex, other: Complex, pairs: Mapping[ResidueId, ResidueId], site: ResidueId
) -> tuple[FloatArray, FloatArray]:
    """Rotation and shift that lay the other crystal on the template around a site."""
    own, theirs = backbone(template), backbone(other)
    near = [i for i in pairs if np.linalg.norm(own[i][1] - own[site][1]) < SUPERPOSED_ANGSTROM]
    superimposer = SVDSuperimposer()
    superimposer.set(np.concatenate([own[i] for i in near]), np.concatenate([theirs[pairs[i]] for i in near]))
    superimposer.run()
    rotation, shift = superimposer.get_rotran()
    return rotation, shift


def backbone_rmsd(
    template: Complex, own: ResidueId, other: Complex, theirs: ResidueId, rotation: FloatArray, shift: FloatArray
) -> float:
    """RMSD (Å) of N, CA and C of one residue after superposition."""
    moved = backbone(other)[theirs] @ rotation + shift
    return float(np.sqrt(np.mean(np.sum((moved - backbone(template)[own]) ** 2, axis=1))))


def backbone(complex_: Complex) -> dict[ResidueId, FloatArray]:
    """N, CA and C of each amino acid, shape (3, 3), Å."""
    sequence = protein_sequence(complex_)
    found: dict[ResidueId, FloatArray] = {}
    for residue in complex_.topology.residues():
        if residue_id(residue) in sequence:
            atoms = {atom.name: complex_.positions[atom.index] for atom in residue.atoms()}
            if all(name in atoms for name in BACKBONE):
                found.setdefault(residue_id(residue), np.array([atoms[name] for name in BACKBONE]))
    return found
