"""A PDB file that could not hold the answer is refused before it is computed, by each command."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.support.peptides import build_peptide

from support.crystal import Edit, chain_lines, ligand_lines, text_of
from trkstruct.cases import mutate, one_file
from trkstruct.cli import main
from trkstruct.preparation import prepared_file
from trkstruct.structure.complex import Complex
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex
from trkstruct.structure.topology import NewResidue, as_it_is, rebuilt

REFUSAL = "A PDB file cannot hold"


def renamed(complex_: Complex, **names: str) -> Complex:
    """The complex with every residue's chain or the ligand's name replaced, and 10000 added to numbers if asked."""

    def of(residue: Any) -> NewResidue:
        new = as_it_is(residue)
        if residue.name == "7GI":
            return replace(new, name=names.get("ligand", new.name))
        number = str(int(new.number) + int(names.get("shift", "0")))
        return replace(new, chain=names.get("chain", new.chain), number=number)

    return replace(complex_, topology=rebuilt(complex_.topology, residue=of))


@pytest.fixture(scope="module")
def kinase(tmp_path_factory: pytest.TempPathFactory) -> Complex:
    """TRKA and its ligand 7GI A:801, as a crystal has them."""
    path = tmp_path_factory.mktemp("wide") / "crystal.pdb"
    path.write_text(text_of(chain_lines(Edit()), ligand_lines()), encoding="utf-8")
    return load_complex(path, ligand_residue="7GI")


@pytest.fixture(autouse=True)
def nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever builds, relaxes or completes fails the test."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed before it was refused")

    monkeypatch.setattr(mutate, "build_mutation", never)
    monkeypatch.setattr(one_file, "relax", never)
    monkeypatch.setattr(one_file, "load_wild_type", never)
    monkeypatch.setattr(prepared_file, "complete_protein", never)


def refusal(path: Path, *words: str) -> str:
    command, *rest = words
    result = CliRunner().invoke(main, [command, str(path), *rest])
    assert result.exit_code == 2, result.output
    return result.output


@pytest.mark.parametrize("output", [(), ("-o", "x.pdb"), ("-o", "x.pdb.gz")], ids=["stdout", "pdb", "gz"])
def test_mutate_and_relax_keep_the_names_of_the_file(
    kinase: Complex, output: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, wide, said in (
        ("chain", renamed(kinase, chain="AAA"), "a chain called 'AAA'"),
        ("number", renamed(kinase, shift="10000"), "the residue number 10510"),
        ("ligand", renamed(kinase, ligand="A1LIG"), "a residue called 'A1LIG'"),
    ):
        path = tmp_path / f"{name}.cif"
        write_pdb(wide, path)
        assert f"{REFUSAL} {said}" in refusal(path, "mutate", "G595A", *output)
        if name != "ligand":
            assert f"{REFUSAL} {said}" in refusal(path, "relax", *output)
    assert not list(tmp_path.glob("x.*"))


def test_prepare_gives_a_letter_and_numbers_of_its_own_and_keeps_the_ligand_s_name(
    kinase: Complex, tmp_path: Path
) -> None:
    path = tmp_path / "ligand.cif"
    write_pdb(renamed(kinase, ligand="A1LIG"), path)
    assert f"{REFUSAL} a residue called 'A1LIG'" in refusal(path, "prepare", "-o", str(tmp_path / "x.pdb"))
    for name, wide in (("chain", renamed(kinase, chain="AAA")), ("number", renamed(kinase, shift="10000"))):
        write_pdb(wide, path.with_name(f"{name}.cif"))
        parts = prepared_file.read_chain_and_ligand(path.with_name(f"{name}.cif"))
        prepared_file.check_prepared_fits_pdb(parts)  # a chain of one letter, clinical numbers


def test_an_unknown_protein_keeps_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "peptide.cif"
    write_pdb(renamed(build_peptide(), shift="10000"), path)
    assert f"{REFUSAL} the residue number 1059" in refusal(path, "prepare", "-o", str(tmp_path / "x.pdb"))
    ligand = ("--ligand", "CCO", "--ligand-residue", "A:1")
    assert "has no ligand residue" in refusal(path, "relax", *ligand)


def test_relax_calls_a_ligand_that_is_understood_lig(kinase: Complex, tmp_path: Path) -> None:
    path = tmp_path / "ligand.cif"
    write_pdb(renamed(kinase, ligand="A1LIG"), path)
    words = ["relax", str(path), "--ligand", "repotrectinib", "--ligand-residue", "A:801"]
    result = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "x.pdb")])
    assert "computed before" in str(result.exception) or "computed before" in result.output


def test_mmcif_is_not_refused(kinase: Complex, tmp_path: Path) -> None:
    path = tmp_path / "chain.cif"
    write_pdb(renamed(kinase, chain="AAA"), path)
    for words in (("mutate", "G595A"), ("relax",), ("prepare",)):
        command, *rest = words
        result = CliRunner().invoke(main, [command, str(path), *rest, "-o", str(tmp_path / "x.cif")])
        assert "computed before" in str(result.exception) or "computed before" in result.output


def test_a_scan_of_numbers_that_its_files_cannot_hold(tmp_path: Path) -> None:
    peptide = build_peptide()
    write_pdb(renamed(peptide, shift="10000"), tmp_path / "far.cif")
    words = ("--ligand", "larotrectinib", "--mutation", "A:A10595G", "-o", str(tmp_path / "out"))
    result = CliRunner().invoke(main, ["scan", "--structure", str(tmp_path / "far.cif"), *words])
    assert result.exit_code == 2, result.output
    assert REFUSAL in result.stderr and "other residue numbers" in result.stderr
    assert not (tmp_path / "out").exists()
