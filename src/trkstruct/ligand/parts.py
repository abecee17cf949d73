"""The parts of a ligand in a chemist's words: each atom belongs to a ring with its small substituents, or to a group.

``hydroxypyrrolidine``, ``difluorophenyl``, ``urea``: names are found from the molecule alone, never per ligand.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from rdkit import Chem

if TYPE_CHECKING:
    from trkstruct.ligand.ligand import Ligand

LARGEST_RING: Final = 8  # atoms; a larger ring is a macrocycle, made of the parts around it

RING_NAMES: Final[Mapping[str, str]] = {
    "c1ccccc1": "phenyl", "c1ccncc1": "pyridine", "c1cncnc1": "pyrimidine", "c1cnccn1": "pyrazine",
    "c1ccnnc1": "pyridazine", "c1cc[nH]c1": "pyrrole", "c1cn[nH]c1": "pyrazole", "c1c[nH]cn1": "imidazole",
    "c1c[nH]nn1": "triazole", "c1nc[nH]n1": "triazole", "c1nnn[nH]1": "tetrazole", "c1ccsc1": "thiophene",
    "c1cscn1": "thiazole", "c1cocn1": "oxazole", "c1cnoc1": "isoxazole", "c1ccoc1": "furan",
    "c1ccc2[nH]ccc2c1": "indole", "c1ccc2[nH]ncc2c1": "indazole", "c1ccc2[nH]cnc2c1": "benzimidazole",
    "c1ccc2ncccc2c1": "quinoline", "c1ccc2cnccc2c1": "isoquinoline", "c1ccc2ncncc2c1": "quinazoline",
    "c1ccc2nccnc2c1": "quinoxaline", "c1ccc2ccccc2c1": "naphthyl", "c1ncc2nc[nH]c2n1": "purine",
    "c1cnc2[nH]ccc2c1": "pyrrolopyridine", "c1ncc2cc[nH]c2n1": "pyrrolopyrimidine",
    "c1cnc2ccnn2c1": "pyrazolopyrimidine", "c1ncc2cn[nH]c2n1": "pyrazolopyrimidine",
    "c1ncc2c[nH]nc2n1": "pyrazolopyrimidine", "c1cnn2ccnc2c1": "imidazopyridazine", "c1ccn2ccnc2c1": "imidazopyridine",
    "c1cnc2[nH]cnc2c1": "imidazopyridine", "c1ccc2c(c1)OCO2": "benzodioxole", "c1ccc2c(c1)CCN2": "indoline",
    "O=C1Cc2ccccc2N1": "oxindole", "O=c1cccc[nH]1": "pyridone", "O=C1CCCN1": "pyrrolidinone",
    "C1CCNC1": "pyrrolidine", "C1CCNCC1": "piperidine", "C1CNCCN1": "piperazine", "C1COCCN1": "morpholine",
    "C1CSCCN1": "thiomorpholine", "C1CNC1": "azetidine", "C1COC1": "oxetane", "C1CCOC1": "tetrahydrofuran",
    "C1CCOCC1": "tetrahydropyran", "C1CNCCNC1": "diazepane", "C1CC1": "cyclopropyl", "C1CCC1": "cyclobutyl",
    "C1CCCC1": "cyclopentyl", "C1CCCCC1": "cyclohexyl",
}  # fmt: skip
"""A ring without substituents, and its name."""

SUBSTITUENTS: Final[Mapping[str, str]] = {
    "[R]-[CX4;!R](F)(F)F": "trifluoromethyl", "[R]-[OX2;!R]-[CH3]": "methoxy", "[R]-[CX2;!R]#[NX1]": "cyano",
    "[R]-[N+;!R](=O)[O-]": "nitro", "[R]-F": "fluoro", "[R]-Cl": "chloro", "[R]-Br": "bromo", "[R]-I": "iodo",
    "[R]-[OX2H,OX1-]": "hydroxy", "[R]-[NX3H2,NX4H3+]": "amino", "[R]-[CH3]": "methyl",
}  # fmt: skip
"""Groups that count as part of the ring they sit on; the first atom is the ring's."""

GROUPS: Final[Mapping[str, str]] = {
    "[#7]C(=[O,S])[#7]": "urea", "[#7]C(=O)[OX2]": "carbamate", "[#7]S(=O)=O": "sulfonamide", "[#7]C=O": "amide",
    "C(=O)[OX1-,OX2H]": "carboxylate", "C(=O)[OX2]": "ester", "S(=O)=O": "sulfone", "P(=O)": "phosphate",
    "C=O": "carbonyl", "C#N": "nitrile", "C#C": "alkyne", "[#7]": "amine", "[OX2H,OX1-]": "hydroxyl", "[OX2]": "ether",
    "[SX2]": "thioether",
}  # fmt: skip
"""What is not in a ring, the more specific first; an atom of a ring that such a group reaches stays with the ring."""

MULTIPLIERS: Final = ("", "", "di", "tri", "tetra", "penta", "hexa")


def ligand_parts(ligand: "Ligand") -> Mapping[str, str]:
    """The part of each atom of a ligand, hydrogens included, by its name: ``{"C1": "difluorophenyl", ...}``."""
    return _parts_by_name(ligand.molblock, ligand.atom_names)


