"""Built side chains against Engh & Huber (2001), ff14SB's templates, CIP labels by RDKit and torsions by MDTraj."""

import csv
import itertools
from pathlib import Path

import mdtraj
import numpy as np
import openmm
import pytest
from openmm.app import Atom, ForceField, Topology
from openmm.unit import angstrom, radian
from rdkit import Chem

from support.peptides import SITE, build_peptide
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import place_rotamers, substitute, with_side_chain
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.geometry import angle_degrees, difference_degrees

AMINO_ACIDS = sorted(ONE_TO_THREE.values())
STATES = [*AMINO_ACIDS, "HID", "HIE", "HIP", "ASH", "GLH", "LYN", "CYM"]
SITE_ID = ResidueId("A", SITE)
BOND_TOLERANCE_ANGSTROM = 0.03
ANGLE_TOLERANCE_DEGREES = 5.0
FLAT_GROUPS = {
    "ARG": "CD NE HE CZ NH1 HH11 HH12 NH2 HH21 HH22", "ASN": "CB CG OD1 ND2 HD21 HD22", "ASP": "CB CG OD1 OD2",
    "GLN": "CG CD OE1 NE2 HE21 HE22", "GLU": "CG CD OE1 OE2", "HIS": "CB CG ND1 CE1 HE1 NE2 HE2 CD2 HD2",
    "PHE": "CB CG CD1 HD1 CE1 HE1 CZ HZ CE2 HE2 CD2 HD2", "TYR": "CB CG CD1 HD1 CE1 HE1 CZ OH CE2 HE2 CD2 HD2",
    "TRP": "CB CG CD1 HD1 NE1 HE1 CE2 CZ2 HZ2 CH2 HH2 CZ3 HZ3 CE3 HE3 CD2",
}  # fmt: skip
RADII_ANGSTROM = {"H": 1.22, "C": 1.70, "N": 1.55, "O": 1.40, "S": 1.80}  # Word 1999, 10.1006/jmbi.1998.2400
POLAR_HYDROGEN_ANGSTROM = 1.05  # same source


@pytest.fixture(scope="module")
def force_field() -> ForceField:
    return ForceField("amber14/protein.ff14SB.xml")


@pytest.fixture(scope="module")
def ideal() -> dict[str, list[tuple[tuple[str, ...], float]]]:
    values: dict[str, list[tuple[tuple[str, ...], float]]] = {name: [] for name in AMINO_ACIDS}
    with (Path(__file__).parents[1] / "data" / "engh_huber_2001.csv").open() as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            values[row["residue"]].append((tuple(row["atoms"].split("-")), float(row["mean"])))
    return values


@pytest.fixture(scope="module")
def peptide() -> Complex:
    return build_peptide()


def at_site(complex_: Complex) -> dict[str, np.ndarray]:
    return {a.name: complex_.positions[a.index] for a in protein_residue(complex_, SITE_ID).atoms()}


def bonded_names(topology: Topology) -> set[frozenset[str]]:
    residues = [residue for residue in topology.residues() if residue.id == str(SITE)]
    return {frozenset((a.name, b.name)) for a, b in topology.bonds() if a.residue is b.residue is residues[0]}


def assert_matches_template(complex_: Complex, state: str, force_field: ForceField) -> None:
    """Names, order-free, and bonds are those of ff14SB's residue."""
    force_field.createSystem(complex_.topology)
    index = protein_residue(complex_, SITE_ID).index
    template = force_field.getMatchingTemplates(complex_.topology)[index]
    assert template.name == {"HIS": "HIE"}.get(state, state)
    assert {atom.name for atom in template.atoms} == set(at_site(complex_))
    names = [atom.name for atom in template.atoms]
    assert {frozenset((names[a], names[b])) for a, b in template.bonds} == bonded_names(complex_.topology)


