"""A stored ligand comes back as it was made, names are unambiguous, and processes that store at once do no harm."""

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from click.testing import CliRunner

from trkstruct.cases.spec import CaseSpec
from trkstruct.cli import main
from trkstruct.cli.library.ligand import METHODS as CLI_METHODS
from trkstruct.errors import LigandError
from trkstruct.ligand import ambertools
from trkstruct.ligand import parameters as methods
from trkstruct.ligand.library import add_ligand, expand_stereo
from trkstruct.ligand.molecule import read_smiles
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.stored_ligands import read_stored, stored_names, stored_path, write_stored

PARACETAMOL = "CC(=O)Nc1ccc(O)cc1"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def antechamber() -> None:
    pytest.importorskip("parmed", reason="ParmEd is not installed")
    try:
        ambertools.find_ambertools()
    except LigandError:
        pytest.skip("AmberTools is not installed")


@pytest.mark.usefixtures("antechamber")
def test_what_was_added_is_known_by_name_and_listed() -> None:
    added = add_ligand("para-1", f"{PARACETAMOL}.Cl", parameters="mmff94")
    assert load_ligand("PARA-1") == added
    assert added.parameter_source == "GAFF2/MMFF94 charges (not AM1-BCC)" and added.parameters_xml
    listed = CliRunner().invoke(main, ["list", "ligands"]).stdout
    assert "para-1" in listed and "larotrectinib" in listed
    assert CliRunner().invoke(main, ["ligand", "remove", "para-1"]).exit_code == 0
    assert stored_names() == () and stored_path("para-1") is None


@pytest.mark.usefixtures("antechamber")
def test_every_open_stereoisomer_can_be_added() -> None:
    words = ["ligand", "add", "amide", "CC(F)C(N)=O", "--parameters", "mmff94"]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2 and "C[C@@H](F)C(N)=O" in refused.output and stored_names() == ()
    added = CliRunner().invoke(main, [*words, "--enumerate-stereo"])
    assert added.exit_code == 0, added.output
    assert stored_names() == ("amide_1", "amide_2")
    assert {load_ligand(name).smiles for name in stored_names()} == {"C[C@@H](F)C(N)=O", "C[C@H](F)C(N)=O"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("larotrectinib", "ships with"),
        ("LOXO-101", "ships with"),
        ("CCO", "SMILES too"),
        ("../evil", "cannot name"),
        ("a b", "cannot name"),
        ("", "cannot name"),
        ("x" * 65, "cannot name"),
    ],
)
def test_names_that_would_confuse_are_refused(name: str, message: str) -> None:
    with pytest.raises(LigandError, match=message):
        add_ligand(name, PARACETAMOL)
    assert stored_names() == ()


def test_a_taken_name_needs_replace() -> None:
    write_stored("mine", {"smiles": "CCO"})
    write_stored("MINE", {"smiles": "CCO"})
    with pytest.raises(LigandError, match="stored already, as CCO"):
        write_stored("mine", {"smiles": "CCN"})
    write_stored("Mine", {"smiles": "CCN"}, replace=True)
    assert stored_names() == ("mine",)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1', '{"schema": 99}', '{"schema": 1, "name": "mine"}'])
def test_a_damaged_file_is_named(text: str, folders: Path) -> None:
    path = folders / "data" / "ligands" / "mine.json"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LigandError, match=r"mine\.json"):
        load_ligand("mine")


def test_nothing_is_left_when_one_of_two_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise LigandError("no parameters")

    monkeypatch.setattr("trkstruct.ligand.library.build_ligand", refuse)
    result = CliRunner().invoke(main, ["ligand", "add", "amide", "CC(F)C(N)=O", "--enumerate-stereo"])
    assert result.exit_code == 2 and "no parameters" in result.output
    assert stored_names() == ()


def test_processes_that_store_at_once_leave_whole_files() -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        list(pool.map(_store, range(24)))
    assert stored_names() == ("one", "three", "two")
    for name in stored_names():
        path = stored_path(name)
        assert path is not None
        entry = read_stored(path)
        assert entry["xml"] == str(entry["smiles"]) * 10_000
    assert path is not None and not list(path.parent.glob(".*.json.*"))


