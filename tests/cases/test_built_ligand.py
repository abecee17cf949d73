"""Scans of structures whose ligand lacks atoms, from the file to the record."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rdkit import Chem

from support.cut_ligand import TAILS, cut_complex
from support.quick import QUICK
from support.small_complex import molecule_of, with_molecule
from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.cases.wild_type import load_wild_type
from trkstruct.cli import main
from trkstruct.errors import LigandError
from trkstruct.settings import PRESETS
from trkstruct.structure.complex import without_ligand
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.shipped_models import load_shipped

SUNITINIB = "sunitinib=CCN(CC)CCNC(=O)c1c(C)[nH]c(/C=C2\\C(=O)Nc3ccc(F)cc23)c1C"
ERLOTINIB = "erlotinib=COCCOc1cc2ncnc(Nc3cccc(C#C)c3)c2cc1OCCOC"


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cut") / "cut.pdb"
    write_pdb(cut_complex("larotrectinib", TAILS["larotrectinib"])[0], path)
    return path


def test_a_case_with_a_built_tail_says_so_and_runs(cut: Path, tmp_path: Path) -> None:
    spec = CaseSpec(
        kinase=None,
        mutation="G595R",
        ligand="larotrectinib",
        structure=str(cut),
        ligand_residue="LIG",
        settings=QUICK,
    )
    case = run_case(spec, tmp_path).case
    assert case.status == "ok", case.error
    (note,) = [each for each in case.notes if each.startswith("Built")]
    assert "6 of the 31 heavy atoms of larotrectinib" in note
    wild_type = load_wild_type(None, "larotrectinib", str(cut), None, "LIG")
    assert wild_type.cautions == (note,)


def test_a_scan_that_shall_not_build_is_refused_before_anything_runs(cut: Path) -> None:
    where = {"structure": str(cut), "ligand_residue": "LIG"}
    with pytest.raises(LigandError, match="--no-build-ligand"):
        plan_and_check((), ("G595R",), ("larotrectinib",), QUICK, build_ligand=False, **where)


@pytest.mark.parametrize("command", ["clashes", "relax", "scan"])
def test_every_command_that_understands_a_ligand_can_refuse_to_build(command: str, cut: Path, tmp_path: Path) -> None:
    place = ["--structure", str(cut), "--mutation", "G595R"] if command == "scan" else [str(cut)]
    ligand = ["--ligand-residue", "LIG", "--ligand", "larotrectinib", "--no-build-ligand"]
    output = [] if command == "clashes" else ["-o", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [command, *place, *ligand, *output])
    assert result.exit_code == 2
    assert "25 heavy atoms" in result.output and "31" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("isomer", ["C[N@H+]1CC[C@H](c2ccncc2)CC1", "C[N@H+]1CC[C@@H](c2ccncc2)CC1"])
def test_either_face_of_a_protonated_piperidine_in_a_structure_can_be_scanned(isomer: str, tmp_path: Path) -> None:
    """Cis or trans to the hydrogen on nitrogen, so axial or equatorial: one molecule."""
    shipped = load_shipped("TRKA", "larotrectinib")
    molecule = molecule_of(isomer)
    ligand = [atom.index for atom in shipped.topology.atoms() if atom.residue.name == "LIG"]
    conformer = molecule.GetConformer()
    conformer.SetPositions(
        np.ascontiguousarray(
            conformer.GetPositions() - conformer.GetPositions().mean(0) + shipped.positions[ligand].mean(0)
        )
    )
    path = tmp_path / "piperidine.pdb"
    write_pdb(with_molecule(without_ligand(shipped), Chem.RemoveHs(molecule)), path)
    plan = plan_and_check(
        (), ("G595R",), ("mine=CN1CCC(c2ccncc2)CC1",), PRESETS["fast"], structure=str(path), ligand_residue="LIG"
    )
    assert [spec.mutation for spec in plan] == ["WT", "G595R"]


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "residue", "ligand", "mutation", "built"),
    [
        ("3G0E", "B49", SUNITINIB, "T670I", "Built 7 of the 29 heavy atoms of sunitinib"),
        ("1M17", "AQ4", ERLOTINIB, "T790M", ""),
    ],
)
def test_deposited_entries_go_through_a_scan(
    entry: str, residue: str, ligand: str, mutation: str, built: str, sources: Path, tmp_path: Path
) -> None:
    """KIT with sunitinib, of whose tail nothing is seen; EGFR with erlotinib, counted without the signal peptide."""
    plan = plan_and_check(
        (), (mutation,), (ligand,), QUICK, structure=str(sources / f"kinases/{entry}.pdb"), ligand_residue=residue
    )
    case = run_case(plan[1], tmp_path).case
    assert case.status == "ok", case.error
    assert any("heavy atoms of" in note for note in case.notes) == bool(built)
    assert built in "\n".join(case.notes)
    assert case.clashes_before is not None
