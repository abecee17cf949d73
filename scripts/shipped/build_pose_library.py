"""Build the library of known poses: ``data/known_poses.sdf`` and ``data/pocket_frame.csv`` of the package.

    python scripts/shipped/build_pose_library.py --sources DIR [--entry 2WGJ]...

DIR (or ``$TRKSTRUCT_SOURCES``) holds the PDB entries that ``pose_sources.py`` names, in any folder. Of each the ligand
is laid on its atoms with the bond orders of its SMILES, and relaxed: MMFF94s, every heavy atom free within 0.3 Å of
where the crystal has it and drawn back beyond, the protein's heavy atoms as a wall that does not move. It is then moved
into the common frame. Deposited coordinates are not copied; how far each ligand moved stands beside it. Ligands of
models that ship are taken from these, where they are relaxed with the protein.
"""

import argparse
import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers

from pose_sources import ENTRIES, EXCERPT, MODELS, SMILES, PoseSource
from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.files.shipped import data_path
from trkstruct.kinase.kinases import kinase_named, kinases
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.molecule import with_positions
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.adopt import place_on_seen
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.known.frame import into_frame, pocket_points
from trkstruct.pose.known.library import LIBRARY
from trkstruct.pose.overlay import reference_from_pdb
from trkstruct.pose.rebuilt_hydrogens import with_rebuilt_hydrogens
from trkstruct.pose.receptor import FAR_ANGSTROM, REPULSION_KCAL_MOL_ANGSTROM2, close_pairs, receptor_near
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.structure.complex import Complex, ligand_atoms, ligand_residue, protein_sequence, without_ligand
from trkstruct.structure.numbering import ChainMatch, clinical_match, conformation_of
from trkstruct.structure.shipped_models import load_shipped

FREE_ANGSTROM: Final = 0.3  # coordinate error of a ligand at 2-2.5 Å; Cruickshank 1999, 10.1107/S0907444998012645
TETHER_KCAL_MOL_ANGSTROM2: Final = 100.0
ITERATIONS: Final = 2000
FRAME_MODEL: Final = ("TRKA", "repotrectinib")  # whose CA atoms are the common frame
LARGEST_FRAME_RMSD_ANGSTROM: Final = 2.0  # beyond, the pocket was not aligned rightly


@dataclass(frozen=True)
class Placed:
    """A ligand in its own structure, the match of its chain, and how far relaxation moved it (Å)."""

    complex: Complex
    ligand: Ligand
    match: ChainMatch
    moved_angstrom: float


def main(arguments: list[str] | None = None) -> int:
    """Write the frame and the library; what cannot be used is told and left out."""
    options = read_options(arguments)
    write_frame()
    records, failed = [], 0
    for source, build in works(options.sources):
        if options.entry and source.pdb_id not in options.entry:
            continue
        try:
            records.append(record_of(source, build()))
            print(f"{source.ligand} of {source.kinase} {source.pdb_id}", file=sys.stderr, flush=True)
        except (ValueError, OSError) as error:  # an entry that is missing or cannot be read must not stop the others
            failed += 1
            print(f"{source.pdb_id} {source.ligand}: {error}", file=sys.stderr, flush=True)
    if not options.entry:
        data_path(LIBRARY).write_text("".join(records), encoding="utf-8")
    print(f"{len(records)} ligands, {failed} entries failed", file=sys.stderr)
    return 1 if failed else 0


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Library of known poses.")
    found = os.environ.get("TRKSTRUCT_SOURCES")
    parser.add_argument("--sources", type=Path, required=found is None, default=found and Path(found), metavar="DIR")
    parser.add_argument("--entry", action="append", metavar="PDB", help="try only this one; nothing is written")
    return parser.parse_args(arguments)


