"""A ligand without a pose: the poses are chemistry's, hold the hinge, are ranked in one pocket and are sought once."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from click.testing import CliRunner
from rdkit import Chem
from scipy.spatial.transform import Rotation

from support.peptides import build_peptide
from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.wild_type import load_wild_type
from trkstruct.cli import main
from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.energy.minimizer import Minimum
from trkstruct.energy.pocket_energy import PocketEnergy
from trkstruct.errors import InputError, LigandError, RelaxationError
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose import cached_pose, docking, search
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.cached_pose import place_by_analogy
from trkstruct.pose.checks import failed_checks
from trkstruct.pose.common_atoms import common_scaffold_size
from trkstruct.pose.find_poses import find_poses
from trkstruct.pose.known.templates import fitting_poses
from trkstruct.pose.placing import starting
from trkstruct.pose.placing.starting import Search, StartingPose
from trkstruct.pose.posed_ligand import PosedLigand, poses_sdf
from trkstruct.pose.search import find_posed_ligands
from trkstruct.pose.superposition import pose_rmsd
from trkstruct.residues import ResidueId
from trkstruct.settings import PRESETS
from trkstruct.structure.complex import Complex, ligand_atoms, protein_residue, without_ligand
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.shipped_models import load_shipped, structure_path

TRKA = kinase_named("TRKA")
SUCCESS_ANGSTROM = 2.0  # the usual limit of redocking; Gohlke 2000, 10.1006/jmbi.1999.3371


@pytest.fixture(scope="module")
def bound() -> Complex:
    return load_shipped("TRKA", "repotrectinib")


@pytest.fixture(scope="module")
def repotrectinib(bound: Complex) -> Ligand:
    return place_ligand(load_ligand("repotrectinib"), bound.positions[ligand_atoms(bound)])


@pytest.mark.slow
def test_a_macrocycle_is_laid_over_another_and_holds_the_hinge(
    bound: Complex, repotrectinib: Ligand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    selitrectinib = load_ligand("selitrectinib")
    monkeypatch.setattr(cached_pose, "receptor_for", lambda *_: (without_ligand(bound), repotrectinib))
    monkeypatch.setattr(search, "choose_templates", lambda *_: ())  # it is known itself
    monkeypatch.setattr(starting, "CONFORMERS", 40)  # a third of the time
    best = place_by_analogy(TRKA, selitrectinib)[0]
    receptor, placed, note = best.receptor, best.ligand, best.note
    shipped = load_shipped("TRKA", "selitrectinib")
    known = place_ligand(selitrectinib, shipped.positions[ligand_atoms(shipped)])
    assert pose_rmsd(placed, known.molblock) < 1.0
    assert "laid over repotrectinib" in note and "PoseBusters: passed" in note
    assert hinge_hydrogen_bonds(attach_ligand(receptor, placed), TRKA)
    monkeypatch.setattr("trkstruct.pose.cached_pose.find_posed_ligands", lambda *_, **__: pytest.fail("sought again"))
    again = place_by_analogy(TRKA, selitrectinib)[0]
    np.testing.assert_array_equal(again.receptor.positions, receptor.positions)
    assert (again.ligand, again.note, again.assessment) == (placed, note, best.assessment)
    assert best.assessment.pose_class == "plausible" and best.assessment.hinge_bonds


@pytest.mark.slow
def test_docking_finds_the_crystal_pose_without_a_reference(
    bound: Complex, repotrectinib: Ligand, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("vina", reason="AutoDock Vina is not installed")
    monkeypatch.setattr(docking, "yielding_atoms", lambda *_: frozenset())  # one receptor and half the time
    poses = docking.dock(load_ligand("repotrectinib"), without_ligand(bound), TRKA, exhaustiveness=2)
    assert poses.shape[1:] == (44, 3) and 1 <= len(poses) <= 10
    rmsds = [pose_rmsd(place_ligand(repotrectinib, pose), repotrectinib.molblock) for pose in poses]
    assert min(rmsds) < SUCCESS_ANGSTROM
    for pose in poses:  # bonds and stereo come through Meeko unchanged
        again = Chem.Mol(to_molecule(place_ligand(repotrectinib, pose)))
        Chem.AssignStereochemistryFrom3D(again)
        assert Chem.MolToSmiles(Chem.RemoveHs(again)) == repotrectinib.smiles


def test_the_box_holds_every_shipped_pose() -> None:
    for name in ("repotrectinib", "entrectinib", "larotrectinib"):
        complex_ = load_shipped("TRKA", name)
        centre, size = docking.docking_box(complex_, TRKA)
        assert (np.abs(complex_.positions[ligand_atoms(complex_)] - centre) < size / 2).all()
        assert np.prod(size) < 27_000.0  # Vina warns of larger ones
        for known in fitting_poses(complex_, TRKA):  # alectinib's morpholine stood 3 Å outside, and was docked turned
            points = to_molecule(known.ligand).GetConformer().GetPositions()
            assert (np.abs(points - centre) < size / 2 - 3.0).all(), known.known.name


def test_arginines_and_lysines_yield_but_not_the_catalytic_one(bound: Complex) -> None:
    yielding = docking.yielding_atoms(bound, TRKA)
    of = {n: {a.name for a in protein_residue(bound, ResidueId("A", n)).atoms() if a.index in yielding}
          for n in (544, 599, 595, 592)}  # fmt: skip
    assert of[544] == of[595] == of[592] == set()
    assert {"CG", "CD", "NE", "CZ", "NH1", "NH2", "HE"} <= of[599] and not {"CA", "CB", "N", "O"} & of[599]
    lines = list(docking.pdbqt_lines(bound, yielding))
    assert not any("ARG" in line and " CZ " in line for line in lines)
    assert sum(" CZ " in line and "ARG" in line for line in docking.pdbqt_lines(bound)) > 5


def test_vina_types_say_who_gives_and_takes_hydrogen_bonds(bound: Complex) -> None:
    types = {(line[17:20] + line[22:26].strip(), line[12:16].strip()): line[77:].strip()
             for line in docking.pdbqt_lines(bound)}  # fmt: skip
    assert types["MET592", "N"] == "N" and types["MET592", "H"] == "HD" and types["MET592", "O"] == "OA"
    assert types["MET592", "SD"] == "SA" and ("MET592", "HA") not in types
    histidines = {
        atom: kind for (residue, atom), kind in types.items() if residue == "HIS594" and atom in ("ND1", "NE2")
    }
    assert sorted(histidines.values()) == ["N", "NA"]


def test_checks_pass_a_crystal_pose_and_fail_one_through_the_wall(bound: Complex, repotrectinib: Ligand) -> None:
    pytest.importorskip("posebusters", reason="PoseBusters is not installed")
    assert failed_checks(repotrectinib, bound) == ()
    points = to_molecule(repotrectinib).GetConformer().GetPositions()
    turned = Rotation.from_euler("x", 90, degrees=True).apply(points - points.mean(axis=0)) + points.mean(axis=0)
    assert "minimum_distance_to_protein" in failed_checks(place_ligand(repotrectinib, turned), bound)


def test_scaffolds_in_common_count_chemistry_only() -> None:
    first, second = (to_molecule(load_ligand(name)) for name in ("repotrectinib", "selitrectinib"))
    assert common_scaffold_size(first, second) >= starting.LEAST_SCAFFOLD
    benzene, pyridine = (to_molecule(load_ligand(s, with_parameters=False)) for s in ("c1ccccc1", "c1ccncc1"))
    assert common_scaffold_size(benzene, pyridine) < 6 <= common_scaffold_size(benzene, benzene)


def test_what_was_not_tried_is_where_every_pose_laid_over_breaks_a_rule(
    bound: Complex, repotrectinib: Ligand, monkeypatch: pytest.MonkeyPatch
) -> None:
    pose = to_molecule(repotrectinib).GetConformer().GetPositions()
    broken: tuple[str, ...] = ("minimum_distance_to_protein",)
    bonds = hinge_hydrogen_bonds(bound, TRKA)

    def relaxed(
        _receptor: Complex, _kinase: Kinase, _ligand: Ligand, candidates: list[StartingPose]
    ) -> list[PosedLigand]:
        checks = [() if each.origin in (search.DOCKED, search.GROWN) else broken for each in candidates]
        return [PosedLigand(repotrectinib, bound, each.origin, 0.0, bonds, failed)
                for each, failed in zip(candidates, checks, strict=True)]  # fmt: skip

    monkeypatch.setattr(search, "can_dock", lambda: True)
    monkeypatch.setattr(search, "choose_templates", lambda *_: ())
    monkeypatch.setattr(starting, "transfer_pose", lambda *_, **__: pose[None])
    monkeypatch.setattr(starting, "dock", lambda *_, **__: np.array([pose, pose + 4.0]))
    monkeypatch.setattr(starting, "anchored_poses", lambda *_, **__: pose[None])
    monkeypatch.setattr(search, "_relaxed", relaxed)
    receptor = without_ligand(bound)
    find = partial(find_posed_ligands, receptor, TRKA, repotrectinib, repotrectinib)

    def origins(*how: Search) -> list[str]:
        names = {search.DOCKED: "docked", search.GROWN: "grown"}
        return [names.get(each.origin, "laid over") for each in find(*how)]

    assert origins() == ["grown", "laid over"], "with a hinge bond Vina is not asked"
    assert origins(Search("scaffold")) == ["laid over"]
    assert origins(Search("docking")) == ["docked", "docked"]
    broken = ()
    assert origins() == ["laid over"], "the scaffold alone is trusted"
    bonds = ()
    assert sorted(origins()) == ["docked", "docked", "grown", "laid over"], "without its hinge bond it is not"


def test_a_pose_moves_into_the_surroundings_of_the_best_where_they_suit_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ligand = np.array([0])

    def springs(_energy: PocketEnergy, start: np.ndarray, *_args: object, **_options: object) -> Minimum:
        """The ligand atom at 1 wants the protein atom at 5, the one at 2 wants it at 7, at 3 it overlaps."""
        pose, protein = start[:, 0]
        if pose == 3.0:
            raise RelaxationError("exploded")
        return at(pose, protein, -10.0 if (pose, protein) == (1.0, 5.0) else 0.0)

    def at(pose: float, protein: float, energy: float) -> Minimum:
        return Minimum(np.array([[pose, 0.0, 0.0], [protein, 0.0, 0.0]]), energy, energy, 0.0, softened=True)

    found = {3: at(0.0, 5.0, -5.0), 4: at(1.0, 6.0, -2.0), 7: at(2.0, 7.0, -3.0), 8: at(3.0, 8.0, -1.0)}
    monkeypatch.setattr(search, "minimize", springs)
    lower = search._exchanged(cast(PocketEnergy, None), ligand, found)
    assert {index: minimum.energy_kcal_mol for index, minimum in lower.items()} == {3: -5.0, 4: -10.0, 7: -3.0, 8: -1.0}
    assert lower[4].positions[1, 0] == 5.0 and lower[7] is found[7] and lower[8] is found[8]


def test_what_cannot_be_placed_is_said(bound: Complex, repotrectinib: Ligand, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = replace(load_ligand("butane=CCCC", with_parameters=False), parameters_xml=None)
    monkeypatch.setattr(docking, "find_spec", lambda name: None)
    with pytest.raises(LigandError, match=r"pip install 'trkstruct\[docking\]'"):
        find_posed_ligands(without_ligand(bound), TRKA, stranger, repotrectinib)
    with pytest.raises(LigandError, match="less than a ring"):
        find_posed_ligands(without_ligand(bound), TRKA, stranger, repotrectinib, Search("scaffold"))


def test_the_command_writes_poses_that_load(
    bound: Complex, repotrectinib: Ligand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pose = PosedLigand(repotrectinib, bound, "laid over itself", 0.0, hinge_hydrogen_bonds(bound, TRKA), ())
    monkeypatch.setattr(
        "trkstruct.pose.find_poses.place_in_shipped", lambda *_, **__: (pose, replace(pose, energy_kcal_mol=3.0))
    )
    path, complex_file = tmp_path / "poses.sdf", tmp_path / "complex.pdb"
    result = CliRunner().invoke(main, ["pose", "repotrectinib", "-o", str(path), "--complex", str(complex_file)])
    assert result.exit_code == 0 and "A:MET592:N" in result.stdout and "+3.0" in result.stdout
    loaded = load_ligand(str(path))
    assert loaded.has_pose and pose_rmsd(loaded, repotrectinib.molblock) < 1e-3 and "2 molecules" in loaded.notes[0]
    assert poses_sdf((pose,)).count("$$$$") == 1
    assert find_poses("NTRK1", "repotrectinib")[0] is pose
    settings = PRESETS["fast"]
    for name, residue, n in ((str(path), None, 2), ("repotrectinib", "LIG", 1)):  # a scan starts from what was written
        specs = plan_and_check((), ("G595R",), (name,), settings, structure=str(complex_file), ligand_residue=residue)
        assert sorted(str(spec.mutation) for spec in specs) == ["G595R"] * n + ["WT"] * n, "each pose is a ligand"
        assert len({spec.ligand for spec in specs}) == n


def test_a_structure_that_ships_is_named_and_its_kinase_recognised(
    bound: Complex, repotrectinib: Ligand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[tuple[str, str, Ligand | None]] = []

    def found(receptor: Complex, kinase: Kinase, _ligand: Ligand, reference: Ligand | None, _search: Search) -> object:
        seen.append((Path(receptor.source).name, kinase.name, reference))
        return (PosedLigand(repotrectinib, attach_ligand(receptor, repotrectinib), "docked", 0.0, (), None),)

    monkeypatch.setattr("trkstruct.pose.find_poses.find_posed_ligands", found)
    find_poses(None, "repotrectinib", structure="trka_4gt5")
    assert seen == [("trka_4gt5.pdb", "TRKA", None)], "docked, without a reference"
    assert "repotrectinib is a type I inhibitor and binds DFG-in" in caplog.text
    with pytest.raises(InputError, match=r"trka_4gt5\.pdb holds TRKA, not the TRKB asked for"):
        find_poses("TRKB", "repotrectinib", structure="trka_4gt5")
    with pytest.raises(InputError, match="or a structure"):
        find_poses(None, "repotrectinib")


def test_only_a_known_kinase_is_docked_into(tmp_path: Path) -> None:
    write_pdb(build_peptide(), tmp_path / "peptide.pdb")
    with pytest.raises(InputError, match=r"peptide\.pdb holds no kinase that is known here"):
        find_poses(None, "repotrectinib", structure=tmp_path / "peptide.pdb")
    with pytest.raises(InputError, match="not docked, because no kinase known here was recognised"):
        load_wild_type(None, "repotrectinib", str(tmp_path / "peptide.pdb"))


def test_a_name_or_a_path_is_a_structure(tmp_path: Path) -> None:
    assert structure_path("trkb_4asz").name == "trkb_4asz.pdb" and structure_path("trkb_4asz").is_file()
    assert structure_path(tmp_path / "mine.pdb") == tmp_path / "mine.pdb"
    refused = CliRunner().invoke(main, ["pose", "repotrectinib", "--structure", "trka_0xxx"])
    assert refused.exit_code == 2 and "does not exist" in refused.output
    lost = CliRunner().invoke(main, ["pose", "repotrectinib", "--chain", "A"])
    assert lost.exit_code == 2 and "belongs to --structure" in lost.output
