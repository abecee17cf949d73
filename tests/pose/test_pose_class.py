"""Which poses are reliable, plausible and doubtful: each rule alone, and that losing support never helps."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.hinge_motif import has_hinge_motif
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.binding_type import skeleton_key
from trkstruct.pose.known.pose_class import (
    LEAST_LIKENESS,
    PoseEvidence,
    Template,
    assess,
    classify,
    different_poses,
    recheck,
)
from trkstruct.pose.known.templates import fitting_poses
from trkstruct.pose.placing.likeness import KnownShape, known_shape
from trkstruct.pose.posed_ligand import PosedLigand
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.numbering import clinical_match
from trkstruct.structure.shipped_models import load_shipped

TRKA = kinase_named("TRKA")
KNOWN = PoseEvidence("crizotinib of MET 2WGJ", 0.8, True, 2, 0.2, (), 5.0, "", 2.5)
ORDER = ("reliable", "plausible", "doubtful")


@cache
def shipped() -> tuple[Complex, Ligand]:
    bound = load_shipped("TRKA", "repotrectinib")
    return bound, place_ligand(load_ligand("repotrectinib"), bound.positions[ligand_atoms(bound)])


def posed(shift_angstrom: float = 0.0, energy: float = 0.0, *, bonds: bool = True) -> PosedLigand:
    bound, ligand = shipped()
    points = to_molecule(ligand).GetConformer().GetPositions() + np.array([shift_angstrom, 0.0, 0.0])
    moved = place_ligand(ligand, points)
    found = hinge_hydrogen_bonds(bound, TRKA) if bonds else ()
    return PosedLigand(moved, attach_ligand(bound, moved), "docked", energy, found, ())


def others() -> list[KnownShape]:
    """How every known ligand but repotrectinib lies in the receptor."""
    bound, ligand = shipped()
    known = fitting_poses(bound, TRKA, (skeleton_key(ligand),))
    return [known_shape(each.ligand) for each in known]


def test_a_pose_is_the_less_believed_the_less_it_lies_as_known_ligands_do() -> None:
    there, turned, away = assess((posed(), half_turned(), posed(6.0)), TRKA, (), others())
    assert there.likeness > LEAST_LIKENESS > turned.likeness > 0.0 and away.likeness < LEAST_LIKENESS
    assert there.assessment is not None and there.assessment.pose_class == "plausible"
    assert turned.assessment is not None and turned.assessment.pose_class == "doubtful"
    assert assess((posed(),), TRKA, ())[0].likeness == 0.0


def half_turned() -> PosedLigand:
    """End to end: the middle stays where it is."""
    pose = posed()
    points = to_molecule(pose.ligand).GetConformer().GetPositions()
    middle = points.mean(axis=0)
    across = np.linalg.svd(points - middle)[2][2]
    turned = middle - (points - middle) + 2 * np.outer((points - middle) @ across, across)
    moved = place_ligand(pose.ligand, turned)
    return replace(pose, ligand=moved, complex=attach_ligand(pose.complex, moved))


def test_a_pose_that_a_crystal_of_the_same_ligand_shows_is_reliable() -> None:
    found = classify(KNOWN)
    assert found.pose_class == "reliable"
    assert found.reasons == ("0.8 Å from crizotinib of MET 2WGJ, 2 hydrogen bonds to the hinge",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hinge_bonds": 0}, "no hydrogen bond to the hinge"),
        ({"template_rmsd_angstrom": 7.4}, "7.4 Å from where crizotinib of MET 2WGJ lies"),
        ({"overlap_angstrom": 1.1}, "overlaps the wild type by 1.1 Å"),
        ({"failed_checks": ("internal_energy",)}, "breaks PoseBusters' internal_energy"),
        ({"conflict": "a type II inhibitor"}, "a type II inhibitor"),
        ({"template": "", "template_rmsd_angstrom": None, "likeness": 2.2}, "unlike the known ligands"),
        ({"template": "", "template_rmsd_angstrom": None, "wants_hinge": False, "hinge_bonds": 0}, "nothing that is"),
    ],
)
def test_each_of_these_alone_makes_a_pose_doubtful(changes: dict[str, object], words: str) -> None:
    found = classify(replace(KNOWN, **changes))  # type: ignore[arg-type]
    assert found.pose_class == "doubtful" and len(found.reasons) == 1 and words in found.reasons[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"template": "", "template_rmsd_angstrom": None}, "no known pose of the same ligand"),
        ({"overlap_angstrom": 0.5}, "overlaps the wild type by 0.5 Å"),
    ],
)
def test_each_of_these_alone_makes_a_pose_only_plausible(changes: dict[str, object], words: str) -> None:
    found = classify(replace(KNOWN, **changes))  # type: ignore[arg-type]
    assert found.pose_class == "plausible" and words in found.reasons[0]


def test_a_rival_as_low_in_energy_is_told_where_no_crystal_decides() -> None:
    unknown = replace(KNOWN, template="", template_rmsd_angstrom=None)
    assert "1.0 kcal/mol above" in classify(replace(unknown, gap_kcal_mol=1.0)).reasons[1]
    lower = classify(replace(unknown, gap_kcal_mol=-3.0))
    assert lower.pose_class == "doubtful" and lower.reasons == ("a different pose is 3.0 kcal/mol lower in energy",)
    assert classify(replace(KNOWN, gap_kcal_mol=-3.0)).pose_class == "reliable", "a crystal decides"
    assert "0.5 kcal/mol below" in classify(replace(unknown, gap_kcal_mol=-0.5)).reasons[1]
    assert len(classify(replace(unknown, gap_kcal_mol=None)).reasons) == 1


evidences = st.builds(
    PoseEvidence,
    template=st.sampled_from(["", "x of MET"]),
    template_rmsd_angstrom=st.floats(0, 9),
    wants_hinge=st.booleans(),
    hinge_bonds=st.integers(0, 3),
    overlap_angstrom=st.floats(0, 2),
    failed_checks=st.sampled_from([(), ("volume_overlap_with_protein",)]),
    gap_kcal_mol=st.none() | st.floats(-20, 20),
    conflict=st.sampled_from(["", "a type II inhibitor"]),
    likeness=st.floats(0, 4),
).map(lambda found: found if found.template else replace(found, template_rmsd_angstrom=None))


@given(found=evidences)
def test_taking_support_away_never_makes_a_pose_better(found: PoseEvidence) -> None:
    before = ORDER.index(classify(found).pose_class)
    worse = [
        replace(found, hinge_bonds=0),
        replace(found, overlap_angstrom=found.overlap_angstrom + 1.0),
        replace(found, failed_checks=("internal_energy",)),
        replace(found, conflict="a type I inhibitor"),
        replace(found, gap_kcal_mol=-1.0),
        replace(found, likeness=found.likeness - 1.0),
    ]
    if found.template:
        worse.append(replace(found, template_rmsd_angstrom=(found.template_rmsd_angstrom or 0.0) + 3.0))
    assert all(ORDER.index(classify(each).pose_class) >= before for each in worse)
    assert classify(found).reasons and all(classify(found).reasons)


@given(found=evidences)
def test_no_pose_without_its_hinge_bond_is_ever_believed(found: PoseEvidence) -> None:
    assert classify(replace(found, wants_hinge=True, hinge_bonds=0)).pose_class == "doubtful"


def test_poses_are_judged_by_the_known_one_of_the_same_molecule_whatever_its_name() -> None:
    _, ligand = shipped()
    template = Template("mine of TRKA", replace(ligand, name="mine"), 1)
    near, far = assess((posed(0.3), posed(4.0, 1.0)), TRKA, (template,))
    assert near.assessment is not None and far.assessment is not None
    assert near.assessment.pose_class != "doubtful" and far.assessment.pose_class == "doubtful"
    assert "4.0 Å from where mine of TRKA lies" in far.assessment.reasons


def test_a_scan_runs_each_different_pose_that_the_energy_does_not_rule_out() -> None:
    plausible = assess((posed(),), TRKA, (), others())[0].assessment
    assert plausible is not None and plausible.pose_class == "plausible"
    doubtful = plausible.model_copy(update={"pose_class": "doubtful"})
    places = ((0.0, 0.0), (1.0, 0.5), (4.0, 1.0), (4.5, 1.2), (9.0, 1.9), (20.0, 2.1))
    poses = [replace(posed(shift, energy), assessment=plausible) for shift, energy in places]
    kept = different_poses(poses, 3)
    assert [each.energy_kcal_mol for each in kept] == [0.0, 1.0, 1.9]
    assert len(different_poses(poses, 2)) == 2
    assert different_poses([replace(each, assessment=doubtful) for each in poses], 3)[1:] == ()
    reliable = plausible.model_copy(update={"pose_class": "reliable"})
    assert different_poses([replace(poses[0], assessment=reliable), *poses[2:]], 3)[1:] == ()


def test_relaxation_of_the_wild_type_may_tell_against_a_pose_and_never_for_it() -> None:
    bound, ligand = shipped()
    found = classify(KNOWN, "docked")
    match = clinical_match(bound, TRKA)
    assert recheck(found, bound, ligand, match) == found
    away = posed(3.0)
    lost = recheck(found, away.complex, away.ligand, match)
    assert lost.pose_class == "doubtful" and "lost when the wild type is relaxed" in lost.reasons[0]
    doubtful = classify(replace(KNOWN, conflict="a type II inhibitor"))
    assert recheck(doubtful, bound, ligand, match) == doubtful
    assert len(recheck(doubtful, away.complex, away.ligand, match).reasons) > 1


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("C[C@@H](Oc1cc(cnc1N)-c1cnn(c1)C1CCNCC1)c1c(Cl)ccc(F)c1Cl", True),
        ("O=C1Nc2ccccc2/C1=C/c1ccc[nH]1", True),
        ("CCCCCCO", False),
        ("C1CCCCC1CN1CCCCC1", False),
    ],
)
def test_what_kinase_inhibitors_bind_the_hinge_with_is_seen(smiles: str, expected: bool) -> None:
    assert has_hinge_motif(load_ligand(smiles, with_parameters=False)) is expected
