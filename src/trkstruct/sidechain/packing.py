"""Sites with all placements of their side chains, ranked by a soft rigid energy before anything is minimised."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist

from trkstruct.energy.nonbonded import Nonbonded
from trkstruct.residues import ResidueId
from trkstruct.sidechain.rotamers import Rotamer
from trkstruct.sidechain.substitute import place_rotamers, side_chain_atoms
from trkstruct.structure.complex import Complex
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, COULOMB_KCAL_ANGSTROM, FloatArray, IntArray

SOFT_CORE_FRACTION: Final = 0.75  # pairs closer than 0.75 sigma count as at 0.75 sigma: about 10 kcal/mol at most
DISTANCE_DIELECTRIC: Final = 4.0  # ε = 4r, Mehler & Solmajer 1991 in spirit; only ranks, never reported
CLOSEST_CHARGES_ANGSTROM: Final = 1.5  # nearer than any hydrogen bond; closer charges count as here
PLACEMENTS_PER_SITE: Final = 12  # of each site of a compound mutation, before they are combined


@dataclass(frozen=True)
class Site:
    """A residue whose side chain is placed.

    Attributes
    ----------
    residue : ResidueId
    atoms : numpy.ndarray, shape (k,)
        Side-chain atoms, as indices into the pocket.
    coordinates : numpy.ndarray, shape (n, k, 3)
        Å, one entry per placement.
    prior_kcal_mol : numpy.ndarray, shape (n,)
        -RT ln(library frequency).
    names : tuple of str
        Rotamer of each placement.
    """

    residue: ResidueId
    atoms: IntArray
    coordinates: FloatArray
    prior_kcal_mol: FloatArray
    names: tuple[str, ...]


@dataclass(frozen=True)
class JointPlacement:
    """One joint choice: the placement index of each site and its soft energy (kcal/mol)."""

    choice: tuple[int, ...]
    energy_kcal_mol: float


def site_of(complex_: Complex, residue: ResidueId, rotamers: Sequence[Rotamer], temperature_kelvin: float) -> Site:
    """Every placement of a residue's side chain in some rotamers or samples of them.

    Raises
    ------
    StructureError
        When the residue or its backbone is missing.
    """
    coordinates, placements = place_rotamers(complex_, residue, rotamers)
    frequencies = np.array([placement.rotamer.frequency_percent for placement in placements])
    return Site(
        residue=residue,
        atoms=side_chain_atoms(complex_, residue),
        coordinates=coordinates,
        prior_kcal_mol=-BOLTZMANN_KCAL_MOL_KELVIN * temperature_kelvin * np.log(frequencies / 100.0),
        names=tuple(placement.rotamer.name for placement in placements),
    )


def rank_placements(
    sites: Sequence[Site], positions: FloatArray, nonbonded: Nonbonded, atoms: IntArray | None = None
) -> tuple[JointPlacement, ...]:
    """All joint placements of the sites' side chains, best first, in a rigid environment.

    Parameters
    ----------
    sites : sequence of Site
    positions : numpy.ndarray, shape (n_atoms, 3)
        Å; the environment is every atom that is not a side-chain atom of a site.
    nonbonded : Nonbonded
        Of the same atoms.
    atoms : array of int, optional
        The environment, when it is not everything (the pocket without its ligand).
    """
    moving = np.concatenate([site.atoms for site in sites])
    environment = np.setdiff1d(np.arange(len(positions)) if atoms is None else atoms, moving)
    alone = [_environment_energies(site, environment, positions, nonbonded) + site.prior_kcal_mol for site in sites]
    if len(sites) == 1:
        ranked = [JointPlacement((int(i),), float(alone[0][i])) for i in np.argsort(alone[0], kind="stable")]
        return tuple(ranked)
    best = [np.argsort(energies, kind="stable")[:PLACEMENTS_PER_SITE] for energies in alone]
    joint = [
        JointPlacement(tuple(int(i) for i in choice), _joint_energy(sites, choice, alone, nonbonded))
        for choice in product(*best)
    ]
    return tuple(sorted(joint, key=lambda placement: placement.energy_kcal_mol))


def best_per_rotamer(
    sites: Sequence[Site], positions: FloatArray, nonbonded: Nonbonded, count: int
) -> tuple[JointPlacement, ...]:
    """The first ``count`` of `rank_placements`, best first, no two with the same rotamer at every site."""
    distinct: dict[tuple[str, ...], JointPlacement] = {}
    for placement in rank_placements(sites, positions, nonbonded):
        distinct.setdefault(rotamer_names(sites, placement), placement)
        if len(distinct) == count:
            break
    return tuple(distinct.values())


def apply_placement(sites: Sequence[Site], placement: JointPlacement, positions: FloatArray) -> FloatArray:
    """Positions (n_atoms, 3) in Å with the side chains of a joint placement."""
    placed = positions.copy()
    for site, index in zip(sites, placement.choice, strict=True):
        placed[site.atoms] = site.coordinates[index]
    return placed


def rotamer_names(sites: Sequence[Site], placement: JointPlacement) -> tuple[str, ...]:
    """Rotamer of each site in a joint placement."""
    return tuple(site.names[index] for site, index in zip(sites, placement.choice, strict=True))


def _joint_energy(
    sites: Sequence[Site], choice: Sequence[int], alone: Sequence[FloatArray], nonbonded: Nonbonded
) -> float:
    energy = sum(float(energies[index]) for energies, index in zip(alone, choice, strict=True))
    for i, first in enumerate(sites):
        for j in range(i + 1, len(sites)):
            pairs = _soft_energies(
                first.coordinates[choice[i]][None],
                first.atoms,
                sites[j].coordinates[choice[j]],
                sites[j].atoms,
                nonbonded,
            )
            energy += float(pairs[0])
    return energy


def _environment_energies(site: Site, environment: IntArray, positions: FloatArray, nonbonded: Nonbonded) -> FloatArray:
    return _soft_energies(site.coordinates, site.atoms, positions[environment], environment, nonbonded)


def _soft_energies(
    placements: FloatArray, atoms: IntArray, others: FloatArray, other_atoms: IntArray, nonbonded: Nonbonded
) -> FloatArray:
    counted = np.ones((len(atoms), len(other_atoms)))
    for row, atom in enumerate(atoms):
        counted[row, np.isin(other_atoms, nonbonded.partners(atom))] = 0.0
    sigma = 0.5 * (nonbonded.sigma[atoms][:, None] + nonbonded.sigma[other_atoms][None])
    epsilon = np.sqrt(nonbonded.epsilon[atoms][:, None] * nonbonded.epsilon[other_atoms][None]) * counted
    charges = (
        COULOMB_KCAL_ANGSTROM / DISTANCE_DIELECTRIC * np.outer(nonbonded.charges[atoms], nonbonded.charges[other_atoms])
    )
    energies = np.empty(len(placements))
    for index, placement in enumerate(placements):
        distance = cdist(placement, others)
        softened = np.maximum(distance, SOFT_CORE_FRACTION * sigma)
        ratio6 = (sigma / softened) ** 6
        softened_charge = np.maximum(distance, CLOSEST_CHARGES_ANGSTROM)
        energies[index] = np.sum(4 * epsilon * (ratio6 * ratio6 - ratio6) + counted * charges / softened_charge**2)
    return energies