def assert_ideal(atoms: dict[str, np.ndarray], expected: list[tuple[tuple[str, ...], float]]) -> None:
    for names, mean in expected:
        points = [atoms[name] for name in names]
        if len(names) == 2:
            assert np.linalg.norm(points[0] - points[1]) == pytest.approx(mean, abs=BOND_TOLERANCE_ANGSTROM), names
        else:
            assert angle_degrees(*points) == pytest.approx(mean, abs=ANGLE_TOLERANCE_DEGREES), names


def assert_flat(atoms: dict[str, np.ndarray], names: list[str]) -> None:
    points = np.array([atoms[name] for name in names if name in atoms])
    assert np.linalg.svd(points - points.mean(axis=0))[1][-1] < 0.01


def assert_left_handed(atoms: dict[str, np.ndarray], centre: str, *others: str) -> None:
    """The first three others, seen from the fourth side, run as in the L-amino acid: N, C, CB about CA."""
    first, second, third = (atoms[name] - atoms[centre] for name in others)
    assert np.dot(np.cross(first, second), third) > 1.0


@pytest.mark.parametrize(("wild_type", "mutant"), list(itertools.permutations(AMINO_ACIDS, 2)))
def test_all_380_substitutions(wild_type: str, mutant: str, peptide: Complex, force_field: ForceField, ideal) -> None:
    before = substitute(peptide, SITE_ID, wild_type)
    after = substitute(before, SITE_ID, mutant)
    atoms = at_site(after)
    for name in ("N", "CA", "C", "O"):
        assert np.array_equal(atoms[name], at_site(before)[name])
    assert_matches_template(after, mutant, force_field)
    assert_ideal(atoms, ideal[mutant])
    assert_flat(atoms, FLAT_GROUPS.get(mutant, "N CA C").split())
    if mutant != "GLY":
        assert_left_handed(atoms, "CA", "N", "C", "CB")
    if mutant in ("ILE", "THR"):
        branch = {"ILE": ("CG1", "CG2"), "THR": ("OG1", "CG2")}[mutant]
        assert_left_handed(atoms, "CB", *branch, "CA")


@pytest.mark.parametrize("state", STATES)
def test_every_rotamer_of_half_a_percent_or_more_is_ideal(
    state: str, peptide: Complex, force_field: ForceField, ideal
) -> None:
    built = substitute(peptide, SITE_ID, state)
    assert_matches_template(built, state, force_field)
    name = protein_residue(built, SITE_ID).name
    coordinates, _ = place_rotamers(built, SITE_ID, rotamers_of(name))
    for placed in coordinates:
        atoms = at_site(with_side_chain(built, SITE_ID, placed))
        assert_ideal(atoms, ideal[name])
        assert_flat(atoms, FLAT_GROUPS.get(name, "N CA C").split())


@pytest.mark.parametrize("state", STATES)
def test_hydrogens_lie_at_the_force_fields_distances_and_angles(state: str, peptide: Complex, force_field) -> None:
    built = substitute(peptide, SITE_ID, state)
    system = force_field.createSystem(built.topology)
    forces = {type(force): force for force in system.getForces()}
    atoms = list(built.topology.atoms())
    x = built.positions

    def concerns(*indices: int) -> bool:
        inside = all(atoms[i].residue.id == str(SITE) for i in indices)
        return inside and any(atoms[i].element.symbol == "H" for i in indices)

    for k in range(forces[openmm.HarmonicBondForce].getNumBonds()):
        i, j, length, _ = forces[openmm.HarmonicBondForce].getBondParameters(k)
        if concerns(i, j):
            assert np.linalg.norm(x[i] - x[j]) == pytest.approx(length.value_in_unit(angstrom), abs=0.011), (i, j)
    for k in range(forces[openmm.HarmonicAngleForce].getNumAngles()):
        i, j, m, theta, _ = forces[openmm.HarmonicAngleForce].getAngleParameters(k)
        if concerns(i, j, m):
            ideal = np.degrees(theta.value_in_unit(radian))
            # ff14SB gives every ring C-H and N-H 120°; in a five-membered ring the bisector lies at 125-127°
            tolerance = 8.0 if state[:2] == "HI" or state == "TRP" else 5.5
            assert angle_degrees(x[i], x[j], x[m]) == pytest.approx(ideal, abs=tolerance), [
                atoms[n].name for n in (i, j, m)
            ]


