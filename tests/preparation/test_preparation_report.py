"""The words for what was found: each finding is a value, and said once."""

import pytest

from support.trka_domain import trka_heavy_atoms
from trkstruct.kinase.kinases import kinase_named
from trkstruct.preparation.gaps import UNKNOWN, Gap
from trkstruct.preparation.preparation_report import describe_protein, gap_sentence
from trkstruct.preparation.protein import Preparation
from trkstruct.residues import ResidueId
from trkstruct.structure.numbering import ChainMatch
from trkstruct.structure.renumbered import Renumbered

ABL1, TRKA = kinase_named("ABL1"), kinase_named("TRKA")


@pytest.mark.parametrize(
    ("kinase", "shifts", "says"),
    [
        (TRKA, (0,), []),
        (TRKA, (-6,), ["Residues were renumbered to clinical TRKA numbers (shift -6)."]),
        (TRKA, (-6, 2), ["Residues were renumbered to clinical TRKA numbers (shift -6 and 2)."]),
        (ABL1, (0,), []),
        (ABL1, (-19,), ["Residues were renumbered to those of ABL1 (UniProt P00519; shift -19)."]),
        (
            ABL1,
            (0, -19),
            [
                "No one shift takes the residue numbers to those of ABL1 (UniProt P00519), but 0 and -19 do: "
                "each residue was numbered by alignment with its sequence."
            ],
        ),
    ],
)
def test_how_the_numbers_changed_is_said(kinase: object, shifts: tuple[int, ...], says: list[str]) -> None:
    model = trka_heavy_atoms()
    match = ChainMatch(kinase, {})  # type: ignore[arg-type]
    assert list(describe_protein(Preparation(model, match, frozenset(), Renumbered(model, match, shifts)))) == says


def test_tags_differences_and_distorted_residues_are_said_in_order() -> None:
    model = trka_heavy_atoms()
    match = ChainMatch(TRKA, {})
    numbered = Renumbered(model, match, (0,), tags=("G497", "S498"), unplaced=("L590",), differences=("G595R",))
    prepared = Preparation(
        model, match, frozenset(), numbered, notes=("MSE 592 was taken back to MET.",),
        dropped=(ResidueId("A", 540),), loose=frozenset({ResidueId("A", 571), ResidueId("A", 570)}),
    )  # fmt: skip
    why = "because the source has them flat, left-handed, torn or cis beside a gap"
    assert list(describe_protein(prepared)) == [
        "MSE 592 was taken back to MET.",
        "Residues that TRKA does not have, or that fit it in several places, were dropped: L590.",
        "Tag residues were dropped: G497 S498.",
        "Differs from the TRKA sequence: G595R.",
        f"Rebuilt, {why}: 540.",
        f"Side chains built anew and relaxed without restraint, {why} and too many to build: 570 571.",
    ]


@pytest.mark.parametrize(
    ("after", "missing", "says"),
    [
        (560, (), "The chain is broken between A:559 and A:560: both ends were capped."),
        (569, ("GLY",) * 9, "Residues 560-568 are missing: too many to build, both ends were capped."),
        (562, ("GLY", UNKNOWN), "Residues 560-561 are missing: the file does not name them, both ends were capped."),
        (561, ("GLY",) * 8, "Residues 560 are missing: the numbering has no room for them, both ends were capped."),
    ],
)
def test_why_a_gap_was_left_is_said(after: int, missing: tuple[str, ...], says: str) -> None:
    assert gap_sentence(Gap(ResidueId("A", 559), ResidueId("A", after), missing)) == says
