"""The example scripts run as they stand, with small pockets and few iterations, and print what they promise."""

import csv
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from support.quick import QUICKEST
from trkstruct.cli import main
from trkstruct.ligand.reading import load_ligand
from trkstruct.settings import Settings
from trkstruct.structure.shipped_models import find_entry

SCRIPTS = Path(__file__).parents[2] / "scripts" / "example"


def _main(name: str) -> Callable[[list[str], Settings], int]:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Callable[[list[str], Settings], int] = module.main
    return main


def test_rescoring_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    structure = tmp_path / "mine.pdb"
    structure.write_bytes(find_entry("TRKA", "repotrectinib").path.read_bytes())
    words = [str(structure), "--ligand", "repotrectinib", "--ligand-residue", "LIG", "--mutation", "G595A"]
    assert _main("rescore")([*words, "-o", str(tmp_path / "out")], QUICKEST) == 0
    printed = capsys.readouterr().out
    assert "G595A" in printed and "repotrectinib" in printed
    complexes = [line.split(": ")[1] for line in printed.splitlines() if "complex: " in line]
    assert len(complexes) == 1 and " ALA A 595" in Path(complexes[0]).read_text(encoding="utf-8")


def test_screening_smiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    smiles = [load_ligand(name, with_parameters=False).smiles for name in ("larotrectinib", "selitrectinib")]
    file = tmp_path / "ligands.smi"
    file.write_text("\n".join([*smiles, "C1CC broken", "", "CC(F)Cl"]) + "\n", encoding="utf-8")
    words = [str(file), "--mutation", "G595A", "-o", str(tmp_path / "out")]
    assert _main("screen")(words, QUICKEST) == 0
    printed = capsys.readouterr()
    values = [float(line.split()[0]) for line in printed.out.splitlines()]
    assert len(values) == 2 and values == sorted(values)
    assert "line 3 left out" in printed.err and "line 5 left out" in printed.err


def test_saturating_a_position_on_the_command_line_and_in_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr("trkstruct.cli.options.make_settings", lambda *_: QUICKEST)
    command = ["scan", "--kinase", "TRKA", "--saturate", "G667", "--snv", "--ligand", "larotrectinib"]
    result = CliRunner().invoke(main, [*command, "--workers", "0", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "6 mutations at G667" in result.stderr and "6 mutants by predicted resistance" in result.stdout
    assert (out / "results.json").is_file() and (out / "report.html").is_file()
    with (out / "ranking.csv").open(encoding="utf-8", newline="") as table:
        ranking = list(csv.DictReader(table))
    assert {row["mutation"] for row in ranking} == {f"G667{mutant}" for mutant in "ARDCSV"}  # GGT
    losses = [float(row["ddg_kcal_mol"]) for row in ranking]
    assert losses == sorted(losses, reverse=True) and [row["rank"] for row in ranking] == list("123456")

    monkeypatch.setattr("trkstruct.cases.run_case.run_case", lambda *_: pytest.fail("a finished case was run again"))
    words = ["--where", "G667", "--ligand", "larotrectinib", "-o", str(out)]
    assert _main("saturation")(words, QUICKEST) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(row[1], row[2]) for row in rows] == [(row["rank"], row["mutation"]) for row in ranking]
    assert [float(row[3]) for row in rows] == pytest.approx(losses, abs=0.005)
