"""Rotamers of new side chains screened in rigid surroundings: the few worth relaxing, each from its best sample."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from trkstruct.energy.nonbonded import Nonbonded, nonbonded_parameters
from trkstruct.residues import ResidueId
from trkstruct.sidechain.packing import JointPlacement, Site, rank_placements
from trkstruct.sidechain.rotamers import Rotamer, rotamers_of
from trkstruct.sidechain.site_energy import create_site_system, site_positions, water_costs
from trkstruct.sidechain.substitute import place_rotamers, side_chain_atoms
from trkstruct.sidechain.surroundings import Surroundings
from trkstruct.structure.complex import protein_residue
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, ROOM_TEMPERATURE_KELVIN, FloatArray

SAMPLED_CHIS: Final = 2  # chi1 and chi2 move every atom that matters most; the others relax later
SAMPLED_STEPS: Final = (0.0, -1.0, 1.0)  # standard deviations around a rotamer's mean, as in SCWRL4, 10.1002/prot.22488
PLACEMENTS_PER_SITE: Final = 12  # of each site of a compound mutation, before they are combined


@dataclass(frozen=True)
class Screened:
    """Candidates for a set of side chains.

    Attributes
    ----------
    sites : tuple of Site
        One for each residue, with the samples that were kept.
    placements : tuple of JointPlacement
        Best first, no two with the same rotamers.
    """

    sites: tuple[Site, ...]
    placements: tuple[JointPlacement, ...]

    def names(self, placement: JointPlacement) -> tuple[str, ...]:
        """Rotamer of each site."""
        return tuple(site.names[index] for site, index in zip(self.sites, placement.choice, strict=True))

    def prior_kcal_mol(self, placement: JointPlacement) -> float:
        """What the library and the waters say of a placement."""
        return sum(float(site.prior_kcal_mol[i]) for site, i in zip(self.sites, placement.choice, strict=True))

    def coordinates(self) -> FloatArray:
        """Side-chain atoms of all candidates together, shape (n, 3), Å."""
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
    screened = Screened(tuple(sites), ())
    distinct: dict[tuple[str, ...], JointPlacement] = {}
    for placement in rank_placements(sites, positions, nonbonded):
        distinct.setdefault(screened.names(placement), placement)
        if len(distinct) == count:
            break
    return replace(screened, placements=tuple(distinct.values()))


def sample_site(surroundings: Surroundings, residue: ResidueId) -> Site:
    """All samples of a residue's rotamers, with what the library and the waters say of each."""
    protein = surroundings.protein
    samples = sample_rotamers(protein_residue(protein, residue).name)
    prior_of = {id(rotamer): prior for rotamer, prior in samples}
    coordinates, placements = place_rotamers(protein, residue, [rotamer for rotamer, _ in samples])
    atoms = side_chain_atoms(protein, residue)
    symbols = [atom.element.symbol for atom in protein.topology.atoms()]
    costs = water_costs([symbols[index] for index in atoms], coordinates, surroundings.obstacles.waters)
    return Site(
        residue=residue,
        atoms=atoms,
        coordinates=coordinates,
        prior_kcal_mol=np.array([prior_of[id(placement.rotamer)] for placement in placements]) + costs,
        names=tuple(placement.rotamer.name for placement in placements),
    )


def sample_rotamers(residue: str) -> tuple[tuple[Rotamer, float], ...]:
    """Rotamers of an amino acid around their means, each with -RT ln(frequency) + RT/2 Σ(deviation/sd)², kcal/mol.

    Proline's ring closes at the means only.
    """
    rt = BOLTZMANN_KCAL_MOL_KELVIN * ROOM_TEMPERATURE_KELVIN
    samples = []
    for rotamer in rotamers_of(residue):
        sampled = 0 if residue == "PRO" else min(SAMPLED_CHIS, len(rotamer.chis_degrees))
        for steps in product(SAMPLED_STEPS, repeat=sampled):
            shifts = (*steps, *(0.0 for _ in rotamer.chis_degrees[sampled:]))
            triples = zip(rotamer.chis_degrees, rotamer.sds_degrees, shifts, strict=True)
            chis = tuple(chi + sd * shift for chi, sd, shift in triples)
            prior = -rt * float(np.log(rotamer.frequency_percent / 100.0)) + 0.5 * rt * sum(s * s for s in steps)
            samples.append((replace(rotamer, chis_degrees=chis), prior))
    return tuple(samples)


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
