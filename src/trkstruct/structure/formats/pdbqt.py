"""PDBQT, which AutoDock, Vina and their kin write: PDB lines whose last columns hold a charge and an atom type.

The type begins one column right of where PDB has the element, so a chlorine (``Cl``, ``CL``) would be read as carbon.
Columns and types are those of AutoDock 4.2 and its parameter file AD4.1_bound.dat (Morris 2009, 10.1002/jcc.21256);
``CG0`` to ``CG3`` are Meeko's carbons where it opened a macrocycle.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from trkstruct.errors import StructureError

_CHARGE: Final = re.compile(r" *[+-]?\d+\.\d{3}$")  # columns 71-76; a segment's name has four characters at most
_SAME: Final = ("C", "N", "O", "H", "S", "P", "F", "CL", "BR", "I", "B", "SI", "MG", "MN", "ZN", "CA", "FE", "NI")
_ELEMENTS: Final = {symbol: symbol for symbol in _SAME} | {
    "A": "C",  # aromatic
    "NA": "N",  # accepts hydrogen bonds: never sodium
    "NS": "N",
    "NX": "N",
    "OA": "O",
    "OS": "O",
    "OX": "O",
    "SA": "S",
    "HD": "H",
    "HS": "H",
    **{f"CG{number}": "C" for number in range(4)},
}


def is_pdbqt(lines: Sequence[str]) -> bool:
    """Whether every atom has a number where PDBQT has the charge and PDB's element no first letter; one has a type."""
    atoms = [line for line in lines if line.startswith(("ATOM", "HETATM"))]
    charged = all(_CHARGE.match(line[70:76]) and not line[76:77].strip() for line in atoms)
    return charged and any(line[77:].strip() for line in atoms)


def as_pdb_lines(lines: Sequence[str], path: Path) -> Iterator[str]:
    """The lines of a PDBQT file with elements where PDB has them, instead of charges and types.

    Raises
    ------
    StructureError
        When a type is not known.
    """
    for number, line in enumerate(lines, 1):
        if not line.startswith(("ATOM", "HETATM")):
            yield line
            continue
        kind = line[77:].strip()
        element = _ELEMENTS.get(kind.upper())
        if element is None:
            raise StructureError(
                f"{path}, line {number}: AutoDock type {kind!r} (columns 78-79) of {line[12:16].strip()} stands for no "
                "element known here; remove the atom if it is none (a dummy, a hydrated ligand's W), or write PDB."
            )
        yield f"{line[:66]:66s}          {element:>2s}"
