"""Reading a MOL2 file, also one without hydrogens, from whose lack RDKit would infer radicals and charges."""

from pathlib import Path
from typing import Final

from rdkit import Chem

from trkstruct.errors import LigandError

_TYPE: Final = "_TriposAtomType"


def read_mol2(text: str, path: Path) -> Chem.Mol | None:
    """Molecule of the first record of a MOL2 text, with the hydrogens it has; None when RDKit cannot read it.

    Raises
    ------
    LigandError
        When the header announces more atoms than there are lines.
    """
    _check_count(text, path)
    bare = Chem.MolFromMol2Block(text, removeHs=False, sanitize=False)
    if bare is None or not _lacks_hydrogens(bare):
        return Chem.MolFromMol2Block(text, removeHs=False)
    charges = [_charge(atom) for atom in bare.GetAtoms()]
    for atom, charge in zip(bare.GetAtoms(), charges, strict=True):
        atom.SetNoImplicit(False)
        atom.SetNumRadicalElectrons(0)
        atom.SetFormalCharge(charge)
    return _sanitized(bare)


def _check_count(text: str, path: Path) -> None:
    """RDKit makes room for as many atoms as the header says, however few follow."""
    lines = text.partition("@<TRIPOS>MOLECULE")[2].splitlines()
    said = lines[2].split()[:2] if len(lines) > 2 else []
    for word, what in zip(said, ("atoms", "bonds"), strict=False):
        if word.isdigit() and int(word) > len(lines):
            raise LigandError(f"{path} says it holds {word} {what}, in {len(lines)} lines; its third line is wrong.")


def _lacks_hydrogens(molecule: Chem.Mol) -> bool:
    """Whether there is none at all, or a carbon has fewer than four bonds (an aromatic C-H has 1.5 + 1.5 + 1)."""
    atoms = list(molecule.GetAtoms())
    bare = all(atom.GetAtomicNum() != 1 for atom in atoms)
    return bare or any(atom.GetAtomicNum() == 6 and sum(_orders(atom)) < 4 for atom in atoms)


def _orders(atom: Chem.Atom) -> list[float]:
    return [bond.GetBondTypeAsDouble() for bond in atom.GetBonds()]


def _charge(atom: Chem.Atom) -> int:
    """Formal charge by SYBYL type and bonds: N.4, nitro and guanidinium nitrogen, carboxylate and nitro oxygen."""
    kind = atom.GetProp(_TYPE) if atom.HasProp(_TYPE) else ""
    orders = _orders(atom)
    if atom.GetAtomicNum() == 7:
        cationic = any(near.HasProp(_TYPE) and near.GetProp(_TYPE) == "C.cat" for near in atom.GetNeighbors())
        return 1 if kind == "N.4" or sum(orders) > 3.5 or (cationic and max(orders) == 2) else 0
    if atom.GetAtomicNum() == 8 and orders == [1.0]:
        (near,) = atom.GetNeighbors()
        nitro = near.GetAtomicNum() == 7 and sum(_orders(near)) > 3.5
        return -1 if kind == "O.co2" or nitro else 0
    return 0


def _sanitized(molecule: Chem.Mol) -> Chem.Mol | None:
    """The molecule with aromaticity perceived; N.pl3 of an aromatic ring bears a hydrogen where no Kekulé form is."""
    try:
        tried = Chem.Mol(molecule)
        Chem.SanitizeMol(tried)
    except Chem.MolSanitizeException:
        for atom in molecule.GetAtoms():
            if atom.GetDegree() == 2 and atom.HasProp(_TYPE) and atom.GetProp(_TYPE) == "N.pl3":
                atom.SetNumExplicitHs(1)
        Chem.SanitizeMol(molecule)
        return molecule
    return tried
