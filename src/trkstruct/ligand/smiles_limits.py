"""How long and how deep a SMILES may be, looked at before RDKit takes it apart."""

from typing import Final

from trkstruct.errors import LigandError

MAX_SMILES_CHARACTERS: Final = 10_000  # 150 heavy atoms with every stereocentre take 1 500
MAX_NESTING: Final = 100  # branches within branches
MAX_FRAGMENTS: Final = 50  # a salt with solvent has five
SHOWN_CHARACTERS: Final = 200  # of a SMILES in a message


def check_smiles_size(smiles: str) -> None:
    """Raise for a text that RDKit's reader would need minutes, or more memory than there is, to take apart.

    Raises
    ------
    LigandError
        When it is too long, or has too many nested branches or fragments.
    """
    if len(smiles) > MAX_SMILES_CHARACTERS:
        raise LigandError(
            f"{shortened(smiles)!r} has {len(smiles)} characters; a ligand's SMILES may have {MAX_SMILES_CHARACTERS}."
        )
    if (depth := _nesting(smiles)) > MAX_NESTING:
        raise LigandError(f"{shortened(smiles)!r} nests {depth} branches; a ligand may nest {MAX_NESTING}.")
    if (fragments := smiles.count(".") + 1) > MAX_FRAGMENTS:
        raise LigandError(f"{shortened(smiles)!r} has {fragments} fragments; a salt may have {MAX_FRAGMENTS}.")


def shortened(smiles: str) -> str:
    """The SMILES as a message shows it."""
    return smiles if len(smiles) <= SHOWN_CHARACTERS else f"{smiles[:SHOWN_CHARACTERS]}..."


def _nesting(smiles: str) -> int:
    """Depth of the branches; RDKit's reader calls itself for each."""
    depth = deepest = 0
    for letter in smiles:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest
