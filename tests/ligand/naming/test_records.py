"""Each record of a file is a ligand with a name of its own; what was changed or left out is said; the rest refused."""

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

import trkstruct
from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.score import score
from trkstruct.cli import main
from trkstruct.errors import InputError, LigandError
from trkstruct.ligand.molecule import build_3d, read_smiles
from trkstruct.ligand.naming.named_smiles import split_named
from trkstruct.ligand.naming.records import ligand_texts, molecule_text
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import load_shipped
from trkstruct.settings import Settings

PARACETAMOL, PHENACETIN = "CC(=O)Nc1ccc(O)cc1", "CC(=O)Nc1ccc(OCC)cc1"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path / "cache"))


def sdf_of(*records: tuple[str, str, int]) -> str:
    blocks = []
    for title, smiles, seed in records:
        molecule = build_3d(read_smiles(smiles)[0], seed=seed)
        molecule.SetProp("_Name", title)
        blocks.append(Chem.MolToMolBlock(molecule) + "$$$$\n")
    return "".join(blocks)


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_record_of_an_sdf_file_is_a_ligand_with_its_pose(tmp_path: Path) -> None:
    path = written(tmp_path / "two.sdf", sdf_of(("one", PARACETAMOL, 0), ("other", PHENACETIN, 0)))
    texts = ligand_texts(path)
    found = [load_ligand(text, with_parameters=False) for text in texts]
    assert [each.name for each in found] == ["one", "other"] and all(each.has_pose for each in found)
    assert [each.smiles for each in found] == [PARACETAMOL, "CCOc1ccc(NC(C)=O)cc1"]
    assert ligand_texts(texts) == texts == ligand_texts(path)


def test_poses_of_one_molecule_are_ligands_of_their_own_and_copies_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = ("drug", PARACETAMOL, 1), ("drug", PARACETAMOL, 2)
    path = written(tmp_path / "docked.sdf", sdf_of(one, other, one, ("", PHENACETIN, 1)))
    with caplog.at_level(logging.WARNING):
        texts = ligand_texts(path)
    assert [Path(text).stem for text in texts] == ["drug", "drug-2", "docked-4"]
    assert "3 is 1 again" in caplog.text
    assert "2 (drug) is called drug-2" in caplog.text and "4 (no name) is called docked-4" in caplog.text


def test_each_molecule_of_a_mol2_file_is_a_ligand(tmp_path: Path) -> None:
    def record(name: str, z: float) -> str:
        return (
            f"@<TRIPOS>MOLECULE\n{name}\n2 1\nSMALL\nNO_CHARGES\n@<TRIPOS>ATOM\n"
            f"1 C1 0.0 0.0 {z} C.3 1 LIG\n2 O1 1.4 0.0 {z + 0.1} O.3 1 LIG\n@<TRIPOS>BOND\n1 1 2 1\n"
        )

    path = written(tmp_path / "two.mol2", record("a", 1.0) + record("b", 2.0))
    assert [load_ligand(text, with_parameters=False).name for text in ligand_texts(path)] == ["a", "b"]


def test_a_file_of_one_record_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "pose.sdf", sdf_of(("x", PARACETAMOL, 0)))
    assert ligand_texts(path) == (path,) == ligand_texts([path]) == ligand_texts(Path(path))


