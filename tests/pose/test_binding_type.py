"""Type I binds DFG-in, type II DFG-out; a known inhibitor is recognised by its skeleton, under any name."""

import csv
from dataclasses import replace
from functools import cache

import pytest

from trkstruct.files.shipped import data_path
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import STATE_OF_TYPE, binding_type, conformation_warning
from trkstruct.structure.dfg import DfgConformation, DfgState

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"
DASATINIB = "Cc1nc(Nc2ncc(C(=O)Nc3c(C)cccc3Cl)s2)cc(N2CCN(CCO)CC2)n1"


@cache
def ligand(smiles: str) -> Ligand:
    return load_ligand(smiles, with_parameters=False)


def state(name: DfgState) -> DfgConformation:
    return DfgConformation(5.0, 14.0, name)


@pytest.mark.parametrize(("smiles", "known", "expected"), [(IMATINIB, "imatinib", "II"), (DASATINIB, "dasatinib", "I")])
def test_an_inhibitor_is_known_under_any_name(smiles: str, known: str, expected: str) -> None:
    found = binding_type(replace(ligand(smiles), name="mine"))
    assert found is not None
    assert (found.ligand, found.type) == (known, expected) and found.source


def test_another_molecule_is_not_known() -> None:
    assert binding_type(ligand("c1ccccc1O")) is None
    assert conformation_warning(ligand("c1ccccc1O"), state("DFG-in"), "x") == ""


@pytest.mark.parametrize(
    ("smiles", "binds", "other"), [(IMATINIB, "DFG-out", "DFG-in"), (DASATINIB, "DFG-in", "DFG-out")]
)
def test_the_opposite_state_is_warned_of_and_no_other(smiles: str, binds: DfgState, other: DfgState) -> None:
    said = conformation_warning(ligand(smiles), state(other), "file.pdb")
    assert f"binds {binds} (" in said and f"file.pdb is {other}: its pose and energies mean little" in said
    assert conformation_warning(ligand(smiles), state(binds), "file.pdb") == ""
    assert conformation_warning(ligand(smiles), state("DFG-inter"), "file.pdb") == ""
    assert conformation_warning(ligand(smiles), None, "file.pdb") == ""


def test_the_table_has_each_inhibitor_once_with_a_type_and_a_source() -> None:
    with data_path("binding_types.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert {row["type"] for row in rows} == set(STATE_OF_TYPE)
    assert len({row["inchikey"] for row in rows}) == len({row["ligand"] for row in rows}) == len(rows)
    assert all(len(row["inchikey"]) == 14 and row["source"] for row in rows)
