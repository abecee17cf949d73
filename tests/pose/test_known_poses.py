"""The library of known poses: one frame, whatever the structure's own; which poses fit a ligand and a receptor."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from scipy.spatial.transform import Rotation

from trkstruct.cases.plan import plan_and_check
from trkstruct.errors import StructureError
from trkstruct.files.shipped import data_path
from trkstruct.kinase.kinases import kinase_named, kinases
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.common_atoms import correspondences_around
from trkstruct.pose.find_poses import find_poses
from trkstruct.pose.known.frame import frame_points, into_frame, out_of_frame
from trkstruct.pose.known.library import LIBRARY, KnownPose, known_poses
from trkstruct.pose.known.shipped_receptor import receptor_for
from trkstruct.pose.known.templates import MOST_TEMPLATES, as_template, choose_templates, hinge_ring, is_known
from trkstruct.pose.superposition import pose_rmsd
from trkstruct.preparation.chain_and_ligand import NO_LIGAND
from trkstruct.settings import PRESETS
from trkstruct.structure.complex import Complex, ligand_atoms, residue_id, select_atoms, without_ligand
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.numbering import clinical_match
from trkstruct.structure.shipped_models import load_shipped

TRKA = kinase_named("TRKA")
CRIZOTINIB = "C[C@@H](Oc1cc(cnc1N)-c1cnn(c1)C1CCNCC1)c1c(Cl)ccc(F)c1Cl"
PONATINIB = "Cc1ccc(cc1C#Cc1cnc2cccnn12)C(=O)Nc1ccc(CN2CCN(C)CC2)c(c1)C(F)(F)F"
HINGE_KLIFS = (46, 47, 48)


@cache
def ligand(smiles: str, name: str = "mine") -> Ligand:
    return load_ligand(f"{name}={smiles}", with_parameters=False)


@cache
def receptor() -> Complex:
    return without_ligand(load_shipped("TRKA", "repotrectinib"))


def known(name: str, pdb_id: str) -> KnownPose:
    return next(each for each in known_poses() if (each.ligand.name, each.pdb_id) == (name, pdb_id))


def test_the_library_holds_the_scaffolds_of_kinase_drugs() -> None:
    entries = known_poses()
    assert len(entries) >= 25 and len({(each.ligand.name, each.kinase, each.pdb_id) for each in entries}) == len(
        entries
    )
    assert {"DFG-in", "DFG-out"} <= {each.dfg_state for each in entries}
    assert {"larotrectinib", "entrectinib", "repotrectinib", "selitrectinib", "taletrectinib", "zurletrectinib"} <= {
        each.ligand.name for each in entries if each.kinase == "TRKA"
    }
    assert data_path(LIBRARY).stat().st_size < 200_000


@pytest.mark.parametrize("entry", known_poses(), ids=lambda entry: entry.name.replace(" ", "-"))
def test_each_known_pose_is_a_ligand_at_the_hinge(entry: KnownPose) -> None:
    assert entry.skeleton == skeleton_key(entry.ligand)
    assert entry.hinge_bonds and entry.hinge_atoms and hinge_ring(entry)
    assert 0.0 <= entry.moved_angstrom < 0.5, "computed, and where the crystal has it"
    points = to_molecule(entry.ligand).GetConformer().GetPositions()
    hinge = np.array([frame_points()[klifs] for klifs in HINGE_KLIFS])
    for index in entry.hinge_atoms:  # from N or O of the ligand to the CA of a residue whose N or O it binds
        assert np.linalg.norm(hinge - points[index], axis=1).min() < 6.0
    assert Chem.MolFromMolBlock(entry.ligand.molblock) is not None


def test_known_facts_of_binding_come_out_of_the_sources() -> None:
    assert known("crizotinib", "2XP2").hinge_bonds == (
        "A:MET1199:N...L:LIG1:N4",
        "L:LIG1:N5...A:GLU1197:O",
    ), "Cui 2011, 10.1021/jm2007613"
    assert known("imatinib", "2HYY").dfg_state == "DFG-out" and "MET318" in known("imatinib", "2HYY").hinge_bonds[0]
    assert known("dasatinib", "2GQG").dfg_state == "DFG-in"


@settings(max_examples=25)
@given(angles=st.tuples(*[st.floats(-180, 180)] * 3), shift=st.tuples(*[st.floats(-80, 80)] * 3))
def test_known_poses_move_with_the_receptor(
    angles: tuple[float, float, float], shift: tuple[float, float, float]
) -> None:
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    moved = replace(receptor(), positions=turn.apply(receptor().positions) + np.array(shift))
    points = np.array(list(frame_points().values()))
    here, there = (out_of_frame(each, clinical_match(each, TRKA)) for each in (receptor(), moved))
    np.testing.assert_allclose(there.apply(points), turn.apply(here.apply(points)) + np.array(shift), atol=1e-6)
    back = into_frame(moved, clinical_match(moved, TRKA))
    np.testing.assert_allclose(back.apply(there.apply(points)), points, atol=1e-6)
    assert back.rmsd_angstrom == pytest.approx(here.rmsd_angstrom, abs=1e-6)


def _without(numbers: set[int]) -> Complex:
    atoms = receptor().topology.atoms()
    return select_atoms(receptor(), [a.index for a in atoms if residue_id(a.residue).number not in numbers])


def test_a_few_missing_residues_do_not_matter_and_too_many_are_refused() -> None:
    pocket = [each.number for each in TRKA.pocket]
    points = np.array(list(frame_points().values()))
    whole = out_of_frame(receptor(), clinical_match(receptor(), TRKA)).apply(points)
    fewer = _without({*pocket[:12], pocket[37], pocket[70]})
    np.testing.assert_allclose(out_of_frame(fewer, clinical_match(fewer, TRKA)).apply(points), whole, atol=0.5)
    torn = _without(set(pocket[20:70]))
    with pytest.raises(StructureError, match=r"shows \d+ of the 39 pocket residues .* Use a more complete structure"):
        out_of_frame(torn, clinical_match(torn, TRKA))


def test_the_same_ligand_is_taken_from_every_kinase_and_no_other_beside_it() -> None:
    chosen = choose_templates(receptor(), TRKA, ligand(CRIZOTINIB))
    assert [each.origin for each in chosen] == [
        "transferred from crizotinib of ALK 2XP2",
        "transferred from crizotinib of MET 2WGJ",
    ]
    assert all(each.same and each.template.hinge_bonds == 2 for each in chosen)
    alk = choose_templates(receptor(), TRKA, ligand(CRIZOTINIB), leave_out=(skeleton_key(ligand(CRIZOTINIB)),))
    assert not any(each.same for each in alk)


def test_an_analogue_is_laid_by_the_hinges_ring_and_one_without_it_is_not() -> None:
    analogue = ligand("C[C@@H](Oc1cc(cnc1N)-c1ccccc1)c1ccccc1")
    chosen = choose_templates(receptor(), TRKA, analogue)
    assert chosen and len(chosen) <= MOST_TEMPLATES and not chosen[0].same
    assert "crizotinib" in chosen[0].origin and "atoms in common" in chosen[0].origin
    assert is_known(analogue)
    for each in chosen:
        entry = next(one for one in known_poses() if one.name == each.template.name)
        assert all(hinge_ring(entry) <= {there for _, there in atom_map} for atom_map in each.maps)
    assert not is_known(ligand("Clc1cccc(Cl)c1C(C)OCc1ccccc1C1CCNCC1".replace("C(C)", "[C@H](C)")))


def test_what_would_lie_on_the_motif_of_the_receptor_does_not_fit() -> None:
    assert not any(each.same for each in choose_templates(receptor(), TRKA, ligand(PONATINIB)))
    open_model, reference = receptor_for(TRKA, ligand(PONATINIB))
    assert (open_model.source, reference) == ("trka_6kzd", None)
    assert choose_templates(open_model, TRKA, ligand(PONATINIB))[0].same
    closed, beside = receptor_for(TRKA, ligand(CRIZOTINIB))
    assert closed.source.startswith("trka_4yne") and beside is not None


def test_the_same_molecule_takes_the_known_places_in_its_own_protonation() -> None:
    entry = known("crizotinib", "2WGJ")
    mine = ligand(CRIZOTINIB)
    positions = as_template(mine, entry.ligand)
    assert positions is not None
    placed = place_ligand(mine, positions)
    assert pose_rmsd(placed, entry.ligand.molblock) < 1e-3
    again = to_molecule(placed)
    Chem.AssignStereochemistryFrom3D(again)
    assert Chem.MolToSmiles(Chem.RemoveHs(again)) == mine.smiles
    mirrored = ligand(CRIZOTINIB.replace("@@", "@"), "mirrored")
    assert as_template(mirrored, entry.ligand) is None, "the other enantiomer does not fit on these atoms"


def test_ways_of_laying_hold_the_part_they_grow_from() -> None:
    reference, molecule = Chem.MolFromSmiles("c1ccc(-c2ccncc2)cc1"), Chem.MolFromSmiles("Cc1ccc(-c2ccncc2)cc1")
    pyridine = {at for ring in reference.GetRingInfo().AtomRings() for at in ring
                if any(reference.GetAtomWithIdx(i).GetSymbol() == "N" for i in ring)}  # fmt: skip
    maps = correspondences_around(molecule, reference, pyridine)
    assert maps and all(pyridine <= {there for _, there in each} for each in maps)
    assert all(len(each) == 12 for each in maps) and len(maps) == 4, "two rings that turn"
    assert correspondences_around(Chem.MolFromSmiles("c1ccccc1CC"), reference, pyridine) == ()


def test_a_file_with_another_ligand_is_scanned_when_that_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "model.pdb"
    write_pdb(load_shipped("TRKA", "repotrectinib"), path)
    settings_ = PRESETS["fast"]
    with pytest.raises(Exception, match="say --ligand-residue none"):
        plan_and_check((), ("G595R",), ("entrectinib",), settings_, structure=str(path))
    specs = plan_and_check((), ("G595R",), ("entrectinib",), settings_, structure=str(path), ligand_residue=NO_LIGAND)
    assert [spec.mutation for spec in specs] == ["WT", "G595R"]


@pytest.mark.shared
@pytest.mark.parametrize("pdb_id", ["2WGJ", "3ZOS"])
def test_the_script_makes_what_ships_from_the_deposited_entry(pdb_id: str, sources: Path) -> None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "shipped"))
    from build_pose_library import from_entry, record_of
    from pose_sources import ENTRIES

    source = next(each for each in ENTRIES if each.pdb_id == pdb_id)
    record = record_of(source, from_entry(source, sources))
    again = Ligand(source.ligand, "", 0, record.partition("> <")[0], (), None, "", None)
    assert pose_rmsd(again, known(source.ligand, pdb_id).ligand.molblock) < 0.05


def test_every_kinase_known_here_can_be_laid_in() -> None:
    assert all(len(kinase.pocket) == len(frame_points()) == 85 for kinase in kinases())
    bound = load_shipped("TRKA", "repotrectinib")
    assert len(ligand_atoms(bound)) and out_of_frame(bound, clinical_match(bound, TRKA)).rmsd_angstrom < 0.01


@pytest.mark.slow
def test_crizotinib_keeps_the_hinge_of_alk_and_met_in_trka() -> None:
    """Before, it was laid upside down over taletrectinib by nine atoms, and a scan called G595R resistant so."""
    best = find_poses("TRKA", f"crizotinib={CRIZOTINIB}")[0]
    assert best.assessment is not None and best.assessment.pose_class == "reliable"
    chosen = choose_templates(best.complex, TRKA, best.ligand)
    assert min(pose_rmsd(best.ligand, each.template.ligand.molblock) for each in chosen) < 2.0
    ends = {end.rpartition(":")[0] for bond in best.hinge_bonds for end in (bond.donor, bond.acceptor)}
    assert {"A:MET592", "A:GLU590"} <= ends
