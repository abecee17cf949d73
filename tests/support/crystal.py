"""Files as a crystallographer deposits them, made from a shipped model: no hydrogens, gaps, other chains, solvent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from trkstruct.structure.shipped_models import find_entry

Line = str
FIRST, LAST = 510, 600  # beta1 strand to solvent front: enough to be recognised, and quick
ENDING = "END\n"


@dataclass(frozen=True)
class Edit:
    """What is done to the model on its way to a file; residue numbers are clinical.

    ``renamed`` gives residues another name (and atoms, by ``old:new``), ``without`` takes out residues, ``stripped``
    leaves only some atoms of a residue, ``shift`` and ``chain`` change the numbering, ``inserted`` gives a residue the
    number of the one before with an insertion code.
    """

    span: tuple[int, int] = (FIRST, LAST)
    chain: str = "A"
    shift: int = 0
    without: frozenset[int] = frozenset()
    stripped: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    renamed: Mapping[int, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    inserted: int | None = None
    b_factor: float = 20.0
    hydrogens: bool = False


@cache
def model_lines() -> tuple[Line, ...]:
    """ATOM and HETATM records of the shipped TRKA complex with repotrectinib."""
    text = find_entry("TRKA", "repotrectinib").path.read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.startswith(("ATOM", "HETATM")))


def chain_lines(edit: Edit | None = None) -> list[Line]:
    """The protein of the model, edited."""
    edit = edit or Edit()
    lines = []
    for line in model_lines():
        number, name, atom = int(line[22:26]), line[17:20], line[12:16].strip()
        kept = edit.stripped.get(number, (atom,))
        outside = not edit.span[0] <= number <= edit.span[1] or number in edit.without
        hydrogen = line[76:78].strip() == "H" and not edit.hydrogens
        if name in ("ACE", "NME", "LIG") or outside or hydrogen or atom not in kept:
            continue
        lines.append(_edited(line, edit, number, atom))
    return lines


def _edited(line: Line, edit: Edit, number: int, atom: str) -> Line:
    name, atoms = edit.renamed.get(number, (line[17:20], {}))
    element = "SE" if atoms.get(atom) == "SE" else line[76:78]
    record = "HETATM" if number in edit.renamed else "ATOM  "
    own = number + edit.shift - (edit.inserted is not None and number >= edit.inserted)
    code = "A" if number == edit.inserted else " "
    label = f"{atoms.get(atom, atom):>3} " if atom in atoms else line[12:16]
    return (
        f"{record}{line[6:12]}{label} {name:>3} {edit.chain}{own:4d}{code}{line[27:54]}"
        f"  1.00{edit.b_factor:6.2f}          {element:>2}"
    )


def ligand_lines(name: str = "7GI", residue: str = "A 801") -> list[Line]:
    """The model's ligand without hydrogens, under a crystal's name."""
    heavy = [line for line in model_lines() if line[17:20] == "LIG" and line[76:78].strip() != "H"]
    return [f"HETATM{line[6:17]}{name} {residue}{line[26:]}" for line in heavy]


def molecule_lines(
    name: str, residue: str, points: Sequence[tuple[float, float, float]], element: str = "O"
) -> list[Line]:
    """Single atoms or a small molecule: one atom per point."""
    labels = [f"{element:>2}{index or '':<2}" for index, _ in enumerate(points)]
    return [
        f"HETATM{9000 + index:5d} {labels[index]} {name:>3} {residue}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00 20.00"
        f"          {element:>2}"
        for index, (x, y, z) in enumerate(points)
    ]


def point_of(atom: str, number: int) -> tuple[float, float, float]:
    """Coordinates of a protein atom of the model."""
    line = next(
        each
        for each in model_lines()
        if int(each[22:26]) == number and each[12:16].strip() == atom and each[17:20] != "LIG"
    )
    return float(line[30:38]), float(line[38:46]), float(line[46:54])


def seqres(names: Iterable[str], chain: str = "A") -> list[Line]:
    """SEQRES records of a chain."""
    every = list(names)
    return [
        f"SEQRES {row + 1:3d} {chain} {len(every):4d}  {' '.join(every[row * 13 : row * 13 + 13])}"
        for row in range((len(every) + 12) // 13)
    ]


def text_of(*parts: Iterable[Line]) -> str:
    """A PDB file."""
    return "\n".join([*(line for part in parts for line in part), ENDING])
