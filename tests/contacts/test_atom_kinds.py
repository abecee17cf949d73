"""What each atom of an amino acid is: donor, acceptor, charged, with and without hydrogens, by textbook tables."""

import numpy as np
import pytest
from openmm.app import Element, Topology
from rdkit import Chem

from support.peptides import SITE, build_peptide
from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.contacts.radii import (
    AtomTypes,
    classify_atoms,
    contact_distances,
    hydrogen_bond_allowances,
    neighbours_of,
    select_types,
)
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.sidechain.substitute import substitute

SITE_ID = ResidueId("A", SITE)
AMINO_ACIDS = sorted(ONE_TO_THREE.values())
STATES = [*AMINO_ACIDS, "HID", "HIE", "HIP", "ASH", "GLH", "LYN", "CYM"]
DONORS = {
    "ARG": "NE NH1 NH2", "ASN": "ND2", "GLN": "NE2", "HIS": "NE2", "LYS": "NZ", "SER": "OG", "THR": "OG1", "TRP": "NE1",
    "TYR": "OH", "CYS": "SG", "HID": "ND1", "HIE": "NE2", "HIP": "ND1 NE2", "ASH": "OD2", "GLH": "OE2", "LYN": "NZ",
}  # fmt: skip
ACCEPTORS = {
    "ASN": "OD1", "GLN": "OE1", "ASP": "OD1 OD2", "GLU": "OE1 OE2", "HIS": "ND1", "SER": "OG", "THR": "OG1",
    "TYR": "OH", "CYS": "SG", "MET": "SD", "HID": "NE2", "HIE": "ND1", "ASH": "OD1 OD2", "GLH": "OE1 OE2", "LYN": "NZ",
    "CYM": "SG",
}  # fmt: skip
CATIONS = {"ARG": "NE NH1 NH2", "LYS": "NZ", "HIP": "ND1 NE2"}
ANIONS = {"ASP": "OD1 OD2", "GLU": "OE1 OE2"}


def classified(state: str, hydrogens: bool = True) -> tuple[dict[str, int], AtomTypes]:
    """Index of each atom of the middle residue of a peptide, by name, and the types of all atoms."""
    complex_ = substitute(build_peptide(hydrogens=hydrogens), SITE_ID, state)
    atoms = {atom.name: atom.index for atom in complex_.topology.atoms() if atom.residue.id == str(SITE)}
    return atoms, classify_atoms(complex_.topology)


def heavy(atoms: dict[str, int], flags: np.ndarray) -> set[str]:
    return {name for name, index in atoms.items() if name[0] != "H" and flags[index]}


@pytest.mark.parametrize("state", STATES)
def test_kinds_of_a_complete_residue(state: str) -> None:
    atoms, types = classified(state)
    backbone = set() if state == "PRO" else {"N"}
    assert heavy(atoms, types.donor) == backbone | set(DONORS.get(state, "").split())
    assert heavy(atoms, types.acceptor) == {"O"} | set(ACCEPTORS.get(state, "").split())
    assert heavy(atoms, types.charge > 0) == set(CATIONS.get(state, "").split())
    assert heavy(atoms, types.charge < 0) == set(ANIONS.get(state, "").split())
    assert not types.united.any()
    assert {name for name, index in atoms.items() if types.hydrogen[index]} == {n for n in atoms if n[0] == "H"}
    giving = {name for name, index in atoms.items() if name[0] == "H" and types.donor[index]}
    assert len(giving) == _polar_hydrogens(state)
    positive = {name for name, index in atoms.items() if name[0] == "H" and types.charge[index] > 0}
    assert len(positive) == {"ARG": 5, "LYS": 3, "HIP": 2}.get(state, 0)
    assert not any(types.charge[index] < 0 for name, index in atoms.items() if name[0] == "H")


def _polar_hydrogens(state: str) -> int:
    own = {"ARG": 5, "LYS": 3, "LYN": 2, "HIP": 2, "HIS": 1, "HID": 1, "HIE": 1, "ASN": 2, "GLN": 2, "SER": 1, "THR": 1}
    own |= {"TYR": 1, "CYS": 1, "TRP": 1, "ASH": 1, "GLH": 1}
    return own.get(state, 0) + (state != "PRO")


