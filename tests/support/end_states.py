"""End states whose minima are put where a test wants them."""

from dataclasses import replace

from support.peptides import SITE, build_peptide
from trkstruct.energy.minimizer import Minimum
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.impact.end_states import EndState, place_sites
from trkstruct.impact.ensemble import Conformer, Ensemble
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import cut_pocket
from trkstruct.units import FloatArray

SITE_ID = ResidueId("A", SITE)


def peptide_state(residue: str = "LEU") -> EndState:
    """A peptide with an amino acid of three letters at its site; nothing is minimised yet."""
    peptide = substitute(build_peptide(), SITE_ID, residue)
    everything = [residue_id(each) for each in peptide.topology.residues()]
    pocket = cut_pocket(peptide, everything, everything)
    return EndState(pocket, place_sites(peptide, [SITE_ID], 300.0), open_energy(pocket, None, platform="CPU"))


def resting_at(state: EndState, positions: FloatArray, *energies_kcal_mol: float) -> EndState:
    """The state with minima at some positions."""
    minima = [Minimum(positions, energy, energy, 0.0, softened=False) for energy in energies_kcal_mol]
    named = (Conformer(f"minimum {number}", minimum) for number, minimum in enumerate(minima))
    return replace(state, ensemble=Ensemble().with_more(named))
