"""The ligand and the solvent beside a protein whose chain is called as theirs are."""

from collections import Counter
from pathlib import Path

import pytest

from support.crystal import Edit, Line, chain_lines, ligand_lines, model_lines, molecule_lines, text_of
from trkstruct.preparation.preparation_report import describe_preparation
from trkstruct.preparation.prepared_file import PreparedFile, prepare
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import ligand_atoms, ligand_residue, residue_id
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_assembly

SHORT = (560, 588)
"""Fewer residues than a kinase is recognised by, so that they keep the file's numbers, which begin at 1 here."""


def beside_ligand(name: str, residue: str) -> list[Line]:
    """A molecule of one atom 3 Å from the ligand."""
    line = next(each for each in model_lines() if each[17:20] == "LIG")
    return molecule_lines(name, residue, [(float(line[30:38]) + 3.0, float(line[38:46]), float(line[46:54]))], "MG")


@pytest.fixture(scope="module", params=["L", "W", "M", "A"])
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PreparedFile:
    chain = request.param
    path = tmp_path_factory.mktemp("beside") / f"{chain}.pdb"
    protein = chain_lines(Edit(span=SHORT, chain=chain, shift=1 - SHORT[0]))
    path.write_text(text_of(protein, ligand_lines(residue=f"{chain} 801"), beside_ligand("MG", f"{chain} 902")))
    return prepare(path, ligand_residue="7GI", waters="pocket")


def test_each_residue_has_a_name_of_its_own(prepared: PreparedFile, tmp_path: Path) -> None:
    counts = Counter(residue_id(residue) for residue in prepared.complex.topology.residues())
    assert set(counts.values()) == {1}
    assert ligand_residue(prepared.complex).name == "7GI"
    write_pdb(prepared.complex, tmp_path / "written.pdb")
    again = load_assembly(tmp_path / "written.pdb", ligand_residue=str(prepared.complex.ligand))
    assert len(ligand_atoms(again)) == len(ligand_atoms(prepared.complex))
    assert not [note for note in again.notes if "called" in note or "Numbers" in note]


def test_another_letter_is_said_and_what_is_kept_is_not_left_out(prepared: PreparedFile) -> None:
    own = prepared.parts.complex.ligand
    assert own is not None
    said = " ".join(describe_preparation(prepared).done)
    assert ("The ligand is chain M here: the protein is chain L." in said) == (own.chain == "L")
    assert ("The solvent is chain X here: the protein is chain W." in said) == (own.chain == "W")
    assert prepared.complex.ligand == ResidueId("M" if own.chain == "L" else "L", 1)
    assert "MG" in {residue.name for residue in prepared.complex.topology.residues()}
    assert "Left out" not in said
