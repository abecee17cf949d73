"""A ligand's file: hydrogens are added where promised, coordinates that cannot be are refused, bombs do not go off."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from support.machine.memory_ceiling import run_below_ceiling
from support.small_complex import molecule_of
from trkstruct.cli import main
from trkstruct.errors import LigandError
from trkstruct.files.shipped import shipped_path
from trkstruct.ligand.ligand_file import read_ligand_file
from trkstruct.ligand.molecule import canonical_smiles
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.stored_ligands import stored_text

READ = """
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.stored_ligands import stored_text
from trkstruct.cli import main
from trkstruct.errors import LigandError
from trkstruct.files.shipped import shipped_path
text = sys.argv[1] if len(sys.argv) < 3 else sys.argv[1] * int(sys.argv[2])
try:
    load_ligand(text, with_parameters=False)
except LigandError as error:
    print(str(error)[:2000])
"""


def sdf_of(smiles: str, path: Path, moved: dict[int, tuple[float, float, float]] | None = None) -> Path:
    molecule = molecule_of(smiles)
    for index, place in (moved or {}).items():
        molecule.GetConformer().SetAtomPosition(index, Point3D(*place))
    path.write_text(Chem.MolToMolBlock(molecule), encoding="utf-8")
    return path


SYBYL = {
    "[CX4]": "C.3", "[CX3]": "C.2", "[CX2]": "C.1", "c": "C.ar", "[OX2,OX1]": "O.3", "[OX1]=*": "O.2", "[NX3]": "N.3",
    "[NX3]-C=O": "N.am", "n": "N.ar", "[nX3]": "N.pl3", "[NX4+]": "N.4", "[NX1]#C": "N.1", "[SX2]": "S.3",
    "[OX1]C=[OX1]": "O.co2", "[OX1]=C[OX1-]": "O.co2", "[F]": "F", "[Cl]": "Cl", "[NX2]": "N.2",
    "[CX3](=[N+])(N)N": "C.cat", "[N+](=O)[O-]": "N.pl3",
}  # fmt: skip


def mol2_of(smiles: str, *, hydrogens: bool) -> str:
    """A MOL2 text with SYBYL types, as Open Babel writes it; 5-rings with aromatic bonds too."""
    molecule = molecule_of(smiles)
    types = {atom.GetIdx(): "H" for atom in molecule.GetAtoms()}
    for smarts, kind in SYBYL.items():
        types.update({match[0]: kind for match in molecule.GetSubstructMatches(Chem.MolFromSmarts(smarts))})
    kept = [atom.GetIdx() for atom in molecule.GetAtoms() if hydrogens or atom.GetAtomicNum() > 1]
    number = {index: place for place, index in enumerate(kept, start=1)}
    positions = molecule.GetConformer().GetPositions()
    atoms = [
        f"{number[i]} {molecule.GetAtomWithIdx(i).GetSymbol()}{number[i]} {x:.4f} {y:.4f} {z:.4f} {types[i]} 1 LIG 0.0"
        for i, (x, y, z) in ((i, positions[i]) for i in kept)
    ]
    pairs = [b for b in molecule.GetBonds() if b.GetBeginAtomIdx() in number and b.GetEndAtomIdx() in number]
    order = {1.0: "1", 2.0: "2", 3.0: "3", 1.5: "ar"}
    bonds = [
        f"{n} {number[b.GetBeginAtomIdx()]} {number[b.GetEndAtomIdx()]} {order[b.GetBondTypeAsDouble()]}"
        for n, b in enumerate(pairs, start=1)
    ]
    head = ["@<TRIPOS>MOLECULE", "x", f"{len(atoms)} {len(bonds)} 0 0 0", "SMALL", "NO_CHARGES", ""]
    return "\n".join([*head, "@<TRIPOS>ATOM", *atoms, "@<TRIPOS>BOND", *bonds, ""])


@pytest.mark.parametrize(
    "smiles",
    [
        "CC(=O)NC", "Cc1ccccc1", "C[NH+](C)Cc1ccncc1", "CC(=O)[O-]", "Clc1ccc2[nH]ccc2c1", "O=[N+]([O-])c1ccccc1",
        "NC(N)=[NH2+]", "CC#N", "C[C@H](O)CF", "c1c[nH]cn1", "O=C(NC)c1cc[nH]n1",
    ],
)  # fmt: skip
def test_a_mol2_file_gets_the_hydrogens_that_it_lacks(smiles: str, tmp_path: Path) -> None:
    path = tmp_path / "bare.mol2"
    path.write_text(mol2_of(smiles, hydrogens=False), encoding="utf-8")
    molecule, notes = read_ligand_file(path)
    assert canonical_smiles(molecule) == canonical_smiles(Chem.MolFromSmiles(smiles))
    assert "lacks" in notes[0] and "hydrogens" in notes[0]


def test_a_mol2_file_with_hydrogens_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "whole.mol2"
    path.write_text(mol2_of("CC(=O)NC", hydrogens=True), encoding="utf-8")
    molecule, notes = read_ligand_file(path)
    assert (canonical_smiles(molecule), notes) == ("CNC(C)=O", ())


def test_the_reason_of_rdkit_is_given(tmp_path: Path) -> None:
    path = sdf_of("C[NH+](C)C", tmp_path / "amine.sdf")
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("M  CHG")))
    with pytest.raises(LigandError, match="atom 2 N, 4, is greater than permitted") as error:
        load_ligand(str(path))
    assert "cut off" not in str(error.value)
    gaff = tmp_path / "gaff.mol2"
    gaff.write_text(mol2_of("Oc1ccccc1", hydrogens=True).replace("O.3", "oh").replace("C.ar", "ca"), encoding="utf-8")
    with pytest.raises(LigandError, match=r"Element 'oh' not found.*SYBYL"):
        load_ligand(str(gaff))


@pytest.mark.parametrize("place", [(1e30, 0, 1), (9999.0, 9999.0, 9999.0), (0, -9999.999, 0)])
def test_coordinates_that_cannot_be_are_refused(place: tuple[float, float, float], tmp_path: Path) -> None:
    """Written as V3000, whose columns are as wide as they need be."""
    molecule = molecule_of("CCO")
    molecule.GetConformer().SetAtomPosition(2, Point3D(*place))
    path = tmp_path / "far.sdf"
    path.write_text(Chem.MolToV3KMolBlock(molecule), encoding="utf-8")
    with pytest.raises(LigandError, match=r"atom 3 \(O\).*no place in a structure"):
        read_ligand_file(path)


def test_hydrogens_at_the_origin_are_refused(tmp_path: Path) -> None:
    path = sdf_of("CCO", tmp_path / "zero.sdf", {6: (0, 0, 0), 7: (0, 0, 0)})
    with pytest.raises(LigandError, match=r"atom 8 \(H\).*lies on atom 7 \(H\) \(0.00 Å"):
        read_ligand_file(path)
    single = sdf_of("CCO", tmp_path / "one.sdf", {8: (30, 30, 30)})
    with pytest.raises(LigandError, match=r"bond between atom 3 \(O\) and atom 9 \(H\).* Å long"):
        read_ligand_file(single)


def test_rigid_motion_changes_nothing_of_what_is_accepted(tmp_path: Path) -> None:
    molecule = molecule_of("CC(=O)Nc1ccc(O)cc1")
    for shift in (0.0, 500.0, -800.0):
        molecule.GetConformer().SetPositions(molecule.GetConformer().GetPositions() + np.array([shift, 0, shift / 2]))
        path = tmp_path / "moved.sdf"
        path.write_text(Chem.MolToMolBlock(molecule), encoding="utf-8")
        assert canonical_smiles(read_ligand_file(path)[0]) == "CC(=O)Nc1ccc(O)cc1"


V3000 = (
    "\n  x\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS {counts}\nM  V30 BEGIN ATOM\n"
)


@pytest.mark.parametrize(
    "counts", ["999999999 0 0 0 0", "1 999999999 0 0 0", "1 0 999999999 0 0", "500000 500000 0 0 0", "1 0 0 99999999 0"]
)
def test_a_small_file_that_announces_a_large_molecule_takes_no_memory(counts: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.sdf"
    path.write_text(V3000.format(counts=counts) + "M  V30 1 C 0 0 1 0\nM  V30 END ATOM\nM  V30 END CTAB\nM  END\n")
    assert "announces more than" in run_below_ceiling(READ, str(path))


def test_a_mol2_header_that_lies_takes_no_memory(tmp_path: Path) -> None:
    for line in ("999999999 1 0", "1 999999999 0"):
        path = tmp_path / "bomb.mol2"
        path.write_text(f"@<TRIPOS>MOLECULE\nx\n{line}\nSMALL\n\n@<TRIPOS>ATOM\n1 C1 0 0 1 C.3\n@<TRIPOS>BOND\n")
        assert "third line is wrong" in run_below_ceiling(READ, str(path))


@pytest.mark.parametrize(
    ("piece", "times", "said"),
    [("C(", 60_000, "characters"), ("C(", 400, "nests"), ("[Na+].", 200_000, "characters"), ("C.", 1000, "fragments"),
     ("C", 9_999, "atoms"), ("x=C(", 30_000, "characters")],
)  # fmt: skip
def test_smiles_bombs_are_refused_at_once(piece: str, times: int, said: str) -> None:
    assert said in run_below_ceiling(READ, piece, str(times), seconds=30)


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.sdf"
    with path.open("wb") as file:
        file.truncate(20_000_000_000)  # sparse: takes no room
    assert "more than 100 MB" in run_below_ceiling(READ, str(path))
    long = tmp_path / "long.sdf"
    long.write_text("x" * 2_000_000)
    with pytest.raises(LigandError, match="takes 2000000 characters"):
        read_ligand_file(long)


def test_nothing_in_a_ligands_file_steers_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x9b31m"
    flat = tmp_path / f"{evil}.sdf"
    flat.write_text(f"{evil}\n{evil}\n", encoding="utf-8")
    broken = tmp_path / "broken.mol2"
    broken.write_text(mol2_of("Oc1ccccc1", hydrogens=True).replace("O.3", f"o{evil}"), encoding="utf-8")
    for ligand in (flat, broken, f"C{evil}C"):
        result = CliRunner().invoke(main, ["scan", "--kinase", "TRKA", "--mutation", "G595R", "--ligand", str(ligand)])
        assert result.exit_code == 2
        assert not set("\x1b\x07\x9b") & set(result.output)


def test_a_stored_ligand_is_no_bomb_either(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    table = V3000.format(counts="999999999 0 0 0 0") + "M  V30 1 C 0 0 1 0\nM  V30 END ATOM\nM  V30 END CTAB\nM  END\n"
    ligand = replace(load_ligand("larotrectinib"), name="mine", molblock=table)
    path.write_text(stored_text(asdict(ligand)), encoding="utf-8")
    assert "announces more than" in run_below_ceiling(READ, str(path))
    with path.open("wb") as file:
        file.truncate(20_000_000_000)
    assert "larger than 10 MB" in run_below_ceiling(READ, str(path))
    path.write_text("[" * 200_000, encoding="utf-8")
    assert "cannot be read" in run_below_ceiling(READ, str(path))


@pytest.mark.parametrize("column", [28, 29, *range(31, 40)])
def test_a_character_that_is_not_ascii_in_an_atom_is_answered_in_words(column: int, tmp_path: Path) -> None:
    lines = (shipped_path("ligands") / "larotrectinib.sdf").read_text().split("\n")
    lines[6] = f"{lines[6][:column]}é{lines[6][column + 1 :]}"
    path = tmp_path / "odd.sdf"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(LigandError, match="RDKit"):
        load_ligand(str(path), with_parameters=False)


@pytest.mark.parametrize("number", ["     1e+30", "       nan", "       inf", "       abc"])
def test_a_coordinate_that_is_none_is_told_with_its_line_and_nothing_else(
    number: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    molecule = Chem.AddHs(Chem.MolFromSmiles("CCO"))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    lines = Chem.MolToMolBlock(molecule).splitlines()
    lines[5] = number + lines[5][10:]
    path = tmp_path / "odd.sdf"
    path.write_text("\n".join([*lines, "$$$$", ""]))
    with pytest.raises(LigandError, match=r"coordinates on line 6 .*numbers"):
        read_ligand_file(path)
    assert capfd.readouterr().err == ""
