"""What is looked at in the items of an mmCIF file, and put right where the dictionary lets it be written otherwise."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import gemmi

from trkstruct.errors import StructureError

LARGEST_NUMBER: Final = 99_999_999  # of a residue; numbers beyond are something else's
ATOM_SITE: Final = "_atom_site."
OPTIONAL: Final = {
    "label_alt_id": ".",
    "pdbx_PDB_ins_code": "?",
    "occupancy": "1.0",
    "B_iso_or_equiv": "0.0",
    "pdbx_PDB_model_num": "1",
    "group_PDB": "ATOM",
}
"""What the mmCIF dictionary lets a file leave out, and what it then means."""
SPELLED: Final = {
    f"{ATOM_SITE}{name}".lower(): f"{ATOM_SITE}{name}" for name in (*OPTIONAL, "Cartn_x", "Cartn_y", "Cartn_z")
}
"""Tags with capitals as the parser wants them; tags are the same in any case."""


def lower_tags(text: str) -> str:
    """The text with every tag in the spelling of the dictionary."""
    return re.sub(r"(?m)^[ \t]*(_[^\s]+)", lambda tag: SPELLED.get(tag[1].lower(), tag[1].lower()), text)


def columns_of(block: gemmi.cif.Block) -> dict[str, list[str]]:
    """Values of every item of a block, without their quotes."""
    table: dict[str, list[str]] = {}
    for item in block:
        if item.pair is not None:
            tag, value = cast("tuple[str, str]", item.pair)
            table[tag] = [gemmi.cif.as_string(value)]
        elif item.loop is not None:
            values, width = item.loop.values, item.loop.width()
            for place, tag in enumerate(item.loop.tags):
                table[tag] = [gemmi.cif.as_string(value) for value in values[place::width]]
    return table


def complete_atoms(block: gemmi.cif.Block, table: Mapping[str, list[str]], path: Path) -> None:
    """Give every atom the items that the file leaves out, from those that say the same.

    Raises
    ------
    StructureError
        When what is left out is said by nothing else.
    """
    loop = block.find_loop(f"{ATOM_SITE}Cartn_x").get_loop()
    if loop is None:
        return
    for name, value in OPTIONAL.items():
        _add(loop, name, [value] * loop.length())
    _number_all(loop, table)
    for name in ("atom_id", "comp_id", "asym_id", "seq_id"):
        other = table.get(f"{ATOM_SITE}auth_{name}")
        if other is not None:
            _add(loop, f"label_{name}", other)
    _add(loop, "id", [str(number) for number in range(1, loop.length() + 1)])
    for name in ("type_symbol", "label_atom_id", "label_comp_id", "label_asym_id", "label_seq_id"):
        if f"{ATOM_SITE}{name}" not in loop.tags:
            raise StructureError(f"{path} has no {ATOM_SITE}{name}, which every atom needs; write the file with it.")


def _number_all(loop: gemmi.cif.Loop, table: Mapping[str, list[str]]) -> None:
    """Give molecules without a number one beyond all others: the dictionary has none for what is no polymer."""
    by_author, labels = (
        table.get(f"{ATOM_SITE}{name}", [""] * loop.length()) for name in ("auth_seq_id", "label_seq_id")
    )
    numbers = [author or label for author, label in zip(by_author, labels, strict=True)]
    if all(numbers):
        return
    chains, names = (_either(table, what, loop.length()) for what in ("asym_id", "comp_id"))
    free, previous = max((int(number) for number in numbers if number), default=0), None
    for place, number in enumerate(numbers):
        molecule = chains[place], names[place]
        if not number:
            free += molecule != previous
            numbers[place], previous = str(free), molecule
    tag = f"{ATOM_SITE}auth_seq_id"
    if tag not in loop.tags:
        loop.add_columns([tag], "?")
    column = loop.tags.index(tag)
    for row, number in enumerate(numbers):
        loop[row, column] = number


def _either(table: Mapping[str, list[str]], what: str, length: int) -> list[str]:
    """What the author calls it, else its label."""
    labels = table.get(f"{ATOM_SITE}label_{what}", [""] * length)
    return table.get(f"{ATOM_SITE}auth_{what}", labels)


def _add(loop: gemmi.cif.Loop, name: str, values: list[str]) -> None:
    tag = f"{ATOM_SITE}{name}"
    if tag in loop.tags:
        return
    loop.add_columns([tag], ".")
    column = loop.tags.index(tag)
    for row, value in enumerate(values):
        loop[row, column] = gemmi.cif.quote(value) if value not in (".", "?") else value


def check_columns(table: Mapping[str, list[str]], path: Path) -> None:
    """Raise for a value that cannot be what its column says.

    Raises
    ------
    StructureError
        With the value.
    """
    wrong = next((label for label in table.get(f"{ATOM_SITE}label_alt_id", []) if len(label) > 1), None)
    if wrong is not None:
        raise StructureError(
            f"{path} names an alternative location {wrong!r}; one letter is expected in _atom_site.label_alt_id. "
            "Is a column missing or shifted?"
        )
    for axis in "xyz":
        for value in table.get(f"{ATOM_SITE}Cartn_{axis}", []):
            if not math.isfinite(gemmi.cif.as_number(value)):
                raise StructureError(f"{path}: {value!r} in _atom_site.Cartn_{axis} is no coordinate; cut off?")
    for name in ("auth_seq_id", "label_seq_id"):
        for number in table.get(f"{ATOM_SITE}{name}", []):
            if number and not _is_number(number):
                raise StructureError(f"{path}: {number!r} in _atom_site.{name} is no residue number.")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9]{1,10}", text) is not None and abs(int(text)) <= LARGEST_NUMBER
