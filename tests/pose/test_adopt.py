"""The ligand of a file understood: atoms that it lacks are built, and what is no such molecule is refused."""

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from support.cut_ligand import TAILS, cut_complex
from support.small_complex import complex_of, molecule_of, with_molecule
from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, find_clashes
from trkstruct.errors import LigandError
from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.ligand.molecule import canonical_smiles
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.adopt import adopt_ligand, place_on_seen
from trkstruct.structure.complex import Complex, ligand_atoms, select_atoms
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex
from trkstruct.structure.shipped_models import load_shipped

ACID = "mine=C[C@H](O)c1ccc(/C=C/C(=O)O)cc1"


def shown(smiles: str, hide: str = "") -> tuple[Complex, str]:
    """A molecule alone in a file, as atoms and bonds; without the atoms that match ``hide``."""
    molecule = molecule_of(smiles)
    hidden = set(molecule.GetSubstructMatch(Chem.MolFromSmarts(hide))) if hide else set()
    complex_ = with_molecule(None, molecule)
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1 and atom.GetIdx() not in hidden]
    return select_atoms(complex_, heavy), smiles


def isomer_shown(ligand: Ligand) -> str:
    """SMILES whose stereo is read from the coordinates alone."""
    molecule = to_molecule(ligand)
    for atom in molecule.GetAtoms():
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    Chem.AssignStereochemistryFrom3D(molecule)
    return canonical_smiles(molecule)


@pytest.mark.parametrize("drug", TAILS)
def test_a_tail_that_the_file_lacks_is_built_and_what_it_has_stays(drug: str, tmp_path: Path) -> None:
    cut, ligand, seen = cut_complex(drug, TAILS[drug])
    write_pdb(cut, tmp_path / "cut.pdb")
    read = load_complex(tmp_path / "cut.pdb", ligand_residue="LIG")
    placed = place_on_seen(read, ligand)
    whole = load_shipped("TRKA", drug)
    before = dict(
        zip(
            (a.name for a in whole.topology.atoms() if a.residue.name == "LIG"),
            whole.positions[ligand_atoms(whole)],
            strict=True,
        )
    )
    after = dict(zip(ligand.atom_names, to_molecule(placed).GetConformer().GetPositions(), strict=True))
    assert max(np.linalg.norm(after[name] - before[name]) for name in seen) < 0.002
    assert isomer_shown(placed) == ligand.smiles
    assert (placed.formal_charge, placed.parameters_xml) == (ligand.formal_charge, ligand.parameters_xml)
    built = {name for name in ligand.atom_names if not name.startswith("H")} - seen
    assert f"Built {len(built)} of the {len(built) + len(seen)} heavy atoms" in placed.notes[-1]
    assert all(name in placed.notes[-1] for name in built)
    hydrogens = {name for name in ligand.atom_names if name.startswith("H")}
    clashes = find_clashes(adopt_ligand(read, ligand), placed)
    worst = [c for c in clashes if c.ligand_atom in built and c.overlap_angstrom > MODERATE_OVERLAP_ANGSTROM]
    assert worst == []
    assert max((c.overlap_angstrom for c in clashes if c.ligand_atom in hydrogens), default=0) < 0.9


def test_the_same_seed_builds_the_same_place_and_another_seed_another() -> None:
    cut, ligand, _ = cut_complex("larotrectinib", TAILS["larotrectinib"])
    first, again, other = (place_on_seen(cut, ligand, seed=seed).molblock for seed in (0, 0, 5))
    assert first == again != other


def test_bonds_and_angles_of_what_is_built_are_those_of_a_molecule() -> None:
    complex_, _ = shown("CCN(CC)CCNC(=O)c1ccc(F)cc1", hide="CCN(CC)CC")
    ligand = load_ligand("mine=CCN(CC)CCNC(=O)c1ccc(F)cc1", with_parameters=False)
    molecule = to_molecule(place_on_seen(complex_, ligand))
    points = molecule.GetConformer().GetPositions()
    for bond in molecule.GetBonds():
        length = float(np.linalg.norm(points[bond.GetBeginAtomIdx()] - points[bond.GetEndAtomIdx()]))
        heavy = bond.GetBeginAtom().GetAtomicNum() > 1 and bond.GetEndAtom().GetAtomicNum() > 1
        assert (1.15 if heavy else 0.95) < length < (1.65 if heavy else 1.2)
    apart = Chem.GetDistanceMatrix(molecule)
    close = np.linalg.norm(points[:, None] - points[None], axis=-1)[apart > 3]
    assert close.min() > 1.6


