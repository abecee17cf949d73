"""State of the DFG motif, and the warning when an inhibitor meets the state that it does not bind."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from support.crystal import Edit, chain_lines, text_of
from trkstruct.cases.plan import plan_and_check
from trkstruct.files.shipped import data_path
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.pose.binding_type import CONNECTIVITY_CHARACTERS, binding_type, conformation_warning
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.records import Case
from trkstruct.report.table import structure_lines
from trkstruct.settings import PRESETS
from trkstruct.structure.dfg import CLUSTERS, DfgConformation, cluster_distance, measure_conformation
from trkstruct.structure.numbering import conformation_of
from trkstruct.structure.reading import load_complex
from trkstruct.structure.shipped_models import StructureEntry, manifest

APO = [entry for entry in manifest() if not entry.ligand]
CABOZANTINIB = "cabozantinib=COc1cc2nccc(Oc3ccc(NC(=O)C4(C(=O)Nc5ccc(F)cc5)CC4)cc3)c2cc1OC"
IN, OUT = DfgConformation(6.5, 14.0, "DFG-in", "BLAminus"), DfgConformation(12.6, 7.3, "DFG-out", "BBAminus")


@pytest.mark.parametrize("entry", APO, ids=lambda entry: entry.name)
def test_the_manifest_says_what_is_measured(entry: StructureEntry) -> None:
    measured = measure_conformation(load_complex(entry.path, chain="A"), kinase_named(entry.kinase))
    assert measured.state == entry.dfg_state
    assert measured.helix_angstrom == pytest.approx(entry.dfg_helix_angstrom, abs=0.06)
    assert measured.cluster in {"", *CLUSTERS[measured.state]}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("openkinome_abl/ABL1_2gqg_chainA_altlocA_dasatinib_complex.pdb", "DFG-in (BLAminus)"),
        ("hauser_abl/renumbered/cAbl-imatinib_nowat-uniprot.pdb", "DFG-out (BBAminus)"),
        ("openkinome_ntrk/docking_6KZD_protein.pdb", "DFG-out (BBAminus)"),
        ("openkinome_ntrk/NTRK2_larotrectinib_protein.pdb", "DFG-out"),  # 4AT5, numbered by another isoform
    ],
)
def test_crystals_are_where_the_literature_has_them(sources: Path, path: str, expected: str) -> None:
    """BLAminus is the active state, BBAminus that of imatinib: Modi & Dunbrack 2019, table 2."""
    parts = read_chain_and_ligand(sources / path)
    assert str(conformation_of(parts.complex, parts.match)) == expected


def test_neither_frame_nor_numbering_matters(tmp_path: Path) -> None:
    shipped = load_complex(APO[0].path, chain="A")
    expected = measure_conformation(shipped, kinase_named(APO[0].kinase))
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    rotation *= np.sign(np.linalg.det(rotation))
    moved = measure_conformation(replace(shipped, positions=shipped.positions @ rotation + 7.0), kinase_named("TRKA"))
    assert moved.cluster == expected.cluster
    assert moved.helix_angstrom == pytest.approx(expected.helix_angstrom)
    path = tmp_path / "renumbered.pdb"
    path.write_text(text_of(chain_lines(Edit(span=(500, 790), shift=-400, chain="Q"))))
    parts = read_chain_and_ligand(path)
    renumbered = conformation_of(parts.complex, parts.match)
    assert renumbered is not None
    assert renumbered.state == "DFG-in"


def test_a_chain_without_the_motif_or_of_an_unknown_protein_has_no_state(tmp_path: Path) -> None:
    path = tmp_path / "part.pdb"
    for span in ((510, 600), (560, 588)):
        path.write_text(text_of(chain_lines(Edit(span=span))))
        parts = read_chain_and_ligand(path)
        assert conformation_of(parts.complex, parts.match) is None


ANGLES = st.lists(st.floats(-180, 180), min_size=7, max_size=7).map(np.array)


@given(ANGLES, ANGLES, st.integers(-2, 2))
def test_the_distance_of_dihedrals_is_one_of_circles(one: np.ndarray, other: np.ndarray, turns: int) -> None:
    distance = cluster_distance(one, other)
    assert 0 <= distance <= 4 + 1e-9
    assert cluster_distance(one, one) == 0
    assert cluster_distance(other, one) == pytest.approx(distance, abs=1e-9)
    assert cluster_distance(one + 360 * turns, other) == pytest.approx(distance, abs=1e-6)


def test_opposite_dihedrals_are_farthest_and_clusters_apart() -> None:
    assert cluster_distance(np.zeros(7), np.full(7, 180.0)) == pytest.approx(4.0)
    centres = [np.array(centre) for clusters in CLUSTERS.values() for centre in clusters.values()]
    apart = [cluster_distance(a, b) for i, a in enumerate(centres) for b in centres[:i]]
    assert len(centres) == 8
    assert min(apart) > 0.3, "no structure can belong to the centres of two clusters"


@pytest.mark.parametrize(
    ("ligand", "conformation", "says"),
    [
        ("larotrectinib", OUT, "larotrectinib is a type I inhibitor and binds DFG-in"),
        ("larotrectinib", IN, ""),
        (CABOZANTINIB, IN, "cabozantinib is a type II inhibitor and binds DFG-out"),
        (CABOZANTINIB, OUT, ""),
        (CABOZANTINIB, DfgConformation(8.0, 8.0, "DFG-inter"), ""),
        (CABOZANTINIB, None, ""),
        ("fragment=c1ccc2[nH]ncc2c1CCO", OUT, ""),
    ],
)
def test_the_warning(ligand: str, conformation: DfgConformation | None, says: str) -> None:
    warning = conformation_warning(load_ligand(ligand, with_parameters=False), conformation, "model.pdb")
    assert warning.startswith(says)
    assert bool(warning) == bool(says)


@pytest.mark.parametrize("name", ["trka_4gt5", "trka_6kzd", "trkb_4asz", "trkc_6kzd"])
def test_a_type_one_inhibitor_in_a_shipped_dfg_out_model_is_warned_of(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("vina", reason="without docking a ligand without a pose is refused")
    pytest.importorskip("meeko", reason="without docking a ligand without a pose is refused")
    specs = plan_and_check((), ("WT",), ("larotrectinib",), PRESETS["fast"], structure=name)
    assert [Path(spec.structure or "").name for spec in specs] == [f"{name}.pdb"]
    assert "larotrectinib is a type I inhibitor and binds DFG-in" in caplog.text
    assert f"but {name}.pdb is DFG-out" in caplog.text


def test_a_type_two_inhibitor_is_warned_of_in_every_other_shipped_model() -> None:
    cabozantinib = load_ligand(CABOZANTINIB, with_parameters=False)
    for entry in APO:
        conformation = DfgConformation(entry.dfg_helix_angstrom, entry.dfg_lysine_angstrom, entry.dfg_state)
        assert bool(conformation_warning(cabozantinib, conformation, entry.name)) == (entry.dfg_state == "DFG-in")


def test_known_types_have_a_source_and_are_recognised_by_their_skeleton() -> None:
    with data_path("binding_types.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert {row["type"] for row in rows} == {"I", "II"}
    assert all(re.search(r"10\.\d{4,}/\S+|PMID \d+", row["source"]) for row in rows)
    for name in set(shipped_ligands()) & {row["ligand"] for row in rows}:
        known = binding_type(load_ligand(name, with_parameters=False))
        assert known is not None
        assert (known.ligand, known.type) == (name, "I")
    imatinib = Chem.MolToInchiKey(Chem.MolFromSmiles("Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"))
    assert imatinib[:CONNECTIVITY_CHARACTERS] in {row["inchikey"] for row in rows}


def test_a_scan_names_the_state_of_its_structures() -> None:
    case = Case(kinase="TRKA", gene="NTRK1", mutation="WT", ligand="x", structure="trka_7vko", status="ok")
    cases = [
        case.model_copy(update={"dfg_state": "DFG-in", "dfg_cluster": "BLAminus"}),
        case.model_copy(update={"dfg_state": "DFG-in", "dfg_cluster": "BLAminus", "structure": "trkb_4at3"}),
        case.model_copy(update={"dfg_state": "DFG-out", "structure": "own.pdb"}),
        case,
    ]
    assert structure_lines(cases) == ["DFG-in (BLAminus)  trka_7vko, trkb_4at3", "DFG-out  own.pdb"]
