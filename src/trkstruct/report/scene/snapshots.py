"""The states of a case that can be looked at, read from the output folder: wild type, start, relaxed mutant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from trkstruct.case_parts import Clash, HydrogenBond
from trkstruct.errors import InputError
from trkstruct.files.complex_file import REPEAT, read_complex
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case
from trkstruct.report.scene.atom_lines import AtomLine, read_atom_lines
from trkstruct.residues import LIGAND_NAME, ResidueId
from trkstruct.units import FloatArray

DRAWN_CLASHES: Final = 20
LABELLED_CLASHES: Final = 3
DISC_RADIUS_ANGSTROM: Final = 0.25  # plus a share of the overlap, so that the eye finds the worst
DISC_RADIUS_PER_OVERLAP: Final = 0.25
LABEL_GAP_ANGSTROM: Final = 2.0  # of clashes nearer than this to a labelled one, only the worse has a label

Pair = tuple[str, str, str]
"""Kinase, structure and ligand: what a mutant and its wild type share."""


@dataclass(frozen=True)
class Snapshot:
    """A state to look at: its name (``wild``, ``before``, ``after``), atoms, clashes and hydrogen bonds."""

    name: str
    atoms: tuple[AtomLine, ...]
    clashes: tuple[Clash, ...] = ()
    bonds: tuple[HydrogenBond, ...] = ()


def pair_of(case: Case) -> Pair:
    """What the case shares with its wild type."""
    return case.kinase, case.structure, case.ligand


def wild_types(cases: tuple[Case, ...]) -> dict[Pair, Case]:
    """The wild-type case of each pair."""
    return {pair_of(case): case for case in cases if case.mutation == WILD_TYPE}


def mutated_residues(case: Case) -> list[ResidueId]:
    """The mutated residues of the complex; none for the wild type."""
    return [ResidueId.parse(site) for site in case.sites]


def load_snapshots(case: Case, wild: Case | None, folder: Path) -> dict[str, Snapshot]:
    """The snapshots of a case that are there, by name in the order ``wild``, ``before``, ``after``.

    Parameters
    ----------
    case : Case
    wild : Case, optional
        Its wild type; the snapshot ``wild`` is that one's relaxed complex.
    folder : Path
        Of the results.

    Raises
    ------
    InputError
        When a file that the results name is not there.
    """
    base = complex_text(folder, wild.files.complex) if wild is not None and wild is not case else None
    start, whole = complex_text(folder, case.files.before), complex_text(folder, case.files.complex)
    snapshots = {}
    if wild is not None and base is not None:
        snapshots["wild"] = Snapshot("wild", read_atom_lines(base), wild.clashes_after, wild.hinge_hydrogen_bonds)
        _check_atoms(snapshots["wild"], wild.files.complex)
    if start is not None:
        snapshots["before"] = Snapshot("before", read_atom_lines(start), case.clashes_before)
        _check_atoms(snapshots["before"], case.files.before)
    if whole is not None:
        snapshots["after"] = Snapshot("after", read_atom_lines(whole), case.clashes_after, case.hinge_hydrogen_bonds)
        _check_atoms(snapshots["after"], case.files.complex)
    return snapshots


def _check_atoms(snapshot: Snapshot, name: str | None) -> None:
    """Raise unless a complex holds a ligand, and the atoms that the results say clash and bond in it."""
    ligand = {atom.atom for atom in snapshot.atoms if atom.is_ligand}
    if not ligand:
        raise InputError(f"{name} holds no ligand ({LIGAND_NAME}): no complex of a scan. {REPEAT}")
    known = ligand | {atom.label for atom in snapshot.atoms}
    lost = next((each for each in named_atoms(snapshot) if each not in known), None)
    if lost is not None:
        raise InputError(f"{name} holds no atom {lost}, which results.json says clashes or bonds. {REPEAT}")


def named_atoms(snapshot: Snapshot) -> list[str]:
    """Atoms that clashes and hydrogen bonds name."""
    clashing = [atom for clash in snapshot.clashes for atom in (clash.protein_atom, clash.ligand_atom)]
    bonds = [atom for bond in snapshot.bonds for atom in (bond.donor, bond.hydrogen or bond.donor, bond.acceptor)]
    return clashing + bonds


def worst_first(clashes: Iterable[Clash]) -> list[Clash]:
    """The clashes that are drawn: the largest overlaps first, at most ``DRAWN_CLASHES``."""
    return sorted(clashes, key=lambda clash: -clash.overlap_angstrom)[:DRAWN_CLASHES]


def label_positions(atoms: Iterable[AtomLine]) -> dict[str, FloatArray]:
    """Where each label is; the ligand's atoms also by their name alone, as clashes have them."""
    places = {atom.label: np.array(atom.position) for atom in atoms}
    return places | {atom.atom: places[atom.label] for atom in atoms if atom.is_ligand}


def disc_radius(clash: Clash) -> float:
    """Radius in Å of the disc that stands for a clash: the larger, the larger the overlap."""
    return DISC_RADIUS_ANGSTROM + DISC_RADIUS_PER_OVERLAP * clash.overlap_angstrom


def labelled_clashes(
    clashes: Iterable[Clash], where: Mapping[str, FloatArray], most: int = LABELLED_CLASHES
) -> list[Clash]:
    """The worst clashes, each of them far enough from a worse one that their labels do not meet."""
    chosen: list[Clash] = []
    places: list[FloatArray] = []
    for clash in worst_first(clashes):
        middle = (where[clash.protein_atom] + where[clash.ligand_atom]) / 2
        if len(chosen) < most and all(np.linalg.norm(middle - each) > LABEL_GAP_ANGSTROM for each in places):
            chosen.append(clash)
            places.append(middle)
    return chosen


def complex_text(folder: Path, name: str | None) -> str | None:
    """PDB text of a file that the results name; None when they name none.

    Raises
    ------
    InputError
        When it is not there.
    """
    return None if name is None else read_complex(folder, name)