def test_without_building_a_ligand_with_missing_atoms_is_refused_with_both_compositions() -> None:
    complex_, smiles = shown("CCNC(=O)c1ccc(F)cc1", hide="[CH3][CH2]")
    with pytest.raises(LigandError, match=r"10 heavy atoms, C7 F N O; .* has 12, C9 F N O.*--no-build-ligand"):
        place_on_seen(complex_, load_ligand(f"mine={smiles}", with_parameters=False), build_ligand=False)


@pytest.mark.parametrize(
    ("there", "given", "why"),
    [
        ("c1ccccc1C(=O)N", "mine=CCCCCCCCCCCCc1ccccc1C(=O)N", "too little"),
        ("CCO", "mine=CCOC", "too little"),
        ("c1ccncc1C(=O)N", "mine=CCc1ccccc1C(=O)N", "another molecule"),
        ("c1ccccc1C(=O)NC", "mine=c1ccccc1C(=O)N", "another molecule"),
        ("CC(C)c1ccccc1", "mine=CCCc1ccccc1", "joined in another way"),
    ],
)
def test_what_is_another_molecule_or_too_little_of_it_is_refused(there: str, given: str, why: str) -> None:
    complex_, _ = shown(there)
    with pytest.raises(LigandError, match=why):
        place_on_seen(complex_, load_ligand(given, with_parameters=False))


def test_a_chain_that_cannot_be_bent_into_the_ring_of_the_molecule_is_refused() -> None:
    complex_, _ = shown("CCCCCCC(=O)N")
    with pytest.raises(LigandError, match=r"no part|cannot be built"):
        place_on_seen(complex_, load_ligand("mine=NC(=O)CC1CCCCC1", with_parameters=False))


def test_an_element_that_the_file_has_wrong_is_named() -> None:
    """The element column empty and the name in the wrong column: CL is read as a carbon."""
    molecule = Chem.RemoveHs(molecule_of("Cc1ccc(Cl)cc1"))
    names = ["CL" if atom.GetSymbol() == "Cl" else f"C{atom.GetIdx()}" for atom in molecule.GetAtoms()]
    rows = list(zip(["L:LIG1"] * len(names), names, molecule.GetConformer().GetPositions(), strict=True))
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    with pytest.raises(LigandError, match=r"8 heavy atoms, C8; .* has 8, C7 Cl\..*atom CL as C"):
        place_on_seen(complex_of(rows, bonds), load_ligand("mine=Cc1ccc(Cl)cc1", with_parameters=False))


@pytest.mark.parametrize("hide", ["", "[CX3](=O)[OX2H]"])
@pytest.mark.parametrize("other", ["C[C@@H](O)c1ccc(/C=C/C(=O)O)cc1", "C[C@H](O)c1ccc(/C=C\\C(=O)O)cc1"])
def test_the_other_isomer_is_refused_as_far_as_it_is_seen(other: str, hide: str) -> None:
    complex_, _ = shown(other, hide=hide)
    ligand = load_ligand(ACID, with_parameters=False)
    if hide and "@@" not in other:  # the acid is not seen, so the double bond may be either
        assert canonical_smiles(to_molecule(place_on_seen(complex_, ligand))) == ligand.smiles
    else:
        with pytest.raises(LigandError, match="another stereochemistry"):
            place_on_seen(complex_, ligand)


def test_a_centre_that_is_built_is_the_isomer_that_was_given() -> None:
    for isomer in ("mine=C[C@H](O)CNC(=O)c1ccc(F)cc1", "mine=C[C@@H](O)CNC(=O)c1ccc(F)cc1"):
        complex_, _ = shown("C[C@H](O)CNC(=O)c1ccc(F)cc1", hide="[CH3][CH1](O)")
        ligand = load_ligand(isomer, with_parameters=False)
        assert isomer_shown(place_on_seen(complex_, ligand)) == ligand.smiles


def test_two_readings_of_what_is_seen_are_said_where_the_core_is_certain() -> None:
    """Of a hydroxypyrrolidine only N and one carbon are seen: that beside the alcohol or the other."""
    complex_, _ = shown("O=C(c1ccc(F)cc1Cl)N1CC[C@H](O)C1", hide="[CH2][CH1](O)[CH2]")
    placed = place_on_seen(complex_, load_ligand("mine=O=C(c1ccc(F)cc1Cl)N1CC[C@H](O)C1", with_parameters=False))
    assert "can be read in 2 ways" in placed.notes[-1]
