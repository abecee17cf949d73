"""Kinase knowledge against published residues."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import InputError
from trkstruct.kinase.kinases import (
    OUTSIDE_POCKET,
    REGIONS,
    Kinase,
    PocketResidue,
    equivalents,
    kinase_named,
    kinases,
    klifs_number,
    region_of,
    residue_at,
    trk_kinases,
)

TRKA, TRKB, TRKC = trk_kinases()


def other(name: str) -> Kinase:
    return kinase_named(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("TRKA", "TRKA"), ("NTRK1", "TRKA"), ("TrkA", "TRKA"), ("ntrk1", "TRKA"), ("P04629", "TRKA")),
        *(("trk-b", "TRKB"), ("Q16620", "TRKB"), ("NTRK3", "TRKC"), ("Q16288", "TRKC")),
        *(("abl", "ABL1"), ("c-MET", "MET"), (" ROS1 ", "ROS1")),
    ],
)
def test_a_kinase_has_many_names(text: str, name: str) -> None:
    assert kinase_named(text).name == name


def test_an_unknown_kinase_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'JAK2' is not a kinase known here.*TRKA \(NTRK1\).*ABL1"):
        kinase_named("JAK2")


@pytest.mark.parametrize("kinase", trk_kinases(), ids=str)
def test_pocket_table_and_sequence_agree(kinase: Kinase) -> None:
    for residue in kinase.pocket:
        assert residue_at(kinase, residue.number) == residue.letter, residue


@pytest.mark.parametrize("kinase", kinases(), ids=str)
def test_every_pocket_has_85_ascending_residues_and_the_conserved_motifs(kinase: Kinase) -> None:
    numbers = [residue.number for residue in kinase.pocket]
    letters = "".join(residue.letter for residue in kinase.pocket)
    assert len(numbers) == 85
    assert numbers == sorted(set(numbers))
    assert (letters[3], letters[5]) == ("G", "G")  # GxG of the P-loop
    assert letters[16] == "K"  # beta3
    assert letters[23] == "E"  # aC helix
    assert letters[67:70] == "HRD"
    assert letters[80:83] == "DFG"
    assert [numbers[at] for at in (80, 81, 82)] == list(range(numbers[80], numbers[80] + 3))


@pytest.mark.parametrize(
    ("klifs", "residues"),
    [
        # TRK: Drilon 2017, 10.1158/2159-8290.CD-17-0507; the others by their well-known resistance mutations
        (51, "TRKA G595, TRKB G639, TRKC G623, ALK G1202, ROS1 G2032, RET G810, MET G1163, EGFR G796"),
        (45, "TRKA F589, TRKB F633, TRKC F617, ALK L1196, ROS1 L2026, RET V804, MET L1157, EGFR T790, ABL1 T315"),
        (80, "TRKA G667, TRKB G709, TRKC G696, ALK G1269, ROS1 G2101"),
        (52, "EGFR C797"),
        (84, "EGFR L858"),
        (81, "TRKA D668, TRKB D710, TRKC D697, EGFR D855, ABL1 D381"),
        (17, "TRKA K544, TRKB K588, TRKC K572, EGFR K745, ABL1 K271"),
        (24, "TRKA E560, TRKB E604, TRKC E588, EGFR E762, ABL1 E286"),
        (48, "TRKA M592, TRKB M636, TRKC M620, EGFR M793, ABL1 M318"),
        (77, "TRKA L657, ROS1 L2086"),
        (8, "TRKA F521, ABL1 Y253"),
        (28, "ALK I1171"),
        (47, "ALK L1198, ABL1 F317"),
        # Kobayashi 2005, 10.1056/NEJMoa044238 (EGFR) and alike: imatinib, quizartinib, FGFR inhibitors, ibrutinib
        (
            45,
            "KIT T670, PDGFRA T674, FLT3 F691, FGFR1 V561, FGFR2 V564, FGFR3 V555, BTK T474, SRC T341, BRAF T529",
        ),
        (45, "KDR V916, YES1 T348"),
        (52, "BTK C481, FGFR1 N568"),
        (15, "KIT A621, BRAF A481"),
    ],
)
def test_positions_known_from_the_resistance_literature(klifs: int, residues: str) -> None:
    for pair in residues.split(", "):
        name, residue = pair.split()
        kinase, number = other(name), int(residue[1:])
        assert residue_at(kinase, number) == residue[0]
        assert klifs_number(kinase, number) == klifs


@pytest.mark.parametrize(
    "family", [("G595", "G639", "G623"), ("F589", "F633", "F617"), ("G667", "G709", "G696"), ("M592", "M636", "M620")]
)
def test_equivalents_across_trk_go_every_way(family: tuple[str, str, str]) -> None:
    members = dict(zip(trk_kinases(), family, strict=True))
    for kinase, partner in itertools.permutations(members, 2):
        assert equivalents(kinase, int(members[kinase][1:]))[partner] == PocketResidue.parse(members[partner])


@given(st.sampled_from("ACDEFGHIKLMNPQRSTVWY"), st.integers(1, 2527))
def test_a_pocket_residue_reads_as_it_is_written(letter: str, number: int) -> None:
    residue = PocketResidue.parse(f"{letter}{number}")
    assert (residue.letter, residue.number, str(residue)) == (letter, number, f"{letter}{number}")


def test_equivalents_reach_other_kinases_and_stop_at_the_pocket() -> None:
    found = {kinase.name: str(residue) for kinase, residue in equivalents(TRKA, 595).items()}
    assert found == {
        "TRKB": "G639", "TRKC": "G623", "ALK": "G1202", "ROS1": "G2032", "RET": "G810", "MET": "G1163", "EGFR": "G796",
        "ABL1": "G321", "KIT": "G676", "FLT3": "G697", "FGFR1": "G567", "FGFR2": "G570", "FGFR3": "G561", "BTK": "G480",
        "SRC": "G347", "BRAF": "S535", "KDR": "G922", "PDGFRA": "G680", "YES1": "G354",
    }  # fmt: skip
    assert equivalents(TRKA, 613) == {}


@pytest.mark.parametrize(
    ("number", "region"),
    [
        *((517, "P-loop"), (521, "P-loop"), (544, "beta3 strand"), (560, "aC helix"), (573, "back pocket")),
        *((589, "gatekeeper"), (590, "hinge"), (592, "hinge"), (595, "solvent front"), (596, "solvent front")),
        *((599, "aD helix"), (648, "catalytic loop"), (667, "xDFG"), (668, "DFG"), (670, "DFG")),
        *((671, "activation loop"), (697, "activation loop"), (698, OUTSIDE_POCKET)),
        *((608, OUTSIDE_POCKET), (613, OUTSIDE_POCKET), (1, OUTSIDE_POCKET)),
    ],
)
def test_regions_of_trka(number: int, region: str) -> None:
    assert region_of(TRKA, number) == region


@pytest.mark.parametrize("kinase", trk_kinases(), ids=str)
def test_the_activation_loop_ends_with_the_ppe_motif(kinase: Kinase) -> None:
    end = kinase.activation_loop_end
    assert "".join(residue_at(kinase, number) for number in range(end - 2, end + 1)) == "PPE"


def test_regions_cover_each_pocket_position_once() -> None:
    assert sorted(itertools.chain(*REGIONS.values())) == list(range(1, 86))


def test_trkb_is_in_clinical_numbering_16_above_uniprot() -> None:
    assert [numbering.shift for numbering in TRKB.numberings] == [16]
    assert residue_at(TRKB, 623 + 16) == "G"
    assert TRKB.last_number == 838  # the length of the isoform that papers number by


def test_trkc_has_the_14_residue_insert_of_its_canonical_sequence() -> None:
    insert = "".join(residue_at(TRKC, number) for number in range(712, 726))
    assert insert == "LFNPSGNDFCIWCE"
    without = TRKC.sequence.replace(insert, "")
    assert "YYRVGGHTMLPIRWMPPESI" in without
    assert "YYRVGGHTMLPIRWMPPESI" in TRKB.sequence


@pytest.mark.parametrize(("kinase", "span"), [(TRKA, (497, 796)), (TRKB, (543, 838)), (TRKC, (527, 839))])
def test_sequences_cover_the_crystal_constructs(kinase: Kinase, span: tuple[int, int]) -> None:
    assert kinase.first_number <= span[0]
    assert kinase.last_number == span[1]


def test_a_residue_outside_says_what_is_known() -> None:
    with pytest.raises(InputError, match=r"Residue 100 of TRKA is not known here: only residues 490-796 are"):
        residue_at(TRKA, 100)
    with pytest.raises(InputError, match=r"Residue 160 of ABL1 .*only residues 225-534 are"):
        residue_at(other("ABL1"), 160)
    assert residue_at(other("ROS1"), 2113) == "D"


def test_kinase_knowledge_loads_nothing_heavy() -> None:
    code = (
        "import sys, trkstruct.kinase.recognition, trkstruct.kinase.evidence; trkstruct.kinase.evidence.evidence_for;"
        "print(sorted({'numpy', 'Bio', 'openmm', 'rdkit', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