@pytest.mark.parametrize("residue", AMINO_ACIDS)
def test_kinds_of_a_residue_without_hydrogens(residue: str) -> None:
    """Both nitrogens of a histidine may give and take; nothing else of nitrogen takes."""
    atoms, types = classified(residue, hydrogens=False)
    backbone = set() if residue == "PRO" else {"N"}
    assert heavy(atoms, types.donor) == backbone | set({**DONORS, "HIS": "ND1 NE2"}.get(residue, "").split())
    assert heavy(atoms, types.acceptor) == {"O"} | set({**ACCEPTORS, "HIS": "ND1 NE2"}.get(residue, "").split())
    assert heavy(atoms, types.charge > 0) == set({"ARG": "NE NH1 NH2", "LYS": "NZ"}.get(residue, "").split())
    assert heavy(atoms, types.charge < 0) == set(ANIONS.get(residue, "").split())
    assert all(types.united[index] for index in atoms.values())
    assert set(types.charge.tolist()) <= {-1, 0, 1}
    expected = {"C": 1.90, "N": 1.70, "O": 1.50, "S": 1.90}
    for name, index in atoms.items():
        carbonyl = name == "C" or (residue, name) in {("ASN", "CG"), ("ASP", "CG"), ("GLN", "CD"), ("GLU", "CD")}
        radius = 1.90 * 1.65 / 1.75 if carbonyl else expected[name[0]]
        assert types.radii_angstrom[index] == pytest.approx(radius), name


def test_the_charged_ends_of_a_chain() -> None:
    complex_ = build_peptide(capped=False)
    types = classify_atoms(complex_.topology)
    charged = {(a.residue.id, a.name): int(types.charge[a.index]) for a in complex_.topology.atoms()}
    assert {key for key, charge in charged.items() if charge > 0} == {("594", n) for n in ("N", "H1", "H2", "H3")}
    assert {key for key, charge in charged.items() if charge < 0} == {("596", "O"), ("596", "OXT")}


@pytest.mark.parametrize(
    ("smiles", "pattern", "kinds"),
    [
        ("c1ccccc1", "c", ["H aromatic"]),
        ("c1cc[nH]c1", "c", ["H aromatic"]),
        ("c1ccsc1", "c", ["H aromatic"]),
        ("c1ccoc1", "c", ["H aromatic"]),
        ("O=S1C=CC=C1", "[CX3]", ["H"]),  # three neighbours at the sulfur
        ("C[N+]1(C)C=CC=C1", "[CX3]", ["H"]),  # four at the nitrogen
        ("C1CCCCC1", "C", ["H"]),
        ("C1=CC=CC=CC1", "[CX3]", ["H"]),  # tropylidene: seven in the ring
        ("C1=CC1", "[CX3]", ["H"]),  # three
        ("C=CC=CC=C", "[CX3]", ["H"]),  # no ring
        ("CO", "O", ["H polar"]),
        ("CS", "S", ["H polar"]),
        ("CN", "N", ["H polar"]),
        ("CP", "P", ["H"]),
    ],
)
def test_the_radius_of_a_hydrogen_tells_its_neighbour(smiles: str, pattern: str, kinds: list[str]) -> None:
    radii = {"H": 1.17, "H aromatic": 1.00, "H polar": 1.00}
    molecule = molecule_of(smiles)
    types = classify_atoms(with_molecule(None, molecule).topology)
    for (index,) in molecule.GetSubstructMatches(Chem.MolFromSmarts(pattern)):
        found = {
            float(types.radii_angstrom[n.GetIdx()])
            for n in molecule.GetAtomWithIdx(index).GetNeighbors()
            if n.GetAtomicNum() == 1
        }
        assert found == {radii[kind] for kind in kinds}


