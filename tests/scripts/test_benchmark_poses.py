"""The benchmark of poses: which pairs there are, that a stopped run goes on, and how it counts."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "benchmark"))

import poses
from poses import Pair, Row, append_row, main, pairs, read_rows, summary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("2XP2", "3AOX", "4CLI", "2WGJ", "2HYY", "2GQG"):
        (tmp_path / f"{name}.pdb").write_text("")
    return tmp_path


def test_a_ligand_is_put_into_its_own_entry_or_another_of_its_kinase_and_state(folder: Path) -> None:
    assert [(each.source.pdb_id, each.receptor) for each in pairs(folder, cross=False)] == [
        (name, name) for name in ("2HYY", "2GQG", "2XP2", "3AOX", "4CLI", "2WGJ")
    ]
    crossed = {each.source.pdb_id: each.receptor for each in pairs(folder, cross=True)}
    assert crossed.pop("2WGJ") in ("3AOX", "4CLI"), "MET has one; ALK's with crizotinib itself is no test"
    assert crossed == {"2XP2": "4CLI", "3AOX": "4CLI", "4CLI": "2XP2"}, "2HYY is DFG-out, 2GQG in"
    (folder / "4TWP.pdb").write_text("")
    again = {each.source.pdb_id: each.receptor for each in pairs(folder, cross=True)}
    assert again["4TWP"] == "2GQG" and "4TWP" not in again.values(), "a mutated gatekeeper excludes ligands"


def test_what_is_in_the_file_is_not_run_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(pair: Pair, _sources: Path) -> Row:
        ran.append(pair.source.pdb_id)
        return Row(pair.source.ligand, pair.source.kinase, pair.source.pdb_id, pair.receptor, failure="none sought")

    monkeypatch.setattr(poses, "run_pair", run)
    table = folder / "poses.csv"
    arguments = ["--sources", str(folder), "-o", str(table), "--cross"]
    assert main([*arguments, "--seconds", "0"]) == 0 and ran == []
    for _ in range(2):
        assert main(arguments) == 0
    assert ran == ["2XP2", "3AOX", "4CLI", "2WGJ"] and len(read_rows(table)) == 4
    assert summary(read_rows(table)) == "4 pairs, none of which ran"


def test_pairs_are_counted_by_rank_hinge_and_class(tmp_path: Path) -> None:
    table = tmp_path / "poses.csv"
    for best, three, bonds, name in ((0.5, 0.5, 2, "plausible"), (4.0, 1.5, 1, "plausible"), (9.0, 8.0, 0, "doubtful")):
        append_row(
            table,
            Row("x", "ALK", "2XP2", "3AOX", 8, best, three, three, 1, bonds, 1, 2.2, 3.0, name, "docked", 9.0),
        )
    assert summary(read_rows(table)).splitlines() == [
        "3 of 3 pairs ran; best pose within 2 Å: 1; of the first three: 2; with a hinge bond: 2.",
        "plausible: 2 pairs, 1 of them within 2 Å.",
        "doubtful: 1 pairs, 0 of them within 2 Å.",
    ]