def works(sources: Path):  # type: ignore[no-untyped-def]
    """Every source and the function that places its ligand."""
    for kinase, ligand, pdb_id, component in MODELS:
        yield PoseSource(pdb_id, kinase, component, ligand), lambda k=kinase, n=ligand: from_model(k, n)
    pdb_id, kinase, component, name, path = EXCERPT
    yield PoseSource(pdb_id, kinase, component, name), lambda: from_excerpt(sources / path, kinase, name)
    for source in ENTRIES:
        yield source, lambda each=source: from_entry(each, sources)


def from_model(kinase: str, name: str) -> Placed:
    """The ligand of a model that ships, as it is."""
    bound = load_shipped(kinase, name)
    ligand = place_ligand(load_ligand(name), bound.positions[ligand_atoms(bound)])
    return Placed(bound, ligand, clinical_match(bound, kinase_named(kinase)), 0.0)


def from_excerpt(path: Path, kinase: str, name: str) -> Placed:
    """A ligand whose records alone are there, in the frame of a model of the same crystal that ships."""
    text = path.read_text(encoding="utf-8").splitlines()
    records = "\n".join(line for line in text if line.startswith("HETATM") and line[17:20] == EXCERPT[2])
    crystal = Chem.MolFromMolBlock(reference_from_pdb(records, SMILES[name]))
    ligand = load_ligand(f"{name}={SMILES[name]}", with_parameters=False)
    molecule = to_molecule(ligand)
    order = crystal.GetSubstructMatch(Chem.RemoveHs(molecule))
    heavy = crystal.GetConformer().GetPositions()[list(order)]
    placed = place_ligand(ligand, with_rebuilt_hydrogens(molecule, heavy))
    protein = without_ligand(load_shipped(kinase, "larotrectinib"))
    return relaxed(protein, placed, clinical_match(protein, kinase_named(kinase)))


def from_entry(source: PoseSource, sources: Path) -> Placed:
    """The ligand of a PDB entry, relaxed."""
    path = next(iter(sorted(sources.rglob(f"{source.pdb_id}.pdb"))), None)
    if path is None:
        raise FileNotFoundError(f"no {source.pdb_id}.pdb beneath {sources}")
    parts = read_chain_and_ligand(path)
    found = ligand_residue(parts.complex).name
    if found != source.component:
        raise ValueError(f"the ligand of its kinase chain is {found}, not {source.component}")
    molecule = load_ligand(f"{source.ligand}={SMILES[source.ligand]}", with_parameters=False)
    placed = place_on_seen(parts.complex, molecule, build_ligand=False)
    match = parts.match or aligned_match(parts.complex)
    return relaxed(without_ligand(parts.complex), placed, match)


def aligned_match(complex_: Complex) -> ChainMatch:
    """Pocket of a kinase that trkstruct does not know: aligned with its nearest relative that it knows."""
    aligner = PairwiseAligner(mode="local", open_gap_score=-11, extend_gap_score=-1)
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
    letters = protein_sequence(complex_)
    sequence = "".join(letters.values())
    nearest = max(
        (each for each in kinases() if each.sequence), key=lambda each: aligner.score(sequence, each.sequence)
    )
    numbers = {}
    identities = list(letters)
    for own, theirs in zip(*aligner.align(sequence, nearest.sequence)[0].aligned, strict=True):
        for here, there in zip(range(*own), range(*theirs), strict=True):
            numbers[identities[here]] = nearest.first_number + there
    return ChainMatch(nearest, numbers)


