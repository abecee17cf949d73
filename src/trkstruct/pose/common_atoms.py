"""Which atoms of a ligand correspond to which of a reference ligand: common substructures, from strict to tolerant."""

from collections.abc import Collection, Iterator
from typing import Final

from rdkit import Chem
from rdkit.Chem import rdFMCS

AtomMap = tuple[tuple[int, int], ...]
"""Pairs of (ligand atom, reference atom), heavy atoms only."""

MIN_COMMON_ATOMS: Final = 6  # one aromatic ring; fewer atoms do not fix an orientation
MAX_MATCHES: Final = 32  # symmetric ways of laying one common substructure on another
MCS_SECONDS: Final = 300  # drugs take 5 s at most; a search cut short would depend on the load of the machine
GROWN_SECONDS: Final = 10  # grown from a ring, drugs take 0.1 s

_ELEMENTS = rdFMCS.AtomCompare.CompareElements
_ANY_ATOM = rdFMCS.AtomCompare.CompareAny
_BOND_ORDER = rdFMCS.BondCompare.CompareOrder
_ANY_BOND = rdFMCS.BondCompare.CompareAny
VARIANTS: Final = (
    {"atomCompare": _ELEMENTS, "bondCompare": _BOND_ORDER, "ringMatchesRingOnly": True, "completeRingsOnly": True},
    {"atomCompare": _ELEMENTS, "bondCompare": _BOND_ORDER, "ringMatchesRingOnly": False, "completeRingsOnly": False},
    {"atomCompare": _ANY_ATOM, "bondCompare": _BOND_ORDER, "ringMatchesRingOnly": True, "completeRingsOnly": True},
    {"atomCompare": _ANY_ATOM, "bondCompare": _ANY_BOND, "ringMatchesRingOnly": True, "completeRingsOnly": False},
)
"""Element-tolerant ones lay one fused bicycle on another: pyrazolo[1,5-a]pyrimidine on imidazo[1,2-b]pyridazine."""


def find_correspondences(ligand: Chem.Mol, reference: Chem.Mol) -> tuple[AtomMap, ...]:
    """Every distinct way in which a maximum common substructure of the variants lays the ligand on the reference.

    Both molecules may have hydrogens; only heavy atoms are matched. Empty when the molecules share less than a ring.
    """
    heavy_ligand, ligand_index = _heavy(ligand)
    heavy_reference, reference_index = _heavy(reference)
    found: dict[frozenset[tuple[int, int]], AtomMap] = {}
    for variant in VARIANTS:
        for pairs in _matches(heavy_ligand, heavy_reference, variant):
            atom_map = tuple((ligand_index[i], reference_index[j]) for i, j in pairs)
            found.setdefault(frozenset(atom_map), atom_map)
    return tuple(found.values())


def common_scaffold_size(ligand: Chem.Mol, reference: Chem.Mol) -> int:
    """Heavy atoms of the largest substructure in common by element, bond order and whole rings."""
    common = rdFMCS.FindMCS([_heavy(ligand)[0], _heavy(reference)[0]], timeout=MCS_SECONDS, **VARIANTS[0])
    return int(common.numAtoms)


def correspondences_around(ligand: Chem.Mol, reference: Chem.Mol, ring: Collection[int]) -> tuple[AtomMap, ...]:
    """Every way in which the largest common substructure that holds a part of the reference lays the ligand on it.

    By element, bond order and whole rings. Grown from that part, which takes a moment where a search from nothing takes
    minutes; empty when the ligand lacks it.

    Parameters
    ----------
    ligand, reference : rdkit.Chem.Mol
        With hydrogens or without.
    ring : collection of int
        Heavy atoms of the reference, by their index without hydrogens.
    """
    heavy_ligand, ligand_index = _heavy(ligand)
    heavy_reference, reference_index = _heavy(reference)
    seed = Chem.MolFragmentToSmarts(heavy_reference, sorted(ring))
    if not heavy_ligand.HasSubstructMatch(Chem.MolFromSmarts(seed)):
        return ()
    pair = [heavy_ligand, heavy_reference]
    common = rdFMCS.FindMCS(pair, timeout=GROWN_SECONDS, seedSmarts=seed, **VARIANTS[0])
    if common.numAtoms < MIN_COMMON_ATOMS:
        return ()
    found: dict[frozenset[tuple[int, int]], AtomMap] = {}
    ways = [mol.GetSubstructMatches(common.queryMol, uniquify=False, maxMatches=MAX_MATCHES) for mol in pair]
    for on_reference in ways[1]:
        if set(ring) <= set(on_reference):
            for on_ligand in ways[0]:
                pairs = zip(on_ligand, on_reference, strict=True)
                atom_map = tuple((ligand_index[i], reference_index[j]) for i, j in pairs)
                found.setdefault(frozenset(atom_map), atom_map)
    return tuple(found.values())


def _matches(ligand: Chem.Mol, reference: Chem.Mol, variant: dict[str, object]) -> Iterator[AtomMap]:
    common = rdFMCS.FindMCS([ligand, reference], timeout=MCS_SECONDS, **variant)
    if common.numAtoms < MIN_COMMON_ATOMS:
        return
    query = common.queryMol
    on_reference = reference.GetSubstructMatch(query)
    for on_ligand in ligand.GetSubstructMatches(query, uniquify=False, maxMatches=MAX_MATCHES):
        yield tuple(zip(on_ligand, on_reference, strict=True))


def _heavy(molecule: Chem.Mol) -> tuple[Chem.Mol, list[int]]:
    """The molecule without hydrogens, and the index that each heavy atom has with them."""
    indexed = Chem.Mol(molecule)
    for atom in indexed.GetAtoms():
        atom.SetIntProp("_index", atom.GetIdx())
    heavy = Chem.RemoveAllHs(indexed)
    return heavy, [atom.GetIntProp("_index") for atom in heavy.GetAtoms()]
