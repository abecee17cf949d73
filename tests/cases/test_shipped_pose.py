"""A ligand that is a shipped molecule starts from the pose that ships, whatever its name and parameters."""

from pathlib import Path

import numpy as np
import pytest

from trkstruct.cases.wild_type import load_wild_type
from trkstruct.ligand.library import add_ligand
from trkstruct.ligand.ligand import to_molecule
from trkstruct.ligand.molecule import match_atoms
from trkstruct.ligand.shipped_ligands import load_shipped
from trkstruct.structure.complex import ligand_atoms

LAROTRECTINIB = "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CC[C@H](O)C1"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path / "cache"))


def test_a_smiles_of_another_name_starts_where_the_drug_does() -> None:
    drug, mine = load_wild_type("TRKA", "larotrectinib"), load_wild_type("TRKA", f"mine={LAROTRECTINIB}")
    assert mine.ligand.name == "mine" and mine.assessment is None and mine.rivals == ()
    assert mine.ligand.parameters_xml == drug.ligand.parameters_xml
    assert mine.complex.positions == pytest.approx(drug.complex.positions)
    assert (mine.structure, mine.notes[-1]) == (drug.structure, drug.notes[-1])


def test_with_parameters_of_another_method_it_starts_there_too() -> None:
    add_ligand("sage", LAROTRECTINIB, parameters="openff")
    drug, sage = load_wild_type("TRKA", "larotrectinib"), load_wild_type("TRKA", "sage")
    assert "Sage" in sage.ligand.parameter_source and sage.structure == drug.structure
    at_drug, at_sage = (each.complex.positions[ligand_atoms(each.complex)] for each in (drug, sage))
    order = match_atoms(to_molecule(load_shipped("larotrectinib")), to_molecule(sage.ligand))
    assert at_sage == pytest.approx(at_drug[list(order)], abs=1e-3)
    assert np.linalg.norm(at_sage.mean(axis=0) - at_drug.mean(axis=0)) < 1e-3
