"""How interactions are said and drawn."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case
from trkstruct.case_parts import Interaction, InteractionKind
from trkstruct.ligand.reading import load_ligand
from trkstruct.report.case_rows import flat_row
from trkstruct.report.interaction_diagram import LABEL_PIXELS, draw_changes, draw_interactions
from trkstruct.report.interaction_words import atoms_text, changes_words
from trkstruct.report.mutation_sentence import summarize_mutation

LIGAND = load_ligand("entrectinib")
HEAVY = [name for name in LIGAND.atom_names if not name.startswith("H")]


def made(kind: InteractionKind, residue: str, *atoms: str, ligand: tuple[str, ...] = ("N4",)) -> Interaction:
    return Interaction(kind=kind, residue=residue, protein_atoms=atoms, ligand_atoms=ligand, distance_angstrom=2.94)


GATEKEEPER = made("hydrogen bond", "A:THR315", "OG1")
RING = made("pi stacking", "A:PHE589", "CG", "CD1", "CE1", "CZ", "CE2", "CD2", ligand=("C1", "C2"))


def test_the_gatekeepers_hydroxyl_is_named() -> None:
    assert changes_words([GATEKEEPER], []) == "loses the hydrogen bond of Thr315's hydroxyl"
    assert changes_words([], [GATEKEEPER]) == "gains a hydrogen bond with Thr315's hydroxyl"


@pytest.mark.parametrize(
    ("interaction", "words"),
    [
        (made("hydrogen bond", "A:MET592", "N"), "the hydrogen bond of Met592's backbone NH"),
        (made("hydrogen bond", "A:HIE648", "O"), "the hydrogen bond of His648's backbone carbonyl"),
        (made("salt bridge", "A:ASP596", "OD2"), "the salt bridge with Asp596"),
        (made("cation-pi", "A:ARG673", "NH1"), "the cation-pi contact with Arg673"),
        (made("halogen bond", "A:GLU590A", "O"), "the halogen bond of Glu590A's backbone carbonyl"),
        (RING, "the pi stacking with Phe589"),
    ],
)
def test_each_kind_has_its_words(interaction: Interaction, words: str) -> None:
    assert changes_words([interaction], []) == f"loses {words}"


def test_both_sides_are_told_each_residue_once_and_no_more_than_a_few() -> None:
    again = GATEKEEPER.model_copy(update={"ligand_atoms": ("N5",)})
    assert changes_words([GATEKEEPER, again], [RING]) == (
        "loses the hydrogen bond of Thr315's hydroxyl and gains pi stacking with Phe589"
    )
    many = [made("salt bridge", f"A:ASP{number}", "OD1") for number in range(5)]
    assert changes_words(many, []).endswith("the salt bridge with Asp2 and 2 more")
    assert changes_words([made("hydrophobic contact", "A:LEU657", "CG")], []) == ""


def test_the_sentence_of_a_mutation_tells_what_its_ligands_lose() -> None:
    cases = [make_case(interactions_lost=(GATEKEEPER,)), make_case(ligand="selitrectinib")]
    assert summarize_mutation(cases).endswith("; larotrectinib loses the hydrogen bond of Thr315's hydroxyl.")


def test_the_table_says_between_which_atoms() -> None:
    row = flat_row(make_case(interactions_lost=(GATEKEEPER, RING)))
    assert row["interactions_lost"] == (
        "hydrogen bond A:THR315:OG1 - N4 2.9 Å;pi stacking A:PHE589:ring CG/CD1/CE1/CZ/CE2/CD2 - ring C1/C2 2.9 Å"
    )
    assert row["interactions_gained"] == ""
    assert atoms_text(GATEKEEPER) == "A:THR315:OG1 - N4"


def labels(svg: str) -> list[tuple[float, float, str]]:
    """Left and top of each label, and what stands in it."""
    root = ElementTree.fromstring(svg.encode())
    space = {"svg": "http://www.w3.org/2000/svg"}
    boxes = [each for each in root.iterfind("svg:rect", space) if each.get("rx")]
    texts = [each.text or "" for each in root.iterfind("svg:text", space) if each.get("text-anchor") == "middle"]
    texts = texts[-len(boxes) :] if boxes else []
    return [(float(box.get("x", "")), float(box.get("y", "")), text) for box, text in zip(boxes, texts, strict=True)]


def test_what_is_lost_and_gained_is_told_apart_by_more_than_colour() -> None:
    svg = draw_changes(LIGAND, [GATEKEEPER], [RING])
    assert sorted(text for _, _, text in labels(svg)) == ["+ Phe589 π stacking", "− Thr315 hydrogen bond"]
    assert [text for _, _, text in labels(draw_interactions(LIGAND, [GATEKEEPER]))] == ["Thr315 hydrogen bond"]
    assert labels(draw_changes(LIGAND, [], [])) == []


@given(st.lists(st.sampled_from(HEAVY), max_size=60))
def test_no_label_lies_on_another_or_outside(atoms: list[str]) -> None:
    found = [made("salt bridge", f"A:ASP{n}", "OD1", ligand=(atom,)) for n, atom in enumerate(atoms)]
    svg = draw_changes(LIGAND, found, [])
    size = re.search(r"width='(\d+)px' height='(\d+)px'", svg)
    assert size is not None
    placed = labels(svg)
    assert len(placed) == len(atoms)
    width, height = LABEL_PIXELS
    for left, top, _ in placed:
        assert left >= 0 and top >= 0 and left + width <= int(size[1]) and top + height <= int(size[2])
    for column in {left for left, _, _ in placed}:
        tops = sorted(top for left, top, _ in placed if left == column)
        assert all(second - first >= height for first, second in pairwise(tops))


def test_the_same_changes_give_the_same_drawing() -> None:
    assert draw_changes(LIGAND, [GATEKEEPER], [RING]) == draw_changes(LIGAND, [GATEKEEPER], [RING])
