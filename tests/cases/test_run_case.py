"""One case end to end on a shipped complex, with a small pocket and few iterations; the claims of the estimator."""

import random
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from support.quick import QUICK
from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.contacts.hydrogen_bonds import atom_label
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.calibration import calibrate
from trkstruct.impact.ddg import score_mutation
from trkstruct.ligand.reading import load_ligand
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import Complex, without_ligand
from trkstruct.structure.formats.writing import pdb_text
from trkstruct.structure.mutated_residues import Change
from trkstruct.structure.reading import load_complex
from trkstruct.structure.shipped_models import load_shipped

LIGAND = "repotrectinib"


def _spec(mutation: str) -> CaseSpec:
    return CaseSpec(kinase="TRKA", mutation=mutation, ligand=LIGAND, settings=QUICK)


@pytest.fixture(scope="module")
def work_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan")


@pytest.fixture(scope="module")
def shipped_states() -> BoundAndApo[Complex]:
    bound = load_shipped("TRKA", LIGAND)
    return BoundAndApo(bound, without_ligand(bound))


def test_a_mutant_is_reported_in_full(work_dir: Path, tmp_path: Path) -> None:
    result = run_case(_spec("G595R"), work_dir)
    case = result.case
    assert (case.status, case.gene, case.mutation, case.regions, case.klifs) == (
        "ok", "NTRK1", "G595R", ("solvent front",), (51,),
    )  # fmt: skip
    assert case.ddg_terms is not None and case.ddg_raw_kcal_mol == pytest.approx(case.ddg_terms.total)
    parts = case.ddg_terms.model_dump()
    assert sum(value for name, value in parts.items() if name != "total") == pytest.approx(parts["total"])
    assert case.occlusion is not None and 0 <= case.occlusion <= 1
    assert {each.state for each in case.relaxations} == {"bound", "apo"}
    assert case.summary.startswith("G595R (solvent front) with repotrectinib")
    assert any(each.kind == "fold_change" for each in case.evidence)
    (tmp_path / "complex.pdb").write_text(result.complex_pdb or "")
    written = load_complex(tmp_path / "complex.pdb")
    assert written.ligand is not None
    assert any(r.id == "595" and r.name == "ARG" for r in written.topology.residues())
    assert case.hinge_hydrogen_bond == bool(case.hinge_hydrogen_bonds)


def test_the_start_of_a_mutant_holds_the_clashes_before_relaxation(work_dir: Path, tmp_path: Path) -> None:
    result = run_case(_spec("G595R"), work_dir)
    (tmp_path / "before.pdb").write_text(result.before_pdb or "")
    start = load_complex(tmp_path / "before.pdb", ligand_residue="LIG")
    names = {atom_label(atom): atom.index for atom in start.topology.atoms()}
    ligand = {label.rpartition(":")[2]: index for label, index in names.items() if ":LIG" in label}
    assert result.case.clashes_before
    for clash in result.case.clashes_before:
        ends = start.positions[[names[clash.protein_atom], ligand[clash.ligand_atom]]]
        assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(clash.distance_angstrom, abs=0.002)
    assert run_case(_spec("WT"), work_dir).before_pdb is None


def test_the_same_seed_gives_the_same_numbers(work_dir: Path) -> None:
    first, second = (run_case(_spec("G595R"), work_dir).case for _ in range(2))
    assert first.ddg_raw_kcal_mol == pytest.approx(second.ddg_raw_kcal_mol, abs=1e-3)


def test_the_wild_type_carries_its_binding_terms(work_dir: Path) -> None:
    case = run_case(_spec("WT"), work_dir).case
    assert case.ddg_kcal_mol == 0
    assert case.binding_terms is not None and case.binding_terms.van_der_waals < -20
    assert case.hinge_hydrogen_bond


def test_the_relaxed_wild_type_is_computed_once(work_dir: Path) -> None:
    run_case(_spec("WT"), work_dir)
    kept = {path: path.stat().st_mtime_ns for path in (work_dir / "reference").glob("*.npz")}
    run_case(_spec("G595R"), work_dir)
    assert len(kept) == QUICK.backbones == 1
    assert kept == {path: path.stat().st_mtime_ns for path in (work_dir / "reference").glob("*.npz")}


def test_a_failure_is_a_case_that_says_how_to_repeat_it(work_dir: Path) -> None:
    case = run_case(CaseSpec(kinase="TRKA", mutation="G595R", ligand="larotrectinob", settings=QUICK), work_dir).case
    assert case.status == "failed" and case.error is not None
    assert case.error.stage == "reading the complex"
    assert case.error.repeat_command.startswith("trkstruct scan --kinase TRKA --mutation G595R --ligand larotrectinob")


