"""Is a pose one that chemistry allows? The rules of PoseBusters, where it is installed."""

from importlib.util import find_spec
from typing import Final

from rdkit import Chem, rdBase

from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.structure.complex import Complex, is_protein, residue_id, select_atoms, without_ligand
from trkstruct.structure.formats.writing import pdb_text
from trkstruct.structure.pocket import residues_near

CHECKED_ANGSTROM: Final = 8.0  # protein further away cannot clash
NOT_RULES: Final = ("mol_pred_loaded", "mol_cond_loaded")


def can_check() -> bool:
    """Whether PoseBusters is installed: pip install 'trkstruct[docking]'."""
    return find_spec("posebusters") is not None


def failed_checks(ligand: Ligand, protein: Complex) -> tuple[str, ...]:
    """Names of the PoseBusters rules that a pose breaks: geometry, strain, clashes and overlap with the protein.

    Buttenschoen 2024, 10.1039/D3SC04185A; the rules of docked poses without a reference.

    Parameters
    ----------
    ligand : Ligand
        In its pose.
    protein : Complex
        In the same frame.

    Raises
    ------
    ModuleNotFoundError
        When PoseBusters is not installed; see `can_check`.
    """
    from posebusters import PoseBusters

    apo = without_ligand(protein)
    molecule = to_molecule(ligand)
    near = residues_near(apo, molecule.GetConformer().GetPositions(), CHECKED_ANGSTROM)
    kept = [a.index for a in apo.topology.atoms() if is_protein(a.residue) and residue_id(a.residue) in near]
    part = select_atoms(apo, kept)
    with rdBase.BlockLogs():
        text = pdb_text(part.topology, part.positions)
        surroundings = Chem.MolFromPDBBlock(text, sanitize=False, removeHs=False, proximityBonding=False)
        table = PoseBusters(config="dock").bust([molecule], None, surroundings)
    row = table.iloc[0]
    return tuple(str(name) for name in table.columns if name not in NOT_RULES and not bool(row[name]))
