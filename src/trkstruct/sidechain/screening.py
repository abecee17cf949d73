"""Rotamers of new side chains screened in rigid surroundings: the few worth relaxing, each from its best sample."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from trkstruct.energy.nonbonded import Nonbonded, nonbonded_parameters
from trkstruct.residues import ResidueId
from trkstruct.sidechain.packing import (
    PLACEMENTS_PER_SITE,
    JointPlacement,
    Site,
    best_per_rotamer,
    rank_placements,
    site_of,
)
from trkstruct.sidechain.rotamers import rotamers_of, sample_rotamer
from trkstruct.sidechain.site_energy import create_site_system, site_positions, water_costs
from trkstruct.sidechain.surroundings import Surroundings
from trkstruct.structure.complex import protein_residue
from trkstruct.units import ROOM_TEMPERATURE_KELVIN, FloatArray

SAMPLED_CHIS: Final = (1, 2)  # chi1 and chi2 move every atom that matters most; the others relax later


@dataclass(frozen=True)
class Screened:
    """Placements of a set of side chains that are worth relaxing.

    Attributes
    ----------
    sites : tuple of Site
        One for each residue, with the samples that were kept.
    placements : tuple of JointPlacement
        Best first, no two with the same rotamers.
    """

    sites: tuple[Site, ...]
    placements: tuple[JointPlacement, ...]

    def prior_kcal_mol(self, placement: JointPlacement) -> float:
        """What the library and the waters say of a placement."""
        return sum(float(site.prior_kcal_mol[i]) for site, i in zip(self.sites, placement.choice, strict=True))

    def coordinates(self) -> FloatArray:
        """Side-chain atoms of all placements together, shape (n, 3), Å."""
        return np.concatenate(
            [s.coordinates[i] for p in self.placements for s, i in zip(self.sites, p.choice, strict=True)]
        )


def screen_rotamers(surroundings: Surroundings, residues: Sequence[ResidueId], count: int) -> Screened:
    """The best ``count`` combinations of rotamers of some residues by a soft energy, all else held still.

    Every rotamer is tried with chi1 and chi2 at their means and one standard deviation either side, and with each
    torsion of a hydroxyl; the best of these stands for the rotamer.
    """
    nonbonded = nonbonded_parameters(create_site_system(surroundings))
    positions = site_positions(surroundings, surroundings.protein.positions)
    sites = [sample_site(surroundings, residue) for residue in residues]
    if len(sites) > 1:
        sites = [_best_samples(site, sites, positions, nonbonded) for site in sites]
    return Screened(tuple(sites), best_per_rotamer(sites, positions, nonbonded, count))


def sample_site(surroundings: Surroundings, residue: ResidueId) -> Site:
    """All samples of a residue's rotamers, with what the library and the waters say of each."""
    protein = surroundings.protein
    name = protein_residue(protein, residue).name
    chis = () if name == "PRO" else SAMPLED_CHIS  # proline's ring closes at the means only
    samples = [sample for rotamer in rotamers_of(name) for sample in sample_rotamer(rotamer, chis)]
    site = site_of(protein, residue, samples, ROOM_TEMPERATURE_KELVIN)
    symbols = [atom.element.symbol for atom in protein.topology.atoms()]
    costs = water_costs([symbols[index] for index in site.atoms], site.coordinates, surroundings.obstacles.waters)
    return replace(site, prior_kcal_mol=site.prior_kcal_mol + costs)


def _best_samples(site: Site, sites: Sequence[Site], positions: FloatArray, nonbonded: Nonbonded) -> Site:
    """The site with the best sample of each rotamer, the other sites' side chains taken away."""
    hidden = np.concatenate([other.atoms for other in sites])
    environment = np.setdiff1d(np.arange(len(positions)), hidden)
    best: dict[str, int] = {}
    for placement in rank_placements([site], positions, nonbonded, environment):
        best.setdefault(site.names[placement.choice[0]], placement.choice[0])
    kept = list(best.values())[:PLACEMENTS_PER_SITE]
    return replace(
        site,
        coordinates=site.coordinates[kept],
        prior_kcal_mol=site.prior_kcal_mol[kept],
        names=tuple(site.names[index] for index in kept),
    )