@pytest.mark.parametrize(
    ("smiles", "charged"),
    [
        ("CP(=O)([O-])[O-]", {"O": 3}),
        ("COP(=O)([O-])OC", {"O": 2}),
        ("CS(=O)(=O)N", {}),
        ("CS(=O)(=O)[O-]", {"O": 3}),
        ("CC(N)=[NH2+]", {"N": 2, "H": 4}),
        ("CC(N)=N", {}),
        ("NC(N)=[NH2+]", {"N": 3, "H": 6}),
        ("CN=C(N)N", {}),
        ("C[N+](C)(C)C", {"N": 1}),
        ("NC(N)=S", {}),
        ("CN(C)CN(C)C", {}),
        ("CN(C)C(=C)N(C)C", {}),
        ("CC(=O)N", {}),
        ("CC(=O)OC", {}),
        ("NC(=O)N", {}),
        ("C[n+]1cc[nH]c1", {"N": 2, "H": 1}),
        ("Nc1ccccn1", {}),
        ("c1ccc2[nH]cnc2c1", {}),
    ],
)
def test_charged_groups(smiles: str, charged: dict[str, int]) -> None:
    molecule = molecule_of(smiles)
    charge = classify_atoms(with_molecule(None, molecule).topology).charge
    symbols = [atom.GetSymbol() for atom in molecule.GetAtoms() if charge[atom.GetIdx()]]
    assert {symbol: symbols.count(symbol) for symbol in symbols} == charged


@pytest.mark.parametrize(
    ("counts", "donor", "acceptor"),
    [({}, True, True), ({1: 0}, False, True), ({1: 1}, True, True), ({1: 2}, True, True)],
)
def test_the_chemistry_of_a_bare_ligand_says_whether_nitrogen_gives(
    counts: dict[int, int], donor: bool, acceptor: bool
) -> None:
    """C-N-C: an amine with nothing or one hydrogen known; without chemistry it may do both."""
    bare = complex_of([("L:LIG1", "C1", (0, 0, 0)), ("L:LIG1", "N1", (1.4, 0, 0)), ("L:LIG1", "C2", (2, 1, 0))],
                      [(0, 1), (1, 2)])  # fmt: skip
    types = classify_atoms(bare.topology, counts)
    assert (bool(types.donor[1]), bool(types.acceptor[1])) == (donor, acceptor and sum(counts.values()) < 2)


def test_hydrogens_that_are_known_turn_a_terminal_oxygen_into_a_hydroxyl() -> None:
    """C(-C)(-C)-O bare: a ketone by its bonds, an alcohol where the chemistry says so; two such make no acid then."""
    rows = [("L:LIG1", name, (k, k % 2, 0)) for k, name in enumerate(("C1", "O1", "O2", "C2"))]
    acid = complex_of(rows, [(0, 1), (0, 2), (0, 3)]).topology
    assert classify_atoms(acid).charge.tolist() == [0, -1, -1, 0]
    assert classify_atoms(acid, {2: 1}).charge.tolist() == [0, 0, 0, 0]
    carbonyl, diol = classify_atoms(acid, {2: 1}), classify_atoms(acid, {1: 1, 2: 1})
    assert carbonyl.radii_angstrom[0] == pytest.approx(1.90 * 1.65 / 1.75)
    assert diol.radii_angstrom[0] == pytest.approx(1.90)
    assert carbonyl.donor.tolist() == [False, True, True, False]


def test_every_element_has_its_radius_and_unknown_ones_that_of_sulfur() -> None:
    """Probe's table, Word 1999, 10.1006/jmbi.1998.2400; boron is not in it."""
    topology = Topology()
    residue = topology.addResidue("UNK", topology.addChain("A"))
    symbols = {"P": 1.80, "F": 1.30, "Cl": 1.77, "Br": 1.95, "I": 2.10, "Zn": 0.71, "Mg": 0.65, "B": 1.80, "Si": 1.80}
    for symbol in symbols:
        topology.addAtom(symbol, Element.getBySymbol(symbol), residue)
    topology.addAtom("EP", None, residue)
    types = classify_atoms(topology)
    np.testing.assert_allclose(types.radii_angstrom, [*symbols.values(), 1.80])
    assert not (types.donor | types.acceptor | types.united | types.hydrogen).any()


