"""Which stereocentres and double bonds of a molecule are real: isomers that a flask could keep apart.

RDKit also counts amine nitrogens that invert, or exchange their proton, within a second; ring carbons whose only
partner is such a nitrogen; double bonds of azides and allenes, which have no cis and trans; and phosphorus whose
oxygens differ only in a proton or in how the charge is drawn.
"""

from typing import Final

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

CHALCOGENS: Final = frozenset({8, 16, 34})
_SOURCE: Final = "_trkstruct_source"
_INVERTS: Final = "_trkstruct_inverts"


def real_stereo(molecule: Chem.Mol) -> Chem.Mol:
    """Copy of the molecule without the chiral tags and double-bond marks that stand for no isomer."""
    cleaned = Chem.Mol(molecule)
    real = _real_elements(cleaned)
    for atom in cleaned.GetAtoms():
        if atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED and ("atom", atom.GetIdx()) not in real:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    for bond in cleaned.GetBonds():
        if bond.GetStereo() > Chem.BondStereo.STEREOANY and ("bond", bond.GetIdx()) not in real:
            bond.SetStereo(Chem.BondStereo.STEREONONE)
    Chem.AssignStereochemistry(cleaned, cleanIt=True, force=True)
    return cleaned


def undefined_stereo(molecule: Chem.Mol) -> int:
    """Number of real stereocentres and double bonds that the molecule leaves open."""
    return sum(specified == Chem.StereoSpecified.Unspecified for specified in _real_elements(molecule).values())


def _real_elements(molecule: Chem.Mol) -> dict[tuple[str, int], Chem.StereoSpecified]:
    """Real stereocentres and double bonds by their index in the molecule."""
    view = _view(molecule)
    real = {}
    for item in Chem.FindPotentialStereo(view):
        if item.type == Chem.StereoType.Bond_Double:
            bond = view.GetBondWithIdx(item.centeredOn)
            if _interconverts(bond) or _cumulated(bond):
                continue
            ends = [end.GetIntProp(_SOURCE) for end in (bond.GetBeginAtom(), bond.GetEndAtom())]
            real["bond", molecule.GetBondBetweenAtoms(*ends).GetIdx()] = item.specified
        elif item.type == Chem.StereoType.Atom_Tetrahedral:
            atom = view.GetAtomWithIdx(item.centeredOn)
            if not atom.HasProp(_INVERTS):  # RDKit counts those in rings of three
                real["atom", atom.GetIntProp(_SOURCE)] = item.specified
    return real


def _view(molecule: Chem.Mol) -> Chem.Mol:
    """The heavy atoms with what exchanges made equal, so that RDKit's own perception finds the real centres only."""
    marked = Chem.Mol(molecule)
    for atom in marked.GetAtoms():
        atom.SetIntProp(_SOURCE, atom.GetIdx())
    view = Chem.RWMol(Chem.RemoveHs(marked))
    bridgeheads: list[int] = []
    rdMolDescriptors.CalcNumBridgeheadAtoms(view, atoms=bridgeheads)
    for atom in view.GetAtoms():
        if atom.GetAtomicNum() == 7 and atom.GetIdx() not in bridgeheads:
            _let_invert(atom)
        elif atom.GetAtomicNum() in (15, 16, 33):
            _make_oxygens_equal(atom)
    view.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(view)
    return view.GetMol()


def _let_invert(nitrogen: Chem.Atom) -> None:
    """A protonated amine as its base; an amine's tag is dropped. Ammonium and N-oxides keep their four neighbours."""
    if nitrogen.GetIsAromatic() or nitrogen.GetDegree() > 3:
        return
    saturated = all(bond.GetBondType() == Chem.BondType.SINGLE for bond in nitrogen.GetBonds())
    if not saturated or (nitrogen.GetFormalCharge() == 1 and not nitrogen.GetTotalNumHs()):
        return
    if nitrogen.GetFormalCharge() == 1:
        nitrogen.SetFormalCharge(0)
        nitrogen.SetNumExplicitHs(0)
        nitrogen.SetNoImplicit(False)
    nitrogen.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    nitrogen.SetBoolProp(_INVERTS, True)


def _make_oxygens_equal(centre: Chem.Atom) -> None:
    """Terminal oxygens (or sulfurs) of one centre drawn alike: they share their charge or exchange their proton."""
    for element in CHALCOGENS:
        ends = [near for near in centre.GetNeighbors() if near.GetAtomicNum() == element and near.GetDegree() == 1]
        if len(ends) < 2:
            continue
        for end in ends:
            bond = centre.GetOwningMol().GetBondBetweenAtoms(centre.GetIdx(), end.GetIdx())
            bond.SetBondType(Chem.BondType.SINGLE)
            end.SetFormalCharge(-1)
            end.SetNumExplicitHs(0)
            end.SetNoImplicit(True)
        centre.SetNoImplicit(True)


def _cumulated(bond: Chem.Bond) -> bool:
    """Whether an end of the double bond has another double bond: an azide, isocyanate, carbodiimide or allene."""
    return any(
        other.GetIdx() != bond.GetIdx() and other.GetBondType() == Chem.BondType.DOUBLE
        for end in (bond.GetBeginAtom(), bond.GetEndAtom())
        for other in end.GetBonds()
    )


def _interconverts(bond: Chem.Bond) -> bool:
    """Whether water makes one isomer from the other: at C=N-H of an imine or amidine."""
    return any(end.GetAtomicNum() == 7 and end.GetTotalNumHs() for end in (bond.GetBeginAtom(), bond.GetEndAtom()))
