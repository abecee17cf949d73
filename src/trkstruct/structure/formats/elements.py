"""Which element an atom is: in a standard residue its name says it, whatever the file's columns do.

A file without element columns leaves it to where the name begins: ``CA`` from column 13 is calcium. Programs write
names from column 13 all the same.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from openmm.app import Element

from trkstruct.errors import StructureError
from trkstruct.structure.atom_names import heavy_atom_names, standard_atom_name, standard_residue_name
from trkstruct.structure.bonds import STANDARD_RESIDUES
from trkstruct.structure.formats.records import FileAtom, FileResidue

MISREAD_FIRST: Final = "CNOHSPF"
INDENTED: Final = ("CL", "BR", "SI", "SE")  # which, from column 14, are read as C, B and S
EXPECTED: Final = frozenset({"Cl", "Se", "Si", "Fe"})  # of two letters, in molecules that are no salt


def element_of(atom: FileAtom, residue: FileResidue) -> Element:
    """The element of an atom: by its name in a standard residue, else as the file has it.

    Raises
    ------
    StructureError
        When the file gives none that is known.
    """
    symbol = _by_name(atom, residue) or atom.element
    try:
        return Element.getBySymbol(symbol)
    except KeyError as error:
        raise StructureError(
            f"Atom {atom.name} of {residue} has no usable element ({symbol!r}); write it in columns 77-78 of a PDB "
            "file, or as type_symbol in mmCIF."
        ) from error


def doubtful_elements(residues: Sequence[FileResidue]) -> tuple[str, ...]:
    """A note on atoms of molecules that were read as an element of two letters where one letter is as likely."""
    return _note(
        [f"{atom.name} of {each} as {atom.element}" for each in residues for atom in each.atoms if _odd(atom, each)]
    )


def indented_elements(lines: Iterable[str]) -> tuple[str, ...]:
    """A note on atoms of a PDB file without element columns that were read as one letter where two are as likely."""
    found: dict[str, None] = {}
    for line in lines:
        name = line[12:16].strip().upper()
        unsaid = line.startswith(("ATOM", "HETATM")) and line[12:13] == " " and not line[76:78].strip()
        if unsaid and name.startswith(INDENTED) and standard_residue_name(line[17:20].strip()) not in STANDARD_RESIDUES:
            residue = f"{line[17:20].strip()} {line[21:22].strip()}:{line[22:27].strip()}".replace(" :", " ")
            found[f"{line[12:16].strip()} of {residue} as {name[0]}"] = None
    return _note(list(found))


def _note(found: Sequence[str]) -> tuple[str, ...]:
    if not found:
        return ()
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return (
        f"Elements to check, read from the file: {', '.join(found[:5])}{more}. Where that is wrong, write the element "
        "in columns 77-78.",
    )


def _by_name(atom: FileAtom, residue: FileResidue) -> str:
    """Element that a standard residue's atom has by its name; empty for other residues and names."""
    name = standard_residue_name(residue.name)
    if name not in STANDARD_RESIDUES:
        return ""
    standard = standard_atom_name(name, atom.name)
    if standard in heavy_atom_names(name) | {"OXT"}:
        return standard[0]
    return "H" if standard.lstrip("0123456789")[:1] in ("H", "D") else ""


def _odd(atom: FileAtom, residue: FileResidue) -> bool:
    symbol = atom.element
    alike = len(symbol) == 2 and symbol[0] in MISREAD_FIRST and atom.name.upper().startswith(symbol.upper())
    return alike and symbol not in EXPECTED and not _by_name(atom, residue) and len(residue.atoms) > 1