def relaxed(protein: Complex, ligand: Ligand, match: ChainMatch) -> Placed:
    """The ligand relaxed in its rigid pocket, its heavy atoms held within 0.3 Å at no cost."""
    molecule = to_molecule(ligand)
    start = molecule.GetConformer().GetPositions()
    elements = [atom.element.symbol for atom in protein.topology.atoms()]
    wall = receptor_near(protein.positions, elements, start)
    symbols = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(molecule, mmffVariant="MMFF94s")
    field = rdForceFieldHelpers.MMFFGetMoleculeForceField(molecule, properties)
    field.Initialize()
    for index in heavy:
        field.MMFFAddPositionConstraint(index, FREE_ANGSTROM, TETHER_KCAL_MOL_ANGSTROM2)
    points: dict[int, int] = {}
    for atom, neighbour, limit in zip(*close_pairs(start, symbols, wall), strict=True):
        if neighbour not in points:
            points[neighbour] = field.AddExtraPoint(*wall.positions[neighbour].tolist(), fixed=True) - 1
        field.MMFFAddDistanceConstraint(
            points[neighbour], int(atom), False, float(limit), FAR_ANGSTROM, REPULSION_KCAL_MOL_ANGSTROM2
        )
    field.Initialize()
    field.Minimize(maxIts=ITERATIONS)
    end = molecule.GetConformer().GetPositions()
    moved = float(np.sqrt(np.mean(np.sum((end[heavy] - start[heavy]) ** 2, axis=1))))
    return Placed(protein, place_ligand(ligand, end), match, moved)


def record_of(source: PoseSource, placed: Placed) -> str:
    """The SDF record of a ligand: heavy atoms in the common frame, and what is known of it."""
    placement = into_frame(placed.complex, placed.match)
    if placement.rmsd_angstrom > LARGEST_FRAME_RMSD_ANGSTROM:
        raise ValueError(f"its pocket lies {placement.rmsd_angstrom:.1f} Å from the common frame")
    molecule = to_molecule(placed.ligand)
    moved = with_positions(molecule, placement.apply(molecule.GetConformer().GetPositions()))
    conformation = conformation_of(placed.complex, placed.match)
    bonds, atoms = hinge_of(placed)
    heavy = Chem.RemoveHs(moved)
    heavy.SetProp("_Name", source.ligand)
    said = {
        "name": source.ligand,
        "skeleton": skeleton_key(placed.ligand),
        "kinase": source.kinase,
        "pdb_id": source.pdb_id,
        "component": source.component,
        "dfg_state": conformation.state if conformation else "",
        "hinge_bonds": "; ".join(bonds),
        "hinge_atoms": " ".join(map(str, atoms)),
        "moved_angstrom": f"{placed.moved_angstrom:.2f}",
        "frame_rmsd_angstrom": f"{placement.rmsd_angstrom:.2f}",
        "made": made(source),
    }
    return Chem.MolToMolBlock(heavy) + "".join(f"> <{name}>\n{value}\n\n" for name, value in said.items()) + "$$$$\n"


def made(source: PoseSource) -> str:
    """How the coordinates were computed."""
    if source in ENTRIES or source.ligand == EXCERPT[3]:
        return "wwPDB entry; ligand relaxed with MMFF94s within 0.3 Å at no cost, protein rigid"
    own = "its own crystal ligand" if source.component else "laid over a crystal ligand"
    return f"model that ships with trkstruct, relaxed with the protein; {own}"


def hinge_of(placed: Placed) -> tuple[list[str], list[int]]:
    """Hydrogen bonds to the hinge, and the heavy atoms of the ligand in them by their index without hydrogens."""
    bound = attach_ligand(placed.complex, placed.ligand)
    molecule = to_molecule(placed.ligand)
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    place = {placed.ligand.atom_names[index]: number for number, index in enumerate(heavy)}
    found = hinge_hydrogen_bonds(bound, placed.match)
    ends = [end.rpartition(":")[2] for bond in found for end in (bond.donor, bond.acceptor)
            if end.startswith(str(bound.ligand).partition(":")[0] + ":LIG")]  # fmt: skip
    return [f"{bond.donor}...{bond.acceptor}" for bond in found], sorted({place[name] for name in ends})


def write_frame() -> None:
    """CA of the 85 pocket residues of one model: where the common frame is."""
    kinase = kinase_named(FRAME_MODEL[0])
    model = load_shipped(*FRAME_MODEL)
    points = pocket_points(model, clinical_match(model, kinase))
    with data_path("pocket_frame.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(("klifs", "x", "y", "z"))
        table.writerows((klifs, *(f"{value:.3f}" for value in points[klifs])) for klifs in sorted(points))


if __name__ == "__main__":
    sys.exit(main())