def test_lines_of_a_smiles_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = (
        "\ufeffSMILES Name\n# comment\n\n"
        f"{PARACETAMOL}\tparacetamol\r\n{PHENACETIN} my drug no. 2\nCCO\nOCC ethanol\nCCN C\nCCCO paracetamol\n"
    )
    path = written(tmp_path / "lib.smi", text)
    with caplog.at_level(logging.WARNING):
        texts = ligand_texts(path)
    named = [split_named(each) for each in texts]
    assert named == [
        ("paracetamol", PARACETAMOL),
        ("my-drug-no-2", PHENACETIN),
        ("lib-6", "CCO"),
        ("lib-8", "CCN"),
        ("paracetamol-9", "CCCO"),
    ]
    assert "7 is 6 again" in caplog.text
    for said in ("5 (my drug no. 2) is called my-drug-no-2", "6 (no name) is called lib-6", "8 (C) is called lib-8"):
        assert said in caplog.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no SMILES"),
        ("# nothing\n", "holds no SMILES"),
        ("CCO a\nC1CC b\nxyz c\n", r"2 lines that cannot be used:\n  line 2: .*\n  line 3: "),
        ("C[C@H](N)O |&1:1| racemic\n", "line 1: a ChemAxon extension"),
        ("CCO,ethanol\n", "line 1: "),
    ],
)
def test_a_smiles_file_that_cannot_be_used_is_refused_with_its_lines(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(LigandError, match=said):
        ligand_texts(written(tmp_path / "bad.smi", content))


def test_a_missing_smiles_file_is_said_to_be_missing() -> None:
    with pytest.raises(LigandError, match=r"no ligand file nowhere\.smi"):
        ligand_texts("nowhere.smi")


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_names_are_all_different_and_come_back(titles: list[str]) -> None:
    from trkstruct.ligand.naming.records import Record, _names

    records = [Record(number, title.strip(), "CCO") for number, title in enumerate(titles, start=1)]
    names = _names(Path("lib.smi"), records)
    assert len({name.casefold() for name in names}) == len(records)
    for name in names:
        assert split_named(f"{name}=CCO") == (name, "CCO")


def test_where_one_ligand_is_asked_for_the_first_is_used_and_that_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "lib.smi", "CCO ethanol\nCCN amine\n")
    ligand = load_ligand(path, with_parameters=False)
    assert ligand.name == "ethanol" and "lib.smi holds 2 molecules; the first is used." in ligand.notes
    with pytest.raises(InputError, match=r"holds 2 ligands and score takes one"):
        score("G595R", path, kinase="TRKA")


def test_a_molecule_of_rdkit_is_its_smiles_or_its_pose() -> None:
    flat = Chem.MolFromSmiles(PARACETAMOL)
    assert molecule_text(flat) == Chem.MolToSmiles(flat)
    flat.SetProp("_Name", "my drug")
    assert load_ligand(flat, with_parameters=False).name == "my-drug"
    posed = Chem.MolFromMolBlock(load_shipped("larotrectinib").molblock, removeHs=False)
    posed.SetProp("_Name", "posed")
    ligand = load_ligand(posed, with_parameters=False)
    assert (ligand.name, ligand.has_pose, ligand.smiles) == ("posed", True, load_shipped("larotrectinib").smiles)
    posed.AddConformer(Chem.Conformer(posed.GetConformer()), assignId=True)
    with pytest.raises(LigandError, match="posed has 2 conformers"):
        load_ligand(posed)


def test_a_scan_plans_each_ligand_of_what_it_was_given(tmp_path: Path) -> None:
    path = written(tmp_path / "lib.smi", f"{PARACETAMOL} a\n{PHENACETIN} b\n")
    drug = Chem.MolFromSmiles("CCOC(=O)c1ccc(N)cc1")
    drug.SetProp("_Name", "benzocaine")
    plan = plan_and_check(["TRKA"], ["G595R"], ligand_texts([path, drug, "LOXO-101"]), Settings())
    assert plan.ligands == (f"a={PARACETAMOL}", f"b={PHENACETIN}", "benzocaine=CCOC(=O)c1ccc(N)cc1", "LOXO-101")


def test_the_command_line_lists_a_case_for_each_record(tmp_path: Path) -> None:
    path = written(tmp_path / "lib.smi", f"{PARACETAMOL} first\n{PHENACETIN} second\n")
    words = ["scan", "--kinase", "TRKA", "--mutation", "G595R", "--ligand", path, "--dry-run", "-o", str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "first" in result.output and "second" in result.output
    assert "crizotinib" in trkstruct.ligands()