@pytest.mark.parametrize("mutant", AMINO_ACIDS)
def test_most_frequent_rotamer_has_no_clash_within_the_residue(mutant: str, peptide: Complex) -> None:
    built = substitute(peptide, SITE_ID, mutant)
    atoms = list(built.topology.atoms())
    graph: dict[int, set[int]] = {atom.index: set() for atom in atoms}
    for first, second in built.topology.bonds():
        graph[first.index].add(second.index)
        graph[second.index].add(first.index)
    site = [atom.index for atom in atoms if atom.residue.id == str(SITE)]
    for a, b in itertools.combinations(site, 2):
        bonds_apart = 4 if "H" in (atoms[a].element.symbol, atoms[b].element.symbol) else 3  # Probe's -4H; Word 1999
        if b not in _within(graph, a, bonds_apart):
            radii = sum(_radius(atoms, graph, index) for index in (a, b))
            overlap = radii - np.linalg.norm(built.positions[a] - built.positions[b])
            assert overlap < 0.4, (atoms[a], atoms[b])  # MolProbity's serious clash; Williams 2018, 10.1002/pro.3330


def _radius(atoms: list[Atom], graph: dict[int, set[int]], index: int) -> float:
    symbol = atoms[index].element.symbol
    polar = symbol == "H" and any(atoms[other].element.symbol != "C" for other in graph[index])
    return POLAR_HYDROGEN_ANGSTROM if polar else RADII_ANGSTROM[symbol]


def _within(graph: dict[int, set[int]], start: int, steps: int) -> set[int]:
    reached = {start}
    for _ in range(steps):
        reached |= {other for index in reached for other in graph[index]}
    return reached


@pytest.mark.parametrize("mutant", [name for name in AMINO_ACIDS if name != "GLY"])
def test_cip_labels_by_rdkit_are_those_of_l_amino_acids(mutant: str, peptide: Complex, tmp_path: Path) -> None:
    write_pdb(substitute(peptide, SITE_ID, mutant), tmp_path / "built.pdb")
    molecule = Chem.MolFromPDBFile(str(tmp_path / "built.pdb"), removeHs=False)
    Chem.AssignStereochemistryFrom3D(molecule)
    labels = {
        atom.GetPDBResidueInfo().GetName().strip(): atom.GetPropsAsDict().get("_CIPCode")
        for atom in molecule.GetAtoms()
        if atom.GetPDBResidueInfo().GetResidueNumber() == SITE
    }
    assert labels["CA"] == ("R" if mutant == "CYS" else "S")
    assert labels["CB"] == {"ILE": "S", "THR": "R"}.get(mutant)


@pytest.mark.parametrize("mutant", [name for name in AMINO_ACIDS if name not in ("ALA", "GLY", "PRO")])
def test_torsions_measured_by_mdtraj_are_the_ones_asked_for(mutant: str, peptide: Complex) -> None:
    built = substitute(peptide, SITE_ID, mutant)
    coordinates, placements = place_rotamers(built, SITE_ID, rotamers_of(mutant))
    frames = np.stack([with_side_chain(built, SITE_ID, placed).positions for placed in coordinates]) / 10
    trajectory = mdtraj.Trajectory(frames, mdtraj.Topology.from_openmm(built.topology))
    measures = (mdtraj.compute_chi1, mdtraj.compute_chi2, mdtraj.compute_chi3, mdtraj.compute_chi4)
    asked = np.array([placement.rotamer.chis_degrees for placement in placements])
    for k in range(asked.shape[1]):
        measured = np.degrees(measures[k](trajectory)[1][:, -1])
        assert np.abs(difference_degrees(measured, asked[:, k])).max() < 0.1
