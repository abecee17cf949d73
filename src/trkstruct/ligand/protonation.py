"""The protonation state of a molecule at a pH, by Dimorphite-DL, with corrections where its rules are known to err.

Dimorphite-DL (Ropp 2019, 10.1186/s13321-019-0336-9) looks up each ionisable group on its own, by the mean pKa of its
class. What that gets wrong is put right here: groups that their class mean does not fit (`trkstruct.ligand.pka_rules`),
and pairs of basic groups so near each other that only one is protonated (a piperazine, a biguanide). Tautomers stay as
drawn.
"""

from itertools import combinations
from typing import Final

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from trkstruct.ligand.molecule import canonical_order, canonical_smiles
from trkstruct.ligand.pka_rules import GAINS, LOSES, PkaRule

DIAMINE_SECOND_PKA: Final = (
    6.85  # ethylenediamine; piperazine's is 5.33: CRC Handbook of Chemistry and Physics, 97th ed.
)
BIGUANIDE_SECOND_PKA: Final = 2.8  # metformin's; its first is 12 or above: Langmaier 2016, 10.1021/acs.jpca.6b04786
VICINAL_BONDS: Final = 3  # N-C-C-N
GEMINAL_BONDS: Final = 2  # C-N-C of a biguanide

_AMMONIUM = Chem.MolFromSmarts("[NX4,nX4;+1;!H0]")
_AMIDINIUM = Chem.MolFromSmarts("[CX3](=[NX3;+1;!H0])([#7])[#7]")
_AMINOPYRIDINIUM = Chem.MolFromSmarts("[NX3;+0;$(N-c1cc[nX3;+1;H1]cc1)]")


def protonate(molecule: Chem.Mol, ph: float) -> tuple[Chem.Mol, tuple[str, ...]]:
    """The molecule in its main protonation state at a pH, in canonical atom order, and notes that say what was done.

    A molecule drawn with an ionised group (``[NH3+]``, ``[O-]``) is taken as drawn: whoever draws a charge means it.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        Checked, of one fragment.
    ph : float
    """
    drawn = canonical_smiles(molecule)
    if _neutral(molecule) != drawn:
        charge = Chem.GetFormalCharge(molecule)
        return molecule, (f"Ionised groups are drawn, so the protonation state is the one drawn (charge {charge:+d}).",)
    state = _corrected(Chem.MolFromSmiles(_dominant_state(drawn, ph)), ph)
    smiles = canonical_smiles(state)
    if smiles == drawn:
        return molecule, ()
    if _skeleton(state) != _skeleton(molecule):
        return molecule, (f"Dimorphite-DL changes more than protons ({smiles}); the state drawn is used.",)
    charge = Chem.GetFormalCharge(state)
    return canonical_order(state), (f"Protonated for pH {ph:g} by Dimorphite-DL: {smiles} (charge {charge:+d}).",)


def _dominant_state(smiles: str, ph: float) -> str:
    """The state with every group on its side of the pH; ``precision=0`` takes the mean pKa of each group's class."""
    from dimorphite_dl import protonate_smiles
    from loguru import logger

    logger.disable("dimorphite_dl")  # its log lines would mix with the messages on stderr
    with rdBase.BlockLogs():
        states: list[str] = protonate_smiles(smiles, ph_min=ph, ph_max=ph, precision=0.0)
    return states[0] if states else smiles


def _neutral(molecule: Chem.Mol) -> str:
    with rdBase.BlockLogs():
        return canonical_smiles(rdMolStandardize.Uncharger().uncharge(Chem.RemoveHs(molecule)))


def _skeleton(molecule: Chem.Mol) -> str:
    """SMILES of the heavy atoms and their stereo without bond orders, charges and hydrogens: no proton changes it."""
    bare = Chem.RWMol(Chem.RemoveHs(molecule))
    for atom in bare.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetIsAromatic(False)
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(True)
    for bond in bare.GetBonds():
        bond.SetIsAromatic(False)
        bond.SetBondType(Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(bare))


