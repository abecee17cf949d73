"""A ligand of which the file shows fewer atoms than its formula has is named before anything is computed."""

from pathlib import Path

import pytest

from support.crystal import chain_lines, ligand_lines, text_of
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.preparation.preparation_report import missing_atom_notes
from trkstruct.structure.formats.header import read_mmcif_header, read_pdb_header

FORMULA = "FORMUL   2  7GI    C18 H18 F N5 O2"  # repotrectinib: 26 heavy atoms


def notes_of(folder: Path, kept: int, formula: str = FORMULA) -> list[str]:
    path = folder / "crystal.pdb"
    path.write_text(text_of([formula], chain_lines(), ligand_lines()[:kept]), encoding="utf-8")
    return list(missing_atom_notes(read_chain_and_ligand(path, ligand_residue="7GI")))


def test_missing_atoms_are_counted(tmp_path: Path) -> None:
    (note,) = notes_of(tmp_path, 20)
    assert "20 of the 26 heavy atoms of 7GI A:801" in note


@pytest.mark.parametrize("formula", [FORMULA, "FORMUL   2  ABC    C99 H9", "REMARK   1"])
def test_a_complete_ligand_or_one_without_a_formula_is_not_named(formula: str, tmp_path: Path) -> None:
    assert notes_of(tmp_path, 26, formula) == []


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (["FORMUL   2  ABC    2(C2 H6 O S)"], 4),
        (["FORMUL   2  ABC    C10 H9 CL2 BR 2+"], 13),
        (["FORMUL   2  ABC    C60 H70", "FORMUL   2  ABC  2 N3 D4"], 63),
        (["FORMUL   3  ABC   *316(H2 O)"], 1),
    ],
)
def test_formulas_are_counted_per_molecule(lines: list[str], count: int) -> None:
    assert read_pdb_header(lines).heavy_atoms == {"ABC": count}


def test_the_formula_of_an_mmcif_file_counts_the_same() -> None:
    table = {"_chem_comp.id": ["B49", "UNK"], "_chem_comp.formula": ["C22 H27 F N4 O2", "?"]}
    assert read_mmcif_header(table).heavy_atoms == {"B49": 29}
