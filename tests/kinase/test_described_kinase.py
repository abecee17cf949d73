"""What is said of a described kinase that cannot be taken as it is, to the word, and where exactly the limits lie."""

from pathlib import Path
from typing import Any

import pytest

from support.own_kinase import CSF1R_POCKET, csf1r_values, kinase_toml, write_csf1r
from trkstruct.errors import InputError
from trkstruct.kinase.described_kinase import load_own_kinase, load_own_kinases, pocket_like
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.kinase.shipped_kinases import shipped_kinases

FIRST = 540
SEQUENCE = "".join(csf1r_values()["sequence"].split())
FROM_A_RELATIVE = "Numbers are taken from a relative only above 65%. Name a nearer one"
OR_NUMBERS = ", or give the 85 numbers as pocket = [...]; KLIFS (https://klifs.net) lists them."


def refusal(folder: Path, **changes: Any) -> str:
    path = write_csf1r(folder, **changes)
    with pytest.raises(InputError) as refused:
        load_own_kinase(path)
    return str(refused.value).removeprefix(f"{path}: ")


def replaced(sequence: str, at: range | list[int]) -> str:
    """Every named residue another one."""
    letters = list(sequence)
    for index in at:
        letters[index] = "W" if letters[index] != "W" else "A"
    return "".join(letters)


def test_of_relatives_that_are_near_enough_the_nearest_three_are_named(tmp_path: Path) -> None:
    kit = kinase_named("KIT")
    assert refusal(tmp_path, like="BRAF", sequence=kit.sequence, first_number=kit.first_number) == (
        f"47% of the pocket residues of BRAF are the same in CSF1R. {FROM_A_RELATIVE} "
        f"(KIT (100%), PDGFRA (80%), FLT3 (76%)){OR_NUMBERS}"
    )


def test_a_pocket_that_is_not_all_there_is_taken_from_nobody(tmp_path: Path) -> None:
    assert refusal(tmp_path, sequence=SEQUENCE[: CSF1R_POCKET[-1] - FIRST - 1]) == (
        f"89% of the pocket residues of KIT are the same in CSF1R, and 2 of them have none beside them. "
        f"{FROM_A_RELATIVE} (none that ships is near enough){OR_NUMBERS}"
    )


def test_what_looks_like_a_relative_and_lacks_what_every_kinase_has_is_refused(tmp_path: Path) -> None:
    aspartates = [CSF1R_POCKET[klifs - 1] - FIRST for klifs in (17, 24, 70)]
    assert refusal(tmp_path, sequence=replaced(SEQUENCE, aspartates)) == (
        "pocket: these are not the pocket residues of a kinase; there is W616 for K (KLIFS 17), W633 for E (KLIFS 24), "
        "W778 for D (KLIFS 70). Are the numbers of another isoform, or first_number of another residue?"
    )
    assert load_own_kinase(write_csf1r(tmp_path, sequence=replaced(SEQUENCE, aspartates[:2]))).pocket == CSF1R_POCKET


def test_the_activation_loop_ends_behind_the_last_residue_of_the_pocket(tmp_path: Path) -> None:
    last = CSF1R_POCKET[-1]
    assert refusal(tmp_path, activation_loop_end=last) == f"activation_loop_end {last} lies not behind the pocket."
    assert load_own_kinase(write_csf1r(tmp_path, activation_loop_end=last + 1)).activation_loop_end == last + 1


def test_who_names_a_kinase_that_does_not_ship_is_told_which_do(tmp_path: Path) -> None:
    ships = ", ".join(kinase.name for kinase in shipped_kinases())
    assert refusal(tmp_path, like="JAK9") == f"like: 'JAK9' is no kinase that ships; those are {ships}."
    assert refusal(tmp_path, replaces="JAK9") == f"replaces: 'JAK9' is no kinase that ships; those are {ships}."