def _corrected(molecule: Chem.Mol, ph: float) -> Chem.Mol:
    edited = Chem.RWMol(molecule)
    for rules, protons in ((GAINS, 1), (LOSES, -1)):
        for rule in rules:
            if (ph - rule.pka) * protons < 0:
                _apply(edited, rule, protons)
    if ph > DIAMINE_SECOND_PKA:
        while (weaker := _weaker_ammonium(edited)) is not None:
            _shift_proton(edited.GetAtomWithIdx(weaker), -1)
    if ph > BIGUANIDE_SECOND_PKA:
        while (weaker := _weaker_amidinium(edited)) is not None:
            _shift_proton(edited.GetAtomWithIdx(weaker), -1)
    Chem.SanitizeMol(edited)
    return Chem.MolFromSmiles(Chem.MolToSmiles(edited))


def _apply(edited: Chem.RWMol, rule: PkaRule, protons: int) -> None:
    while (index := rule.first_match(edited)) is not None:
        _shift_proton(edited.GetAtomWithIdx(index), protons)


def _shift_proton(atom: Chem.Atom, protons: int) -> None:
    hydrogens = max(0, atom.GetTotalNumHs() + protons)
    atom.SetFormalCharge(atom.GetFormalCharge() + protons)
    atom.SetNoImplicit(True)
    atom.SetNumExplicitHs(hydrogens)
    atom.UpdatePropertyCache()


def _weaker_ammonium(molecule: Chem.Mol) -> int | None:
    """The less basic of two protonated nitrogens no further apart than in a 1,2-diamine; None without such a pair.

    The amino nitrogen of a 4-aminopyridinium bears part of its charge, and is the more basic of any pair.
    """
    nitrogens: list[int] = [match[0] for match in molecule.GetSubstructMatches(_AMMONIUM)]
    amino = [match[0] for match in molecule.GetSubstructMatches(_AMINOPYRIDINIUM)]
    for one in nitrogens:
        if any(_bonds_between(molecule, one, other) <= VICINAL_BONDS for other in amino):
            return one
    pair = _near_pair(molecule, nitrogens, VICINAL_BONDS)
    return _weaker(molecule, pair) if pair else None


def _weaker_amidinium(molecule: Chem.Mol) -> int | None:
    """The charged nitrogen of the less basic of two amidiniums on one nitrogen; None without such a pair."""
    charged: dict[int, int] = {carbon: nitrogen for carbon, nitrogen, *_ in molecule.GetSubstructMatches(_AMIDINIUM)}
    pair = _near_pair(molecule, list(charged), GEMINAL_BONDS)
    return charged[_weaker(molecule, pair)] if pair else None


def _weaker(molecule: Chem.Mol, pair: tuple[int, int]) -> int:
    return min(pair, key=lambda index: _basicity(molecule, index))


def _near_pair(molecule: Chem.Mol, atoms: list[int], most_bonds: int) -> tuple[int, int] | None:
    pairs = combinations(atoms, 2)
    return next((pair for pair in pairs if _bonds_between(molecule, *pair) <= most_bonds), None)


def _bonds_between(molecule: Chem.Mol, one: int, other: int) -> int:
    return len(Chem.GetShortestPath(molecule, one, other)) - 1


def _basicity(molecule: Chem.Mol, index: int) -> tuple[int, int]:
    """Larger is more basic: fewer withdrawing (sp2, sp or hetero) atoms two bonds away; ties by canonical rank."""
    atom = molecule.GetAtomWithIdx(index)
    second = {far.GetIdx(): far for near in atom.GetNeighbors() for far in near.GetNeighbors() if far.GetIdx() != index}
    withdrawing = sum(
        far.GetAtomicNum() != 6 or far.GetHybridization() != Chem.HybridizationType.SP3 for far in second.values()
    )
    return -withdrawing, list(Chem.CanonicalRankAtoms(molecule))[index]
