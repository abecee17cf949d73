"""The protonation state of a molecule at a pH, by Dimorphite-DL, with corrections where its rules are known to err.

Dimorphite-DL (Ropp 2019, 10.1186/s13321-019-0336-9) looks up each ionisable group on its own. What that gets wrong is
put right here: both nitrogens of a 1,2-diamine (a piperazine) protonated at once, a pyridone, hydroxypyridine or uracil
without its proton, a phenol ionised without the nitro group or halogens that it takes (its class mean, 7.1, is pulled
down by nitrophenols), and an enamine or vinylogous amide protonated on nitrogen. Tautomers stay as drawn.
"""

from itertools import combinations
from typing import Final

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from trkstruct.ligand.molecule import canonical_order, canonical_smiles

DIAMINE_SECOND_PKA: Final = (
    6.85  # ethylenediamine; piperazine's is 5.33: CRC Handbook of Chemistry and Physics, 97th ed.
)
LACTAM_PKA: Final = 9.4  # uracil; 2-pyridone's is 11.7: Albert & Phillips 1956, 10.1039/JR9560001294
PHENOL_PKA: Final = 9.99  # CRC Handbook of Chemistry and Physics, 97th ed.; paracetamol's is 9.4
VICINAL_BONDS: Final = 3  # N-C-C-N

_AMMONIUM = Chem.MolFromSmarts("[NX4,nX4;+1;!H0]")
_LACTAM_ANION = Chem.MolFromSmarts("[$([nX2;-1]:c=O),$([OX1;-1]c:[nX2;+0])]")  # of either tautomer
_PHENOLATE = Chem.MolFromSmarts("[OX1;-1]-c1ccccc1")
_ACIDIC_PHENOLATE = Chem.MolFromSmarts(  # 4-nitrophenol 7.15, 2-nitrophenol 7.23, 2,6-dichlorophenol 6.79
    "[$([OX1;-1]-c:c[N+](=O)[O-]),$([OX1;-1]-c:c:c:c[N+](=O)[O-]),$([OX1;-1]-c(:c[F,Cl,Br,I]):c[F,Cl,Br,I])]"
)
_ENAMMONIUM = Chem.MolFromSmarts("[NX4;+1;!H0]-[CX3]=[#6]")  # its lone pair is conjugated, as an amide's


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
    if ph < LACTAM_PKA:
        for anion, *_ in edited.GetSubstructMatches(_LACTAM_ANION):
            _set_charge(edited.GetAtomWithIdx(anion), 0, hydrogens=1)
    if ph < PHENOL_PKA:
        acidic = {match[0] for match in edited.GetSubstructMatches(_ACIDIC_PHENOLATE)}
        for oxygen in {match[0] for match in edited.GetSubstructMatches(_PHENOLATE)} - acidic:
            _set_charge(edited.GetAtomWithIdx(oxygen), 0, hydrogens=1)
    for nitrogen, *_ in edited.GetSubstructMatches(_ENAMMONIUM):
        amine = edited.GetAtomWithIdx(nitrogen)
        _set_charge(amine, 0, hydrogens=max(0, amine.GetTotalNumHs() - 1))
    if ph > DIAMINE_SECOND_PKA:
        while pair := _vicinal_pair(edited):
            weaker = edited.GetAtomWithIdx(min(pair, key=lambda index: _basicity(edited, index)))
            _set_charge(weaker, 0, hydrogens=max(0, weaker.GetTotalNumHs() - 1))
    Chem.SanitizeMol(edited)
    return Chem.MolFromSmiles(Chem.MolToSmiles(edited))


def _set_charge(atom: Chem.Atom, charge: int, *, hydrogens: int) -> None:
    atom.SetFormalCharge(charge)
    atom.SetNoImplicit(True)
    atom.SetNumExplicitHs(hydrogens)
    atom.UpdatePropertyCache()


def _vicinal_pair(molecule: Chem.Mol) -> tuple[int, int] | None:
    """Two protonated amine nitrogens no further apart than in a 1,2-diamine."""
    nitrogens = [match[0] for match in molecule.GetSubstructMatches(_AMMONIUM)]
    return next(
        (
            (one, other)
            for one, other in combinations(nitrogens, 2)
            if len(Chem.GetShortestPath(molecule, one, other)) - 1 <= VICINAL_BONDS
        ),
        None,
    )


def _basicity(molecule: Chem.Mol, index: int) -> tuple[int, int]:
    """Larger is more basic: fewer withdrawing (sp2, sp or hetero) atoms two bonds away; ties by canonical rank."""
    atom = molecule.GetAtomWithIdx(index)
    second = {far.GetIdx(): far for near in atom.GetNeighbors() for far in near.GetNeighbors() if far.GetIdx() != index}
    withdrawing = sum(
        far.GetAtomicNum() != 6 or far.GetHybridization() != Chem.HybridizationType.SP3 for far in second.values()
    )
    return -withdrawing, list(Chem.CanonicalRankAtoms(molecule))[index]