def molecule_parts(molecule: Chem.Mol) -> tuple[str, ...]:
    """The part of each atom of a molecule, in its order; a hydrogen belongs to what it is bonded to."""
    bare = Chem.RemoveHs(molecule, sanitize=True)
    parts: dict[int, str] = {}
    for ring in ring_systems(bare):
        members, name = _with_substituents(bare, ring)
        parts.update(dict.fromkeys(members, name))
    for smarts, name in GROUPS.items():
        for match in bare.GetSubstructMatches(_pattern(smarts)):
            parts.update({index: name for index in match if index not in parts})
    for chain in _connected(bare, {atom.GetIdx() for atom in bare.GetAtoms()} - parts.keys()):
        parts.update(dict.fromkeys(chain, _chain_name(bare, chain)))
    heavy = iter(parts[index] for index in range(bare.GetNumAtoms()))
    named = {atom.GetIdx(): next(heavy) for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1}
    return tuple(named.get(atom.GetIdx()) or named[atom.GetNeighbors()[0].GetIdx()] for atom in molecule.GetAtoms())


def ring_systems(molecule: Chem.Mol) -> list[frozenset[int]]:
    """Rings of at most eight atoms, those that share a bond as one, with the oxygens doubly bonded to them."""
    systems: list[set[int]] = []
    for ring in molecule.GetRingInfo().AtomRings():
        if len(ring) > LARGEST_RING:
            continue
        joined = set(ring)
        for other in [each for each in systems if len(each & joined) > 1]:
            systems.remove(other)
            joined |= other
        systems.append(joined)
    return [frozenset(system | _oxo(molecule, system)) for system in systems]


@lru_cache(maxsize=32)
def _parts_by_name(molblock: str, names: tuple[str, ...]) -> Mapping[str, str]:
    molecule = Chem.MolFromMolBlock(molblock, removeHs=False)
    return dict(zip(names, molecule_parts(molecule), strict=True))


@cache
def _pattern(smarts: str) -> Chem.Mol:
    return Chem.MolFromSmarts(smarts)


@cache
def _ring_names() -> Mapping[str, str]:
    return {Chem.CanonSmiles(smiles): name for smiles, name in RING_NAMES.items()}


def _oxo(molecule: Chem.Mol, ring: Iterable[int]) -> set[int]:
    bonds = [bond for index in ring for bond in molecule.GetAtomWithIdx(index).GetBonds()]
    ends = {
        atom for bond in bonds if bond.GetBondTypeAsDouble() == 2.0 for atom in (bond.GetBeginAtom(), bond.GetEndAtom())
    }
    return {atom.GetIdx() for atom in ends if atom.GetSymbol() == "O" and not atom.IsInRing()}


def _with_substituents(molecule: Chem.Mol, ring: frozenset[int]) -> tuple[set[int], str]:
    members, prefixes = set(ring), []
    for smarts, prefix in SUBSTITUENTS.items():
        for match in molecule.GetSubstructMatches(_pattern(smarts)):
            if match[0] in ring and not members & set(match[1:]):
                members |= set(match[1:])
                prefixes.append(prefix)
    counted = [f"{MULTIPLIERS[prefixes.count(each)]}{each}" for each in sorted(set(prefixes))]
    return members, "".join(counted) + _ring_name(molecule, ring)


def _ring_name(molecule: Chem.Mol, ring: frozenset[int]) -> str:
    """The ring alone, each bond to what it carries given back to a hydrogen, looked up; else its size."""
    alone = Chem.RWMol(molecule)
    Chem.Kekulize(alone, clearAromaticFlags=True)
    for index in ring:
        atom = alone.GetAtomWithIdx(index)
        lost = sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds() if bond.GetOtherAtomIdx(index) not in ring)
        atom.SetNumExplicitHs(atom.GetTotalNumHs() + int(lost) - max(atom.GetFormalCharge(), 0))
        atom.SetFormalCharge(min(atom.GetFormalCharge(), 0))
        atom.SetNoImplicit(True)
    for index in sorted(set(range(molecule.GetNumAtoms())) - ring, reverse=True):
        alone.RemoveAtom(index)
    Chem.RemoveStereochemistry(alone)
    Chem.SanitizeMol(alone)
    known = _ring_names().get(Chem.CanonSmiles(Chem.MolToSmiles(alone)))
    return known or ("fused ring system" if alone.GetRingInfo().NumRings() > 1 else f"{len(ring)}-membered ring")


def _connected(molecule: Chem.Mol, indices: set[int]) -> list[set[int]]:
    pieces, left = [], set(indices)
    while left:
        piece, front = set(), {left.pop()}
        while front:
            piece |= front
            around = {n.GetIdx() for index in front for n in molecule.GetAtomWithIdx(index).GetNeighbors()}
            front = around & left
            left -= front
        pieces.append(piece)
    return pieces


def _chain_name(molecule: Chem.Mol, chain: set[int]) -> str:
    if len(chain) > 1:
        return "alkyl chain"
    atom = molecule.GetAtomWithIdx(next(iter(chain)))
    if atom.GetSymbol() != "C":
        return str(atom.GetSymbol())
    return "methyl" if atom.GetDegree() == 1 else "methylene" if atom.GetDegree() == 2 else "alkyl chain"
