"""The benchmark sets: what the peers score on the 68 ABL1 rows, the TRK fold changes, a user's own table."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trkstruct.errors import InputError, StructureError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.validation.entry_sets import load_entry_benchmark
from trkstruct.validation.scoring import Predictor, score_predictor
from trkstruct.validation.sets import ABL_INPUTS, Benchmark, load_abl_benchmark, load_trk_benchmark
from trkstruct.validation.user_set import load_benchmark_file

# RMSE, Spearman, AUROC, AUPRC on the 68 rows; two decimals, as commonly quoted.
PEERS = {
    "FEP+": (1.00, 0.30, 0.76, 0.66),
    "Rosetta flex_ddg (REF15)": (0.78, 0.45, 0.80, 0.57),
    "mean of flex_ddg (REF15) and pmx (Amber99)": (0.72, 0.51, 0.79, 0.56),
    "pmx (Amber14)": (1.00, 0.32, 0.77, 0.41),
    "pmx (Amber99)": (1.02, 0.27, 0.69, 0.53),
    "Prime MM-GBSA": (1.92, 0.42, 0.69, 0.31),
    "PDBFixer + Vina": (1.23, 0.26, 0.52, 0.22),
    "side-chain contacts": (None, 0.37, 0.71, 0.27),
}


@pytest.fixture(scope="module")
def abl() -> Benchmark:
    return load_abl_benchmark()


@pytest.fixture(scope="module")
def published(abl: Benchmark) -> Benchmark:
    """The rows of the three drugs that the two simple rules were computed for too."""
    return replace(abl, rows=tuple(row for row in abl.rows if row.ligand_name != "bosutinib"))


def values_of(benchmark: Benchmark, peer: str) -> np.ndarray:
    return np.array([row.peers.get(peer, np.nan) for row in benchmark.rows])


@pytest.mark.parametrize("name", PEERS)
def test_peers_score_on_the_68_rows_as_published(published: Benchmark, name: str) -> None:
    measured = np.array([row.measured for row in published.rows])
    peer = next(peer for peer in published.peers if peer.name == name)
    scores = score_predictor(measured, Predictor(name, values_of(published, name), peer.is_energy), n_resamples=10)
    assert (scores.n, scores.n_resistant) == (68, 10)
    for metric, expected in zip(("rmse", "spearman", "auroc", "auprc"), PEERS[name], strict=True):
        if expected is None:
            assert metric not in scores.measures
        else:
            assert scores.measures[metric].value == pytest.approx(expected, abs=0.0052), metric


def test_always_zero_scores_as_known(published: Benchmark) -> None:
    measured = np.array([row.measured for row in published.rows])
    measures = score_predictor(measured, Predictor("always 0", np.zeros(68)), n_resamples=10).measures
    assert measures["rmse"].value == pytest.approx(1.09, abs=0.005)
    assert measures["auroc"].value == pytest.approx(0.5)
    assert measures["auprc"].value == pytest.approx(10 / 68)
    assert measures["spearman"].value is None


def test_abl_rows_are_mutations_of_abl1_and_nothing_is_missing(abl: Benchmark) -> None:
    kinase = kinase_named("ABL1")
    assert len({(row.ligand, row.mutation) for row in abl.rows}) == 89
    for row in abl.rows:
        assert str(parse_mutation(row.mutation, kinase, generic=True)) == row.mutation
        assert row.distance_angstrom > 2
    missing = {name: int(np.isnan(values_of(abl, name)).sum()) for name in (peer.name for peer in abl.peers)}
    assert {name: n for name, n in missing.items() if n} == {"pmx (Charmm22*)": 5, "PDBFixer + Vina": 21}
    assert np.nanmax(np.abs(values_of(abl, "PDBFixer + Vina"))) == 5.0


def test_abl_says_which_files_are_needed(tmp_path: Path) -> None:
    with pytest.raises(StructureError, match=r"renumbered/cAbl-dasatinib-uniprot\.pdb.*ligands/imatinib\.sdf") as error:
        load_abl_benchmark(tmp_path)
    assert "kinase-resistance-mutants" in str(error.value)
    assert "--sources" in str(error.value)


@pytest.mark.parametrize("folder", ["hauser_abl", "hauser-abl-benchmark", "."])
def test_abl_finds_its_files_in_either_layout(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder
    for name in (*(f"renumbered/{file}" for file, _ in ABL_INPUTS.values()), *(f"ligands/{d}.sdf" for d in ABL_INPUTS)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    rows = load_abl_benchmark(tmp_path).rows
    assert all(Path(row.structure).is_file() and Path(row.ligand).stem == row.ligand_name for row in rows)
    (root / "ligands" / "imatinib.sdf").unlink()
    with pytest.raises(StructureError, match=r"lacks ligands/imatinib\.sdf\."):
        load_abl_benchmark(tmp_path)


@pytest.mark.shared
def test_abl_structures_hold_every_wild_type_residue(sources: Path) -> None:
    from trkstruct.structure.complex import protein_sequence
    from trkstruct.structure.reading import load_complex

    rows = load_abl_benchmark(sources).rows
    for structure, chain in {(row.structure, row.chain) for row in rows}:
        letters = {
            residue.number: letter for residue, letter in protein_sequence(load_complex(structure, chain=chain)).items()
        }
        for row in rows:
            if row.structure == structure:
                assert letters[int(row.mutation[1:-1])] == row.mutation[0], row


def test_trk_rows_are_the_published_fold_changes() -> None:
    rows = load_trk_benchmark().rows
    by_name = {(row.kinase, row.mutation, row.ligand): row for row in rows}
    assert len(rows) >= 12
    assert all(row.structure is None and row.kinase in ("TRKA", "TRKB", "TRKC") for row in rows)
    # Drilon 2017: larotrectinib 0.9 -> 69 nM at TRKA G595R
    found = by_name["TRKA", "G595R", "larotrectinib"]
    assert found.measured == pytest.approx(0.0019872 * 298.15 * math.log(69 / 0.9), abs=1e-3)
    assert by_name["TRKC", "G623R", "selitrectinib"].measured < 0


def table(tmp_path: Path, text: str) -> Path:
    (tmp_path / "wt.pdb").touch()
    (tmp_path / "drug.sdf").touch()
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_table_with_each_kind_of_measurement(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "\ufeffstructure, chain,ligand,mutation,ddg_kcal_mol,ic50_wt_nm,ic50_mutant_nm,kd_wt_nm,kd_mutant_nm,lab\n"
        "wt.pdb,A,drug.sdf,T315I,2.5,,,,,x\n"
        "wt.pdb,A,drug.sdf,F317L,,1,10,,,x\n"
        "\n"
        "wt.pdb,,mine=CCO,V299L,,,,10,1,x\n",
    )
    rows = load_benchmark_file(path).rows
    assert [row.measured for row in rows] == pytest.approx([2.5, 1.364, -1.364], abs=1e-3)
    assert rows[0].structure == str(tmp_path / "wt.pdb")
    assert (rows[0].ligand, rows[0].ligand_name) == (str(tmp_path / "drug.sdf"), "drug")
    assert (rows[2].ligand, rows[2].ligand_name, rows[2].chain) == ("mine=CCO", "mine", None)
    assert [row.source for row in rows] == ["line 2", "line 3", "line 5"]


def test_own_table_may_use_the_shipped_structures(tmp_path: Path) -> None:
    path = table(tmp_path, "kinase,ligand,mutation,ddg_kcal_mol\nNTRK1,larotrectinib,G595R,2.6\n")
    (row,) = load_benchmark_file(path).rows
    assert (row.kinase, row.structure, row.mutation) == ("TRKA", None, "G595R")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("wt.pdb,drug.sdf,T315I,,,", "needs one measurement"),
        ("wt.pdb,drug.sdf,T315I,2.0,1,10", "ddg_kcal_mol and ic50_wt_nm/ic50_mutant_nm"),
        ("wt.pdb,drug.sdf,T315I,,1,", "ic50_mutant_nm is '', not a number"),
        ("wt.pdb,drug.sdf,T315I,,1,>1000", "ic50_mutant_nm is '>1000', a bound"),
        ("wt.pdb,drug.sdf,T315I,,0,10", "ic50_wt_nm is 0; a concentration is above 0"),
        ("wt.pdb,drug.sdf,T315I,nan,,", "ddg_kcal_mol is 'nan', not a number"),
        ("wt.pdb,drug.sdf,WT,0,,", "is the wild type"),
        ("wt.pdb,drug.sdf,T315,1,,", "T315"),
        ("wt.pdb,drug.sdf,,1,,", "mutation is empty"),
        ("wt.pdb,,T315I,1,,", "ligand is empty"),
        ("other.pdb,drug.sdf,T315I,1,,", "structure 'other.pdb' is not there"),
        ("wt.pdb,other.sdf,T315I,1,,", "ligand 'other.sdf' is not there"),
        (",drug.sdf,T315I,1,,", "structure is empty"),
    ],
)
def test_own_table_names_the_line_and_the_column(tmp_path: Path, row: str, message: str) -> None:
    header = "structure,ligand,mutation,ddg_kcal_mol,ic50_wt_nm,ic50_mutant_nm\n"
    path = table(tmp_path, f"{header}wt.pdb,drug.sdf,T315A,1,,\n{row}\n")
    with pytest.raises(InputError) as error:
        load_benchmark_file(path)
    assert "1 of 2 rows" in str(error.value)
    assert "line 3: " in str(error.value)
    assert message in str(error.value)


def test_own_table_reports_every_bad_row_at_once(tmp_path: Path) -> None:
    lines = [f"wt.pdb,drug.sdf,T{n},1" for n in range(300, 325)]
    path = table(tmp_path, "structure,ligand,mutation,ddg_kcal_mol\n" + "\n".join(lines) + "\n")
    with pytest.raises(InputError, match="25 of 25 rows") as error:
        load_benchmark_file(path)
    assert str(error.value).count("line ") == 20
    assert "and 5 more" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lacks the column structure"),
        ("structure,ligand,ddg_kcal_mol\n", "lacks the column mutation"),
        ("structure,ligand,mutation\n", "lacks the column ddg_kcal_mol, or ic50"),
        ("structure,ligand,mutation,ic50_wt_nm\n", "lacks the column ddg_kcal_mol, or ic50"),
        ("structure,ligand,mutation,ddg_kcal_mol\n", "has a header but no rows"),
    ],
)
def test_own_table_without_what_is_needed(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_benchmark_file(table(tmp_path, text))


def test_own_table_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="UTF-8"):
        load_benchmark_file(path)


def test_growth_ranks_and_has_no_energy() -> None:
    met = load_entry_benchmark("met")
    measured = np.array([row.measured for row in met.rows])
    resistant = measured > met.scale.resistant_above
    assert (len(met.rows), int(resistant.sum())) == (38, 21)
    assert measured[~resistant].max() < 0.7 < 1.0 <= measured[resistant].min(), "what came out in between is not there"
    scores = score_predictor(measured, Predictor("itself", measured), scale=met.scale, n_resamples=10)
    assert set(scores.measures) == {"spearman", "auroc", "auprc"}
    assert scores.n_resistant == 21


def test_egfr_rows_are_mutations_of_egfr() -> None:
    egfr = load_entry_benchmark("egfr")
    kinase = kinase_named("EGFR")
    assert len(egfr.rows) == 6
    for row in egfr.rows:
        assert sorted(str(parse_mutation(row.mutation, kinase, generic=True)).split("+")) == sorted(
            row.mutation.split("+")
        )
    assert max(row.measured for row in egfr.rows) == pytest.approx(0.0019872 * 298.15 * math.log(140), abs=0.01)


def test_an_entry_is_found_in_a_folder_of_its_kinase_or_beside_it(tmp_path: Path) -> None:
    with pytest.raises(StructureError, match=r"egfr/2ITY\.pdb nor 2ITY\.pdb.*trkstruct fetch 2ITY"):
        load_entry_benchmark("egfr", tmp_path)
    (tmp_path / "2ITY.pdb").touch()
    assert {row.structure for row in load_entry_benchmark("egfr", tmp_path).rows} == {str(tmp_path / "2ITY.pdb")}