def _store(number: int) -> None:
    smiles = "C" * (number + 1)
    write_stored(("one", "two", "three")[number % 3], {"smiles": smiles, "xml": smiles * 10_000}, replace=True)


def test_the_key_of_a_case_follows_the_stored_ligand() -> None:
    spec = CaseSpec(kinase="TRKA", mutation="WT", ligand="mine")
    write_stored("mine", {"smiles": "CCO"})
    first = spec.key()
    write_stored("mine", {"smiles": "CCN"}, replace=True)
    path = stored_path("mine")
    assert path is not None and json.loads(path.read_text(encoding="utf-8"))["smiles"] == "CCN"
    assert CaseSpec(kinase="TRKA", mutation="WT", ligand="mine").key() != first


def test_stereo_expands_only_what_is_open() -> None:
    assert expand_stereo(["larotrectinib", "pose.sdf", "a=CCO", PARACETAMOL]) == (
        "larotrectinib", "pose.sdf", "a=CCO", PARACETAMOL)  # fmt: skip
    assert expand_stereo(["a=CC(O)F"]) == ("a_1=C[C@@H](O)F", "a_2=C[C@H](O)F")
    assert len(expand_stereo(["C1CC2CCC1C2C(F)Cl"])) == 2  # both bridgeheads follow from one another; the chain is open
    with pytest.raises(LigandError, match="at most"):
        expand_stereo(["CC(F)C(F)C(F)C(F)C(F)C(F)C(F)Cl"])


def test_the_usual_method_needs_no_program_and_the_cache_none_either(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [method.name for method in methods.METHODS] == [*CLI_METHODS[1:]]
    molecule, _ = read_smiles("CCO")

    def missing() -> None:
        raise LigandError("not installed")

    monkeypatch.setattr(ambertools, "find_ambertools", lambda: None)
    monkeypatch.setattr(ambertools, "sqm_starts", lambda tools: True)
    monkeypatch.setattr(ambertools, "parameterize", lambda molecule, tools, charges: f"<{charges}/>")
    assert methods.cached_parameters(molecule, "am1-bcc") == ("<AM1-BCC/>", "GAFF2/AM1-BCC")
    monkeypatch.setattr(ambertools, "find_ambertools", missing)
    assert methods.cached_parameters(molecule, "am1-bcc")[0] == "<AM1-BCC/>"
    assert methods.cached_parameters(molecule) == methods.cached_parameters(molecule, "openff")
    with pytest.raises(LigandError, match="not installed"):
        methods.cached_parameters(read_smiles("CCN")[0], "am1-bcc")


@pytest.mark.parametrize("damage", [b"", b"<MMFF94", b"<other/>", b"\xff\xfe"])
def test_parameters_that_are_not_what_was_kept_are_made_again(
    damage: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    monkeypatch.setattr(ambertools, "find_ambertools", lambda: None)
    monkeypatch.setattr(ambertools, "parameterize", lambda molecule, tools, charges: f"<{charges}/>")
    molecule, _ = read_smiles("CCO")
    made = methods.cached_parameters(molecule, "mmff94")
    (entry,) = tmp_path.glob("*.xml")
    entry.write_bytes(damage)
    assert methods.cached_parameters(molecule, "mmff94") == made
    assert entry.read_text() == "<MMFF94/>"
    assert "is not what was kept there" in caplog.text


def test_minutes_of_charges_are_announced_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ambertools, "find_ambertools", lambda: None)
    monkeypatch.setattr(ambertools, "sqm_starts", lambda tools: True)
    monkeypatch.setattr(ambertools, "parameterize", lambda molecule, tools, charges: f"<{charges}/>")
    molecule, _ = read_smiles("CCO")
    assert methods.cached_parameters(molecule, "am1-bcc") == methods.cached_parameters(molecule, "am1-bcc")
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        "AM1-BCC parameters of CCO take 1 to 12 minutes"
    ]
