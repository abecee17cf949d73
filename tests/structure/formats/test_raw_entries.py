"""Entries as deposited: which kinase each is, and that loops taken out of it change nothing."""

import random
from pathlib import Path

import pytest

from trkstruct.kinase.kinases import region_of
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import protein_sequence
from trkstruct.structure.numbering import ChainMatch
from trkstruct.structure.renumbered import differences, number_by_match

pytestmark = pytest.mark.shared

KNOWN = {
    "ABL1": ("2HYY", "2GQG", "3CS9", "3UE4", "4WA9", "4TWP", "3QRI", "2QOH"),
    "ALK": ("2XP2", "3AOX", "4MKC", "4CLI"),
    "EGFR": ("1M17", "1XKK", "4WKQ", "2J6M"),
    "KDR": ("4ASD", "3WZD", "4AG8", "4AGD", "2QU5"),
    "SRC": ("4MXO", "3F3V"),  # the chicken's, in its numbers
    **{name: (entry,) for name, entry in (("KIT", "3G0E"), ("BRAF", "4XV2"), ("BTK", "5P9I"), ("FGFR1", "5AM6"))},
}
UNKNOWN = (
    *("3ZOS", "5L2I", "5L2S", "5L2T", "3LXK", "5AP0", "5AP1", "5AP2"),  # DDR1, CDK6, JAK3, MPS1
)
CARRIED = {
    "4TWP": ("T315I",), "2QOH": ("N336S",), "4MKC": ("S1281G",),  # 2QOH is the mouse's
    "2QU5": ("V916T", "E990V"), "3WZD": ("T940V",), "3G0E": ("Q694T",), "5AM6": ("C488A",),
    "3F3V": ("S348C", "T357M", "E505D"),
    "4XV2": ("I543A", "I544S", "I551K", "Q562R", "L588N", "F667E", "Y673S", "A688R"),  # made soluble
}  # fmt: skip
SHIFTS = {"1M17": (24,), "4MXO": (3,), "3F3V": (3,)}
ENTRIES = [*((f"kinases/{entry}.pdb", name) for name, entries in KNOWN.items() for entry in entries)]
ENTRIES[16:16] = [("egfr/2ITY.pdb", "EGFR"), ("met/2WGJ.pdb", "MET")]  # after ABL1, ALK and EGFR
MORE = ENTRIES[18:]
"""Tried with their own numbers only: without them a lone residue between two gaps fits in several places, and so does
the last before an insert that was cut out and joined."""


def matched(path: Path) -> tuple[ChainMatch, dict[ResidueId, str]]:
    parts = read_chain_and_ligand(path)
    assert parts.match is not None, f"{path.name} is unknown"
    return parts.match, protein_sequence(parts.complex)


@pytest.mark.parametrize(("file", "name"), ENTRIES)
def test_every_entry_of_a_known_kinase_is_recognised_by_one_shift(sources: Path, file: str, name: str) -> None:
    parts = read_chain_and_ligand(sources / file)
    assert parts.match is not None
    assert parts.match.kinase.name == name
    numbered = number_by_match(parts.complex, parts.match)
    assert numbered.shifts == SHIFTS.get(Path(file).stem, (0,))
    assert differences(parts.complex, parts.match) == CARRIED.get(Path(file).stem, ())


@pytest.mark.parametrize("entry", UNKNOWN)
def test_no_other_kinase_is_taken_for_one(sources: Path, entry: str) -> None:
    assert read_chain_and_ligand(sources / "kinases" / f"{entry}.pdb").match is None


@pytest.mark.parametrize("seed", range(10 + len(MORE)))
def test_loops_taken_out_at_random_change_neither_kinase_nor_numbers_nor_regions(
    sources: Path, tmp_path: Path, seed: int
) -> None:
    """Several stretches of up to 20 residues; half of the files count the rest by themselves, without room for them."""
    chosen = random.Random(seed)
    file, name = ENTRIES[(seed * 7) % 18] if seed < 10 else MORE[seed - 10]
    whole, residues = matched(sources / file)
    numbers = sorted({identity.number for identity in residues})
    missing: set[int] = set()
    for _ in range(chosen.randint(2, 5)):
        start = chosen.randrange(len(numbers) - 20)
        missing |= set(numbers[start : start + chosen.randint(1, 20)])
    (chain,) = {identity.chain for identity in residues}
    left = [number for number in numbers if number not in missing]
    own = {number: at if seed % 2 and seed < 10 else number for at, number in enumerate(left, start=1)}
    kept = []
    for line in (sources / file).read_text().splitlines():
        if line.startswith("ATOM") and line[21] == chain and int(line[22:26]) in own:
            kept.append(f"{line[:22]}{own[int(line[22:26])]:4d}{line[26:]}")
    path = tmp_path / "gaps.pdb"
    path.write_text("\n".join([*kept, "END", ""]))
    match, found = matched(path)
    assert match.kinase.name == name
    for number, mine in own.items():
        before, after = ResidueId(chain, number), ResidueId(chain, mine)
        assert after in found
        if after in match.numbers:
            assert match.numbers[after] == whole.numbers[before]
            assert region_of(match.kinase, match.numbers[after]) == region_of(whole.kinase, whole.numbers[before])
        else:
            assert number < left[6] or number > left[-7], "only an end may go without a number"