def test_selected_types_and_distances_are_those_of_the_pairs() -> None:
    molecule = with_molecule(None, molecule_of("CC(=O)Nc1ccc([NH3+])cc1"))
    types = classify_atoms(molecule.topology)
    order = np.array([5, 0, 3, 3])
    some = select_types(types, order)
    for name in ("radii_angstrom", "donor", "acceptor", "charge", "hydrogen", "united"):
        np.testing.assert_array_equal(getattr(some, name), getattr(types, name)[order])
    matrix = contact_distances(some, types)
    assert matrix.shape == (4, len(molecule.positions))
    for row, i in enumerate(order):
        for j in range(len(molecule.positions)):
            bonds = (types.donor[i] and types.acceptor[j]) or (types.donor[j] and types.acceptor[i])
            allowed = (0.8 if types.charge[i] * types.charge[j] < 0 else 0.6) if bonds else 0.0
            assert matrix[row, j] == pytest.approx(types.radii_angstrom[i] + types.radii_angstrom[j] - allowed)


def test_hydrogens_are_not_counted_twice_and_one_alone_has_no_charge() -> None:
    molecule = molecule_of("CCNC")
    topology = with_molecule(None, molecule).topology
    ((nitrogen,),) = molecule.GetSubstructMatches(Chem.MolFromSmarts("N"))
    assert classify_atoms(topology).acceptor[nitrogen]
    assert classify_atoms(topology, {nitrogen: 1}).acceptor[nitrogen]
    assert classify_atoms(complex_of([("L:LIG1", "H1", (0, 0, 0))], []).topology).charge.tolist() == [0]


def test_a_bare_pyridine_takes_a_hydrogen_bond() -> None:
    ring = Chem.MolFromSmiles("c1ccncc1")
    rows = [("L:LIG1", f"{atom.GetSymbol()}{atom.GetIdx()}", (atom.GetIdx(), 0, 0)) for atom in ring.GetAtoms()]
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in ring.GetBonds()]
    types = classify_atoms(complex_of(rows, bonds).topology)
    assert types.acceptor.tolist() == [atom.GetSymbol() == "N" for atom in ring.GetAtoms()]


def test_sulfur_with_oxygens_takes_nothing_but_its_oxygen_does() -> None:
    for smiles in ("CS(C)=O", "CS(C)(=O)=O"):
        molecule = molecule_of(smiles)
        types = classify_atoms(with_molecule(None, molecule).topology)
        taking = {a.GetSymbol() for a in molecule.GetAtoms() if types.acceptor[a.GetIdx()]}
        assert taking == {"O"}


def test_carbons_are_united_where_only_polar_hydrogens_were_kept() -> None:
    rows = [("A:VAL524", "CB", (0, 0, 0)), ("A:VAL524", "N", (9, 0, 0)), ("A:VAL524", "H", (10, 0, 0))]
    types = classify_atoms(complex_of(rows, [(1, 2)]).topology)
    assert types.united.tolist() == [True, False, False]
    np.testing.assert_allclose(types.radii_angstrom, [1.90, 1.55, 1.00])


def test_an_anion_and_a_neutral_donor_have_the_smaller_allowance() -> None:
    types = classify_atoms(with_molecule(None, molecule_of("CNC(=O)CC(=O)[O-]")).topology)
    anion, donor = np.flatnonzero(types.charge < 0)[:1], np.flatnonzero(types.hydrogen & types.donor)
    assert types.charge[donor].tolist() == [0]
    for pair in ((anion, donor), (donor, anion)):
        assert hydrogen_bond_allowances(*(select_types(types, each) for each in pair)).tolist() == [0.6]


def test_neighbours_are_those_of_rdkit_in_order() -> None:
    molecule = molecule_of("CC(C)(O)c1ccncc1")
    found = neighbours_of(with_molecule(None, molecule).topology)
    expected = tuple(tuple(sorted(n.GetIdx() for n in atom.GetNeighbors())) for atom in molecule.GetAtoms())
    assert found == expected
