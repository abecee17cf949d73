"""What is looked at in a PDB file's lines, since the parser passes over it in silence: columns, counts, bonds."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from trkstruct.errors import StructureError

COORDINATES_END_COLUMN: Final = 54  # wwPDB format 3.3: x, y, z of ATOM and HETATM records end in column 54
COORDINATE_COLUMNS: Final = ((30, 38), (38, 46), (46, 54))

_NUMBER: Final = re.compile(r" *-?[0-9]+ *|[A-Za-z][A-Za-z0-9]{3}")  # decimal, or hybrid-36 beyond 9999
_ATOM: Final = re.compile(r"ATOM[ 0-9]|HETATM")


def check_atom_lines(lines: Sequence[str], path: Path) -> tuple[int, int]:
    """Number of atoms of the first model, each seen to have three coordinates; and number of frames that END separates.

    Raises
    ------
    StructureError
        With the first line that has not, or when there is no atom, or more after END that are no further frame.
    """
    counts = [0]  # of each stretch up to ENDMDL or END
    for number, line in enumerate(lines, start=1):
        if line.startswith(("ENDMDL", "MODEL ")) or line.rstrip() == "END":
            counts += [0] if counts[-1] else []
        if not _ATOM.match(line):
            continue
        if not line.isascii():
            raise StructureError(f"{path} line {number} is no ATOM record: {line!r} holds what is not ASCII.")
        if len(line.rstrip()) < COORDINATES_END_COLUMN - 3:
            raise StructureError(f"{path} line {number} stops before the coordinates ({line!r}); the file is cut off.")
        for start, end in COORDINATE_COLUMNS:
            if not _is_finite(line[start:end]):
                raise StructureError(
                    f"{path} line {number}: {line[start:end]!r} is no coordinate (columns {start + 1}-{end}); is a "
                    "column shifted?"
                )
        if not _NUMBER.fullmatch(line[22:26]):
            raise StructureError(
                f"{path} line {number}: {line[22:26]!r} is no residue number (columns 23-26); number the residues, or "
                "give mmCIF, which has room for any number."
            )
        counts[-1] += 1
    stretches = [count for count in counts if count]
    if not stretches:
        raise StructureError(
            f"{path} has no ATOM or HETATM record; it is not a PDB file (first line: {lines[0][:60]!r})."
        )
    if any(line.startswith("MODEL ") for line in lines):
        return stretches[0], 1
    if len(set(stretches)) > 1:
        raise StructureError(
            f"{path} has stretches of {stretches[0]} and {stretches[1]} atoms with END between; "
            "remove the END record in its middle, or what follows it."
        )
    return stretches[0], len(stretches)


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def conect_pairs(lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Serial numbers of the atoms that CONECT records join."""
    pairs: dict[tuple[int, int], None] = {}
    for line in lines:
        if line.startswith("CONECT"):
            serials = [line[start : start + 5].strip() for start in range(6, 31, 5)]
            numbers = [int(serial) for serial in serials if serial.isdigit()]
            pairs.update({(min(numbers[0], other), max(numbers[0], other)): None for other in numbers[1:]})
    return tuple(pairs)