def test_a_number_that_cannot_be_fails_the_case_instead_of_standing_in_the_results(
    work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trkstruct.cases.measurements.score_occlusion", lambda *_: 1.5)
    case = run_case(_spec("G667S"), work_dir).case
    assert case.error is not None
    assert (case.error.stage, case.error.error_type) == ("finding clashes", "ValidationError")
    assert "occlusion" in case.error.message


def _ddg(states: BoundAndApo[Complex], residue: ResidueId, to: str) -> float:
    """The larger, by size, of the double differences with the two dielectric constants."""
    xml = load_ligand(LIGAND).parameters_xml or ""
    converged = QUICK.model_copy(update={"iterations": 100})
    return max((terms.total for terms in score_mutation(states, [Change(residue, to)], xml, converged).terms), key=abs)


@pytest.mark.parametrize(("number", "name"), [(667, "GLY"), (589, "PHE"), (657, "LEU")])
def test_wild_type_to_itself_costs_nothing(number: int, name: str, shipped_states: BoundAndApo[Complex]) -> None:
    assert _ddg(shipped_states, ResidueId("A", number), name) == pytest.approx(0.0, abs=0.05)


def test_a_mutation_far_from_the_ligand_costs_nothing(shipped_states: BoundAndApo[Complex]) -> None:
    positions = shipped_states.apo.positions
    ligand_centre = shipped_states.bound.positions[len(positions) :].mean(axis=0)
    far = max(
        (r for r in shipped_states.apo.topology.residues() if r.name == "LEU"),
        key=lambda r: float(np.linalg.norm(positions[[a.index for a in r.atoms()]].mean(axis=0) - ligand_centre)),
    )
    assert _ddg(shipped_states, ResidueId("A", int(far.id)), "ALA") == pytest.approx(0.0, abs=0.5)


def _read(lines: list[str], path: Path) -> BoundAndApo[Complex]:
    path.write_text("".join(f"{line}\n" for line in lines))
    bound = load_complex(path, ligand_residue="LIG")
    return BoundAndApo(bound, without_ligand(bound))


def test_results_do_not_depend_on_frame_chain_name_or_atom_order(
    shipped_states: BoundAndApo[Complex], tmp_path: Path
) -> None:
    lines = pdb_text(shipped_states.bound.topology, shipped_states.bound.positions).splitlines()
    atoms = [line for line in lines if line.startswith(("ATOM", "HETATM"))]
    by_residue = [list(group) for _, group in groupby(atoms, key=lambda line: line[17:27])]
    shuffled = [line for group in by_residue for line in random.Random(7).sample(group, len(group))]
    renamed = [line[:21] + "Q" + line[22:] for line in atoms]
    states = _read(atoms, tmp_path / "plain.pdb")
    turn = Rotation.from_euler("xyz", [40, -70, 110], degrees=True)
    shift = np.array([30.0, -8.0, 15.0])
    moved = BoundAndApo(
        *(replace(each, positions=turn.apply(each.positions) + shift) for each in (states.bound, states.apo))
    )
    expected = _ddg(states, ResidueId("A", 589), "LEU")
    assert abs(expected) > 0.05
    assert _ddg(moved, ResidueId("A", 589), "LEU") == pytest.approx(expected, abs=0.05)
    for lines, chain in ((shuffled, "A"), (renamed, "Q")):
        again = _ddg(_read(lines, tmp_path / f"{chain}.pdb"), ResidueId(chain, 589), "LEU")
        assert again == pytest.approx(expected, abs=0.05)


def test_forward_and_back_close(shipped_states: BoundAndApo[Complex]) -> None:
    """Damped energies; the way back starts from the relaxed mutant. Some do not close: docs/explanation/accuracy.md."""
    xml = load_ligand(LIGAND).parameters_xml or ""
    residue, converged = ResidueId("A", 595), QUICK.model_copy(update={"iterations": 100})
    there = score_mutation(shipped_states, [Change(residue, "ALA")], xml, converged)
    again = score_mutation(there.relaxed, [Change(residue, "GLY")], xml, converged)
    closure = sum(calibrate([each.terms], contacts=0, near=True).energies.mean_kcal_mol for each in (there, again))
    assert closure == pytest.approx(0.0, abs=0.3)
