"""Positions and substitutions of a saturation scan, of the shipped kinases and of a file, and their ranking."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from support.peptides import build_peptide
from trkstruct.cases.saturation import saturate_structure, saturated_positions, saturation_mutations
from trkstruct.cli import main
from trkstruct.errors import InputError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.records import Case
from trkstruct.report.ranking import rank_by_resistance, ranking_csv
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.shipped_models import find_entry

TRKA = kinase_named("TRKA")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("gatekeeper", [("F", 589)]),
        ("solvent front", [("R", 593), ("H", 594), ("G", 595), ("D", 596)]),
        ("667, G595 ,Gatekeeper", [("F", 589), ("G", 595), ("G", 667)]),
        ("700", [("L", 700)]),  # outside the pocket is fine, outside the kinase domain is not
    ],
)
def test_positions(where: str, expected: list[tuple[str, int]]) -> None:
    assert list(saturated_positions(TRKA, where)) == expected


def test_the_pocket_is_all_85_residues_and_each_substitution_is_one_that_a_scan_understands() -> None:
    mutations = saturation_mutations("TRKA", "pocket")
    assert len(mutations) == len(set(mutations)) == 85 * 19
    assert all(any(parse_mutation(text).klifs) for text in mutations[::97])


def test_one_nucleotide_away_is_a_part_of_all() -> None:
    everything, near = (set(saturation_mutations("NTRK1", "G595,F589,G667", snv=flag)) for flag in (False, True))
    assert near < everything
    assert {m for m in near if "595" in m} == {f"NTRK1:G595{mutant}" for mutant in "AERVW"}  # GGG


@pytest.mark.parametrize(
    ("where", "message"),
    [("sovent front", "no position"), ("", "no position"), ("R595", "has G at 595"), ("12", "not known here")],
)
def test_what_names_nothing_is_refused(where: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        saturation_mutations("TRKA", where)


def test_a_file_s_own_residues(tmp_path: Path) -> None:
    shipped = find_entry("TRKA", "repotrectinib").path
    assert saturate_structure(shipped, "G595") == (
        tuple(m.removeprefix("NTRK1:") for m in saturation_mutations("TRKA", "G595")), ())  # fmt: skip
    text = shipped.read_text(encoding="utf-8")
    gap = tmp_path / "gap.pdb"
    gap.write_text("".join(row for row in text.splitlines(True) if row[22:26].strip() != "594"), encoding="utf-8")
    mutations, notes = saturate_structure(gap, "solvent front", snv=True)
    assert {m[:-1] for m in mutations} == {"R593", "G595", "D596"} and "H594" in notes[0]


def test_a_protein_that_is_not_known_is_saturated_by_its_own_numbers(tmp_path: Path) -> None:
    path = tmp_path / "peptide.pdb"
    write_pdb(build_peptide(), path)
    mutations, notes = saturate_structure(path, "A595, 594")
    assert len(mutations) == 38 and {m[:-1] for m in mutations} == {"A594", "A595"} and not notes
    for where, message in (("pocket", "no position"), ("12", "no residue 12"), ("G595", "has A at 595")):
        with pytest.raises(InputError, match=message):
            saturate_structure(path, where)
    with pytest.raises(InputError, match="--snv needs a TRK kinase"):
        saturate_structure(path, "595", snv=True)


def test_the_ranking_is_by_falling_loss_of_binding_within_a_ligand() -> None:
    cases = [_case("G595R", "a", 2.0), _case("WT", "a", 0.0), _case("F589L", "a", 3.0), _case("G595A", "b", -1.0),
             _case("G595W", "a", 2.0, occlusion=0.9), _case("G667C", "a", None)]  # fmt: skip
    ranked = rank_by_resistance(cases)
    assert [(each.case.ligand, each.rank, each.case.mutation) for each in ranked] == [
        ("a", 1, "F589L"), ("a", 2, "G595W"), ("a", 3, "G595R"), ("b", 1, "G595A")]  # fmt: skip
    lines = ranking_csv(ranked).splitlines()
    assert lines[0].startswith("rank,kinase") and lines[1].startswith("1,TRKA,NTRK1,F589L") and len(lines) == 5


def _case(mutation: str, ligand: str, ddg: float | None, occlusion: float = 0.0) -> Case:
    status = "failed" if ddg is None else "ok"
    return Case(kinase="TRKA", gene="NTRK1", mutation=mutation, ligand=ligand, structure="x", status=status,
                ddg_kcal_mol=ddg, occlusion=occlusion)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--saturate", "gatekeeper"], "needs --kinase"),
        (["--snv"], "belong to --saturate"),
        (["--kinase", "TRKB", "--saturate", "gatekeeper", "--snv"], "--coding-sequence"),
        (["--kinase", "TRKA", "--saturate", "foo"], "no position"),
    ],
)
def test_the_command_refuses(words: list[str], message: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["scan", *words, "--ligand", "larotrectinib", "-o", str(tmp_path / "out")])
    assert result.exit_code == 2 and message in result.output
    assert not (tmp_path / "out").exists()
