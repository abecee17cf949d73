"""The sentence of a case follows from what was measured."""

from dataclasses import replace

from support.made_records import make_clash
from trkstruct.case_parts import EnergyTerms
from trkstruct.report.case_sentence import Findings, own_clash, summarize

STRAINED = EnergyTerms(
    van_der_waals=-2.0, electrostatics=-5.8, solvation=6.0, protein_strain=6.0, ligand_strain=0.5, lost_rotamers=0.0,
    total=4.7,
)  # fmt: skip
CLASH = make_clash(1.48, "severe").model_copy(
    update={"ligand_part": "hydroxypyrrolidine", "protein_atom": "A:ARG595:CZ"}
)
G595R = Findings(
    mutation="G595R",
    ligand="larotrectinib",
    regions=("solvent front",),
    before=CLASH,
    after=None,
    occlusion=0.84,
    contacts_lost=-30,
    pose_rmsd_angstrom=0.62,
    ddg_kcal_mol=2.6,
    ddg_error_kcal_mol=1.3,
    ddg_terms=STRAINED,
)


def test_what_is_notable_is_told_in_one_sentence() -> None:
    assert summarize(G595R) == (
        "G595R (solvent front) with larotrectinib: the new side chain overlaps larotrectinib's hydroxypyrrolidine by "
        "1.5 Å (severe), relaxation resolves it; larotrectinib takes 84 % of the room the new side chain would use; "
        "the ligand shifts by 0.6 Å on relaxation; binding changes by +2.6 ± 1.3 kcal/mol; the largest computed term "
        "is protein strain."
    )


def test_what_is_not_notable_is_left_out() -> None:
    quiet = replace(G595R, regions=("",), before=None, contacts_lost=0, occlusion=0.19, pose_rmsd_angstrom=0.49)
    assert summarize(quiet) == (
        "G595R with larotrectinib: no clash and no contact lost; binding changes by +2.6 ± 1.3 kcal/mol; the largest "
        "computed term is protein strain."
    )


def test_a_lost_contact_is_told_unless_a_clash_is_severe_or_stays() -> None:
    small = CLASH.model_copy(update={"overlap_angstrom": 0.8, "severity": "moderate"})
    loses = replace(G595R, contacts_lost=15, before=small)
    assert "touches less of the ligand, 15 contacts fewer; a first overlap of 0.8 Å is taken up" in summarize(loses)
    assert "contacts fewer" not in summarize(replace(loses, before=CLASH))
    assert "contacts fewer" not in summarize(replace(loses, after=small))


def test_of_the_clashes_only_those_of_the_mutated_residues_are_its_own() -> None:
    worse = CLASH.model_copy(update={"overlap_angstrom": 2.2, "protein_atom": "A:PHE589:CZ"})
    assert own_clash((worse, CLASH), ["A:595"]) == CLASH
    assert own_clash((worse,), ["A:595"]) is None
