"""How residues and their atoms are named: identity, amino-acid names, atom labels, what the ligand is called."""

import re
import string
from dataclasses import dataclass
from typing import Final

from trkstruct.errors import InputError

ONE_TO_THREE: Final = {
    "A": "ALA", "R": "ARG", "N": "ASN", "D": "ASP", "C": "CYS", "Q": "GLN", "E": "GLU", "G": "GLY", "H": "HIS",
    "I": "ILE", "L": "LEU", "K": "LYS", "M": "MET", "F": "PHE", "P": "PRO", "S": "SER", "T": "THR", "W": "TRP",
    "Y": "TYR", "V": "VAL",
}  # fmt: skip
THREE_TO_ONE: Final = {three: one for one, three in ONE_TO_THREE.items()}

PROTONATION_VARIANTS: Final = {
    "HID": "HIS", "HIE": "HIS", "HIP": "HIS", "ASH": "ASP", "GLH": "GLU", "LYN": "LYS", "CYX": "CYS", "CYM": "CYS",
}  # fmt: skip
"""Amber names of protonation states and the amino acid each belongs to."""

BACKBONE_ATOMS: Final = frozenset({"N", "H", "CA", "HA", "HA2", "HA3", "C", "O", "OXT", "H1", "H2", "H3"})
BACKBONE_HEAVY_ATOMS: Final = ("N", "CA", "C", "O")  # in the order of a file; a chain's end has OXT as well

SIDE_CHAIN_HEAVY_ATOMS: Final = {
    "GLY": 0, "ALA": 1, "CYS": 2, "SER": 2, "PRO": 3, "THR": 3, "VAL": 3, "ASN": 4, "ASP": 4, "ILE": 4, "LEU": 4,
    "MET": 4, "GLN": 5, "GLU": 5, "LYS": 5, "HIS": 6, "ARG": 7, "PHE": 7, "TYR": 8, "TRP": 10,
}  # fmt: skip

MAIN_CHAIN_ATOMS: Final = ("N", "CA", "C")  # along which a chain runs

CHAIN_LETTERS: Final = string.ascii_uppercase + string.digits + string.ascii_lowercase  # in the order they are given

LIGAND_NAME: Final = "LIG"  # residue name of the ligand in every complex that trkstruct writes

_RESIDUE_ID = re.compile(r"(?P<chain>[^:]*):(?P<number>-?\d+)(?P<insertion>[A-Za-z]?)")
_ATOM_LABEL = re.compile(  # a residue name has three characters, which may be digits; only few are shorter or longer
    r"(?P<chain>[^:]*):(?P<name>[^:]{3}|[^:]+?)(?P<number>-?\d+)(?P<insertion>[A-Za-z]?):(?P<atom>[^:]+)"
)


def parent_name(residue_name: str) -> str:
    """Three-letter name of the amino acid, whatever its protonation state (HIE -> HIS); other names pass through."""
    return PROTONATION_VARIANTS.get(residue_name, residue_name)


def one_letter(residue_name: str) -> str:
    """One-letter code of a residue name, ``X`` for anything that is not one of the twenty amino acids."""
    return THREE_TO_ONE.get(parent_name(residue_name), "X")


@dataclass(frozen=True, order=True)
class ResidueId:
    """Chain, author residue number and insertion code; ``str()`` gives ``A:595`` or ``A:595B``."""

    chain: str
    number: int
    insertion_code: str = ""

    def __str__(self) -> str:
        """``A:595B``."""
        return f"{self.chain}:{self.number}{self.insertion_code}"

    @classmethod
    def parse(cls, text: str) -> "ResidueId":
        """Read ``A:595`` or ``A:595B``.

        Raises
        ------
        InputError
            When the text is not of that form.
        """
        match = _RESIDUE_ID.fullmatch(text.strip())
        if match is None:
            raise InputError(f"{text!r} is not a residue; write chain:number, for example A:595.")
        return cls(match["chain"], int(match["number"]), match["insertion"].upper())


@dataclass(frozen=True)
class AtomLabel:
    """An atom as clashes and hydrogen bonds name it; ``str()`` gives ``A:ARG595:CZ``."""

    residue: ResidueId
    residue_name: str
    atom: str

    def __str__(self) -> str:
        """``A:ARG595:CZ``, with the insertion code after the number where there is one."""
        number = f"{self.residue.number}{self.residue.insertion_code}"
        return f"{self.residue.chain}:{self.residue_name}{number}:{self.atom}"

    @classmethod
    def parse(cls, text: str) -> "AtomLabel":
        """Read ``A:ARG595:CZ``.

        Raises
        ------
        InputError
            When the text is not of that form.
        """
        match = _ATOM_LABEL.fullmatch(text)
        if match is None:
            raise InputError(f"{text!r} is not an atom; write chain:residue:atom, for example A:ARG595:CZ.")
        residue = ResidueId(match["chain"], int(match["number"]), match["insertion"])
        return cls(residue, match["name"], match["atom"])