def test_what_replaces_one_kinase_takes_no_name_of_another(tmp_path: Path) -> None:
    """Whether that stands before the replaced one or behind it."""
    flt3 = kinase_named("FLT3")
    values = {"name": "FLT3X", "gene": "FLT3", "replaces": "FLT3", "first_number": flt3.first_number}
    values |= {"sequence": flt3.sequence, "pocket": [residue.number for residue in flt3.pocket], "like": None}
    for name in ("ALK", "BTK"):
        instead = f'say replaces = "{name}", or give yours other names.'
        assert refusal(tmp_path, **values, aliases=[name]) == f"{name} is {name}, which ships: {instead}"


def test_an_end_that_is_nothing_like_the_relative_gets_no_number_from_it() -> None:
    """Prolines where the relative has the first fifteen residues of its pocket lie beside none of them."""
    kit = kinase_named("KIT")
    pocket = [residue.number - kit.first_number for residue in kit.pocket]
    sequence = "P" * pocket[15] + kit.sequence[pocket[15] :]
    own = OwnKinase(name="MINE", gene="MINE", sequence=sequence, first_number=kit.first_number)
    numbers, identity = pocket_like(own, kit)
    assert set(numbers[:12]) == {None}  # the last ones may be taken along by what follows
    assert numbers[15:] == tuple(residue.number for residue in kit.pocket[15:])
    assert 70 / 85 <= identity <= 73 / 85


def test_another_protein_replaces_nothing(tmp_path: Path) -> None:
    """FLT3 with 38 of 380 residues outside the pocket replaced is nine tenths FLT3, and with one more it is less."""
    flt3 = kinase_named("FLT3")
    pocket = [residue.number - flt3.first_number for residue in flt3.pocket]
    sequence = flt3.sequence[:380]
    free = [at for at in range(10, 370) if at not in pocket]
    values = {"name": "FLT3X", "gene": "FLT3", "replaces": "FLT3", "first_number": flt3.first_number}
    values["pocket"] = [residue.number for residue in flt3.pocket]
    path = tmp_path / "own.toml"
    spread = free[:: len(free) // 38]
    path.write_text(kinase_toml(**values, sequence=replaced(sequence, spread[:38])), encoding="utf-8")
    assert load_own_kinase(path).replaces == "FLT3"
    path.write_text(kinase_toml(**values, sequence=replaced(sequence, spread[:39])), encoding="utf-8")
    with pytest.raises(InputError, match=r": only 90% of it is as in FLT3: another protein\.$"):
        load_own_kinase(path)


@pytest.mark.parametrize(
    ("name", "instead"),
    [("TRKA", "TRK kinases cannot be replaced"), ("KIT", 'say replaces = "KIT"'), ("YES1", 'say replaces = "YES1"')],
)
def test_of_one_that_ships_it_is_said_what_to_do(tmp_path: Path, name: str, instead: str) -> None:
    kinase = kinase_named(name)
    pocket = [residue.number for residue in kinase.pocket]
    described = {"sequence": kinase.sequence, "first_number": kinase.first_number, "pocket": pocket, "like": None}
    said = refusal(tmp_path, **described)
    assert said == f"CSF1R is 100% the same as {name}; {instead}, or use {name} as it is."
    alias = refusal(tmp_path, **{**described, "aliases": [name]})
    assert alias == f"{name} is {name}, which ships: {instead}, or give yours other names."


@pytest.mark.parametrize(
    ("shared", "differing", "same"), [(40, 0, True), (39, 0, False), (100, 1, True), (100, 2, False)]
)
def test_two_are_the_same_from_forty_residues_and_99_percent_on(shared: int, differing: int, same: bool) -> None:
    letters = kinase_named("EGFR").sequence[:shared]
    other = replaced(letters, range(shared // 3, shared // 3 + 7 * differing, 7))
    kept = [OwnKinase(name=name, gene=name, sequence=text) for name, text in (("ONE", letters), ("TWO", other))]
    if not same:
        assert load_own_kinases([], kept) == tuple(kept)
        return
    with pytest.raises(InputError, match=rf"TWO is {100 - differing}% the same as ONE; leave one of them out\.$"):
        load_own_kinases([], kept)
