"""AM1-BCC charges of a molecule by OpenFF NAGL's graph network, evaluated in NumPy.

The network is ``openff-gnn-am1bcc-1.0.0``: six GraphSAGE layers (Hamilton 2017, arXiv:1706.02216) on a few features of
each atom, then for each atom a charge, an electronegativity and a hardness, and of these the charges that sum to the
formal charge (Wang 2019, arXiv:1909.07903, equation 15). It was trained on AM1-BCC charges; no conformer enters.
``scripts/shipped/convert_charge_model.py`` wrote the weights from the published file.
"""

from functools import cache
from typing import Final

import numpy as np
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.files.shipped import data_path
from trkstruct.ligand.molecule import canonical_smiles
from trkstruct.ligand.sage.resonance import mean_formal_charges
from trkstruct.ligand.sage.smirnoff import mdl_aromatic
from trkstruct.units import FloatArray

MODEL: Final = "openff-gnn-am1bcc-1.0.0"
ELEMENTS: Final = ("C", "O", "H", "N", "S", "F", "Br", "Cl", "I", "P")  # the order the network was trained with
MOST_NEIGHBOURS: Final = 6
RING_SIZES: Final = (3, 4, 5, 6)

UNKNOWN_GROUPS: Final = (
    "[#15:1]#[*:2]",
    "[#15:1]-[#53:2]",
    "[#15:1]:[*:2]",
    "[#15:1]=[!#6&!#7&!#8&!#16:2]",
    "[#16:1]#[*:2]",
    "[#16:1]-[#35,#53:2]",
    "[#16:1]=[!#15&!#6&!#7&!#8:2]",
    "[#17:1]#,:,=[*:2]",
    "[#17:1]-[!#15&!#16&!#6&!#7&!#8:2]",
    "[#1:1]#,:,=[*:2]",
    "[#1:1]-[#1:2]",
    "[#35:1]#,:,=[*:2]",
    "[#35:1]-[!#15&!#6&!#7&!#8:2]",
    "[#53:1]#,:,=[*:2]",
    "[#53:1]-[!#53&!#6&!#7&!#8:2]",
    "[#7:1]#[!#7&!#6:2]",
    "[#8:1]#[*:2]",
    "[#9:1]#,:,=[*:2]",
    "[#9:1]-[!#15&!#16&!#6&!#7&!#8:2]",
)
"""SMARTS of what the network was not trained on, as its file lists them."""


def network_charges(molecule: Chem.Mol) -> FloatArray:
    """Charges in e, shape (n_atoms,), that sum to the formal charge.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        With its hydrogens; no conformer is needed.

    Raises
    ------
    LigandError
        For an element or a group that the network was not trained on.
    """
    _check_known(molecule)
    weights = _weights()
    state = atom_features(molecule)
    mean = _neighbour_mean(molecule)
    for layer in range(6):
        name = f"layer{layer}"
        state = state @ weights[f"{name}_self"].T + weights[f"{name}_bias"] + (mean @ state) @ weights[f"{name}_near"].T
        state = np.maximum(state, 0.0)
    hidden = 1.0 / (1.0 + np.exp(-(state @ weights["readout0"].T + weights["readout0_bias"])))
    prior, electronegativity, hardness = (hidden @ weights["readout1"].T + weights["readout1_bias"]).T
    return _equilibrated(prior, electronegativity, hardness, Chem.GetFormalCharge(molecule))


def atom_features(molecule: Chem.Mol) -> FloatArray:
    """What the network sees of each atom, shape (n_atoms, 22).

    Its element (10), its number of neighbours (7), its formal charge averaged over resonance forms (1), and whether it
    is in a ring of three to six atoms (4).
    """
    rings = molecule.GetRingInfo()
    rows = []
    for atom, charge in zip(molecule.GetAtoms(), mean_formal_charges(molecule), strict=True):
        element = [atom.GetSymbol() == symbol for symbol in ELEMENTS]
        degree = [atom.GetDegree() == number for number in range(MOST_NEIGHBOURS + 1)]
        rows.append([*element, *degree, charge, *(rings.IsAtomInRingOfSize(atom.GetIdx(), n) for n in RING_SIZES)])
    return np.array(rows, dtype=np.float64)


def _check_known(molecule: Chem.Mol) -> None:
    perceived = mdl_aromatic(molecule)
    foreign = {atom.GetSymbol() for atom in molecule.GetAtoms()} - set(ELEMENTS)
    groups = [smarts for smarts, query in _unknown_queries() if perceived.HasSubstructMatch(query)]
    if foreign or groups:
        what = f"the elements {', '.join(sorted(foreign))}" if foreign else f"a group like {groups[0]}"
        raise LigandError(
            f"{canonical_smiles(molecule)} has {what}, which the network for charges ({MODEL}) was not trained on; "
            "AM1-BCC charges (--parameters am1-bcc) are computed for each molecule."
        )


@cache
def _unknown_queries() -> tuple[tuple[str, Chem.Mol], ...]:
    return tuple((smarts, Chem.MolFromSmarts(smarts)) for smarts in UNKNOWN_GROUPS)


@cache
def _weights() -> dict[str, FloatArray]:
    with np.load(data_path(f"{MODEL}.npz"), allow_pickle=False) as file:
        return {name: file[name].astype(np.float64) for name in file.files}


def _neighbour_mean(molecule: Chem.Mol) -> FloatArray:
    """Matrix that takes each atom to the mean of its neighbours; a row of zeros where there are none."""
    bonded: FloatArray = Chem.GetAdjacencyMatrix(molecule).astype(np.float64)
    mean: FloatArray = bonded / np.maximum(bonded.sum(axis=1, keepdims=True), 1.0)
    return mean


def _equilibrated(
    prior: FloatArray, electronegativity: FloatArray, hardness: FloatArray, formal_charge: int
) -> FloatArray:
    """Charges that minimise sum(e dq + h dq²/2) from the prior ones, under the formal charge."""
    softness = 1.0 / hardness
    shift = electronegativity * softness
    excess = prior.sum() - formal_charge - shift.sum()
    charges: FloatArray = prior - shift - softness * (excess / softness.sum())
    return charges
