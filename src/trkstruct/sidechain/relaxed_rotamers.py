"""Rotamers of new side chains relaxed with the side chains around them, ranked by energy and library frequency."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trkstruct.residues import BACKBONE_ATOMS, ResidueId
from trkstruct.sidechain.packing import JointPlacement, apply_placement, rotamer_names
from trkstruct.sidechain.rotamers import NO_ROTAMERS
from trkstruct.sidechain.screening import Screened, screen_rotamers
from trkstruct.sidechain.site_energy import SiteEnergy, SiteMinimum
from trkstruct.sidechain.surroundings import Surroundings
from trkstruct.structure.complex import residue_id
from trkstruct.structure.pocket import residues_near
from trkstruct.units import FloatArray, IntArray


@dataclass(frozen=True)
class BuildSettings:
    """How a rotamer is chosen; the defaults were measured by ``scripts/benchmark/rebuild.py``.

    Attributes
    ----------
    candidates : int
        Rotamers (combinations, for a compound mutation) that survive the rigid screen and are relaxed.
    iterations : int
        L-BFGS iterations of each.
    kept_radius_angstrom, mobile_radius_angstrom : float
        Residues this close to the places that the side chain can reach count; side chains this close to its candidates
        give way.
    restraint_kcal_mol_angstrom2 : float
        Holds the heavy atoms of those side chains where the file has them.
    library_weight : float
        Of -RT ln(frequency), against the energy.
    """

    candidates: int = 8
    iterations: int = 60
    kept_radius_angstrom: float = 8.0
    mobile_radius_angstrom: float = 4.0
    restraint_kcal_mol_angstrom2: float = 0.5
    library_weight: float = 2.0


@dataclass(frozen=True)
class RelaxedRotamer:
    """One relaxed choice of rotamers: their names, its score (kcal/mol) and the positions of the protein part (Å)."""

    rotamers: tuple[str, ...]
    score_kcal_mol: float
    positions: FloatArray


def rank_rotamers(
    surroundings: Surroundings,
    changes: Mapping[ResidueId, str],
    settings: BuildSettings,
    *,
    platform: str = "auto",
) -> tuple[RelaxedRotamer, ...]:
    """The rotamers that survive the rigid screen, relaxed, best first."""
    residues = [identity for identity, name in changes.items() if name not in NO_ROTAMERS]
    screened = screen_rotamers(surroundings, residues, settings.candidates)
    inserted: IntArray = np.concatenate([site.atoms for site in screened.sites])
    energy = SiteEnergy(
        surroundings,
        _mobile_atoms(surroundings, screened, inserted, settings.mobile_radius_angstrom),
        inserted,
        restraint_kcal_mol_angstrom2=settings.restraint_kcal_mol_angstrom2,
        platform=platform,
    )
    relaxed = []
    for placement in screened.placements:
        start = apply_placement(screened.sites, placement, surroundings.protein.positions)
        minimum = energy.minimize(start, settings.iterations)
        relaxed.append(_scored(screened, placement, minimum, settings.library_weight))
    return tuple(sorted(relaxed, key=lambda rotamer: rotamer.score_kcal_mol))


def _scored(
    screened: Screened, placement: JointPlacement, minimum: SiteMinimum, library_weight: float
) -> RelaxedRotamer:
    score = minimum.energy_kcal_mol + library_weight * screened.prior_kcal_mol(placement)
    return RelaxedRotamer(rotamer_names(screened.sites, placement), score, minimum.positions)


def _mobile_atoms(
    surroundings: Surroundings, screened: Screened, inserted: IntArray, radius_angstrom: float
) -> NDArray[np.bool_]:
    """The new side chains, and those of residues near any of their placements, where the file shows them."""
    protein = surroundings.protein
    near = residues_near(protein, screened.coordinates(), radius_angstrom) - surroundings.fixed
    atoms = protein.topology.atoms()
    mobile = np.array([residue_id(a.residue) in near and a.name not in BACKBONE_ATOMS for a in atoms], dtype=np.bool_)
    mobile[inserted] = True
    return mobile
