"""Relax one amino-acid sequence at a site, bound and apo, over its rotamers: the end states of the binding impact.

The idea is that of K* (Lilien 2005, 10.1089/cmb.2005.12.740; Frey 2010, 10.1073/pnas.0914163107): a mutation costs
what the complex loses and the free protein does not. Wild type and mutant start from the same relaxed wild type, move
the same atoms and get the same kinds of start, so that the noise of minimisation cancels in the difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from openmm.app import Atom

from trkstruct.energy.forcefield import create_system
from trkstruct.energy.minimizer import Minimum, minimize
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.energy.pocket_energy import PocketEnergy, open_energy
from trkstruct.residues import ResidueId, parent_name
from trkstruct.settings import Settings
from trkstruct.sidechain.packing import Site, apply_placement, placement_name, rank_placements, site_of
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import place_rotamers
from trkstruct.structure.complex import Complex, ligand_atoms, protein_residue, residue_id
from trkstruct.structure.pocket import Pocket, cut_pocket
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN, FloatArray, IntArray

NATIVE: Final = "native"
HOPELESS_KCAL_MOL: Final = 6.0  # above the best: 10 RT, a share of 5e-5
SAME_MINIMUM_KCAL_MOL: Final = 0.05  # what minimisations that stop at an RMS gradient of 0.03 leave open


@dataclass(frozen=True)
class EndStates:
    """A complex, and the free protein: the same atoms in the same order less the ligand."""

    bound: Complex
    apo: Complex


@dataclass(frozen=True)
class Region:
    """Which residues of a complex are in the pocket, which of them move, and which are the mutated ones."""

    kept: frozenset[ResidueId]
    mobile: frozenset[ResidueId]
    sites: tuple[ResidueId, ...]


@dataclass(frozen=True)
class Start:
    """Where a minimisation begins: a name for its rotamer, positions (n, 3) in Å, and whether atoms were inserted."""

    name: str
    positions: FloatArray
    soften: bool = False


@dataclass(frozen=True)
class Conformer:
    """One minimised start: the rotamer it came from and where it ended."""

    name: str
    minimum: Minimum


@dataclass(frozen=True)
class Ensemble:
    """The minima of one sequence in one state, best first, one per rotamer."""

    conformers: tuple[Conformer, ...] = ()

    @property
    def best(self) -> Conformer:
        """The conformer of lowest energy."""
        return self.conformers[0]

    @property
    def hopeless_kcal_mol(self) -> float:
        """The energy above which a conformer does not count; infinite when there is none yet."""
        return self.best.minimum.energy_kcal_mol + HOPELESS_KCAL_MOL if self.conformers else np.inf

    def rotamer_gain_kcal_mol(self, temperature_kelvin: float) -> float:
        """-RT ln Σ exp(-(E - E_best)/RT) over the distinct minima: 0 for one, lower for more."""
        rt = BOLTZMANN_KCAL_MOL_KELVIN * temperature_kelvin
        energies = np.array([conformer.minimum.energy_kcal_mol for conformer in self.distinct()])
        return -rt * float(np.log(np.sum(np.exp(-(energies - energies.min()) / rt))))

    def distinct(self) -> tuple[Conformer, ...]:
        """The conformers whose energies are further apart than `SAME_MINIMUM_KCAL_MOL`.

        Starts from different rotamers often end in one minimum, up to the names of equivalent atoms.
        """
        energies = np.array([conformer.minimum.energy_kcal_mol for conformer in self.conformers])
        new = np.diff(energies, prepend=-np.inf) > SAME_MINIMUM_KCAL_MOL
        return tuple(conformer for conformer, is_new in zip(self.conformers, new, strict=True) if is_new)

    def with_more(self, conformers: Iterable[Conformer]) -> "Ensemble":
        """The ensemble with further conformers; of each rotamer the lowest stays."""
        lowest: dict[str, Conformer] = {}
        for conformer in (*self.conformers, *conformers):
            held = lowest.get(conformer.name)
            if held is None or conformer.minimum.energy_kcal_mol < held.minimum.energy_kcal_mol:
                lowest[conformer.name] = conformer
        return Ensemble(tuple(sorted(lowest.values(), key=lambda c: c.minimum.energy_kcal_mol)))


class EndState:
    """One sequence in one state, bound or apo: its pocket, its sites' side chains, and the minima found so far."""

    def __init__(self, pocket: Pocket, sites: tuple[Site, ...], energy: PocketEnergy) -> None:
        """Nothing is minimised yet."""
        self.pocket = pocket
        self.sites = sites
        self.energy = energy
        self.ensemble = Ensemble()
        self._taken: list[tuple[EndState, float]] = []  # states and their energies, started from

    @property
    def has_rotamers(self) -> bool:
        """Whether any of its sites can be placed in more than one way: not those of glycine and alanine alone."""
        return any(len(site.names) > 1 for site in self.sites)

    def rotamer_starts(self, count: int) -> tuple[Start, ...]:
        """The best placements of the sites' side chains by the soft rigid energy, in the pocket as it is."""
        return self._rotamer_starts(count, self.sites, self.pocket.complex.positions)

    def rebuilt_starts(self, count: int) -> tuple[Start, ...]:
        """The same in the best minimum so far, whose surroundings have made room.

        Also where a side chain stands already, and where there is none: that its surroundings, softened, settle once
        more has found lower minima.
        """
        relaxed = replace(self.pocket.complex, positions=self.ensemble.best.minimum.positions)
        return self._rotamer_starts(count, [_moved(site, relaxed) for site in self.sites], relaxed.positions)

    def _rotamer_starts(self, count: int, sites: Sequence[Site], positions: FloatArray) -> tuple[Start, ...]:
        ranked = rank_placements(sites, positions, self.energy.nonbonded)
        starts: dict[str, Start] = {}
        for placement in ranked:
            name = placement_name(sites, placement)
            if name not in starts:
                starts[name] = Start(name, apply_placement(sites, placement, positions), soften=True)
            if len(starts) == count:
                break
        return tuple(starts.values())

    def native_start(self) -> Start:
        """The pocket as it is."""
        return Start(NATIVE, self.pocket.complex.positions)

    def is_new(self, donor: "EndState") -> bool:
        """Whether this state has not been started from the best minimum of another; asking counts as starting."""
        energy = donor.ensemble.best.minimum.energy_kcal_mol
        new = not any(state is donor and abs(energy - taken) < SAME_MINIMUM_KCAL_MOL for state, taken in self._taken)
        self._taken.append((donor, energy))
        return new

    def minimize(self, starts: Sequence[Start], iterations: int) -> None:
        """Minimise the starts into the ensemble; what stays hopelessly above the best so far is given up."""
        for start in starts:
            minimum = minimize(
                self.energy, start.positions, iterations, soften=start.soften, wanted=self.ensemble.hopeless_kcal_mol
            )
            self.ensemble = self.ensemble.with_more([Conformer(start.name, minimum)])

    def minimized_again(self, dielectric: float, iterations: int) -> "EndState":
        """The state with another dielectric constant inside: its distinct minima, minimised again."""
        other = EndState(self.pocket, self.sites, self.energy.at_solute_dielectric(dielectric))
        kept = [
            each for each in self.ensemble.distinct() if each.minimum.energy_kcal_mol < self.ensemble.hopeless_kcal_mol
        ]
        other.minimize([Start(each.name, each.minimum.positions) for each in kept], iterations)
        return other


@dataclass(frozen=True)
class BoundAndApo:
    """One sequence, bound and apo."""

    bound: EndState
    apo: EndState


def open_species(states: EndStates, region: Region, ligand_xml: str, settings: Settings) -> BoundAndApo:
    """Pockets and Contexts of one sequence in both states."""
    return BoundAndApo(
        _open_state(states.bound, region, ligand_xml, settings), _open_state(states.apo, region, None, settings)
    )


def _open_state(complex_: Complex, region: Region, ligand_xml: str | None, settings: Settings) -> EndState:
    """Cut the pocket, place the side chains and open the Context."""
    pocket = cut_pocket(complex_, region.kept, region.mobile)
    sites = place_sites(pocket.complex, region.sites, settings.temperature_kelvin)
    inserted = [np.empty(0, dtype=np.int64), *(site.atoms for site in sites)]
    if pocket.complex.ligand is not None:
        inserted.append(ligand_atoms(pocket.complex))
    energy = open_energy(
        pocket,
        ligand_xml if pocket.complex.ligand is not None else None,
        platform=settings.platform,
        soft_atoms=np.concatenate(inserted),
        solute_dielectric=settings.solute_dielectrics[0],
    )
    return EndState(pocket, sites, energy)


def at_solute_dielectric(species: BoundAndApo, dielectric: float, iterations: int) -> BoundAndApo:
    """A sampled sequence with another dielectric constant inside protein and ligand.

    Its minima are minimised again: what was found with one constant is close to what would be found with another.
    """
    states = (species.bound, species.apo)
    changed = BoundAndApo(*(state.minimized_again(dielectric, iterations) for state in states))
    cross_seed(changed, iterations)
    return changed


def place_sites(complex_: Complex, residues: Sequence[ResidueId], temperature_kelvin: float) -> tuple[Site, ...]:
    """Every library placement of the side chains of some residues, as sites to rank."""
    rotamers = {residue: rotamers_of(protein_residue(complex_, residue).name) for residue in residues}
    return tuple(site_of(complex_, residue, own, temperature_kelvin) for residue, own in rotamers.items())


def _moved(site: Site, complex_: Complex) -> Site:
    """A site whose placements are those on the present backbone."""
    rotamers = rotamers_of(parent_name(protein_residue(complex_, site.residue).name))
    return replace(site, coordinates=place_rotamers(complex_, site.residue, rotamers)[0])


def cross_seed(species: BoundAndApo, iterations: int) -> bool:
    """Start each state from the other's best: bound without its ligand, apo with the ligand put back.

    Returns
    -------
    bool
        False when both had been started from there before, and nothing was done.
    """
    bound, apo = species.bound, species.apo
    ligand = ligand_atoms(bound.pocket.complex)
    protein = np.setdiff1d(np.arange(len(bound.pocket.complex.positions)), ligand)
    best_bound, best_apo = bound.ensemble.best, apo.ensemble.best
    for_apo, for_bound = apo.is_new(bound), bound.is_new(apo)
    if for_apo:
        apo.minimize([Start(best_bound.name, best_bound.minimum.positions[protein])], iterations)
    if for_bound:
        filled = best_bound.minimum.positions.copy()
        filled[protein] = best_apo.minimum.positions
        bound.minimize([Start(best_apo.name, filled, soften=True)], iterations)
    return for_apo or for_bound


def transplant(donor: BoundAndApo, receiver: BoundAndApo, iterations: int) -> bool:
    """Start a sequence, bound and apo, with its own best side chains in the surroundings of another's best.

    Returns
    -------
    bool
        False when it had been started from there before, and nothing was done.
    """
    pairs = ((donor.bound, receiver.bound), (donor.apo, receiver.apo))
    new = [(theirs, mine) for theirs, mine in pairs if mine.is_new(theirs)]
    for theirs, mine in new:
        mine.minimize([_transplanted(theirs, mine)], iterations)
    return bool(new)


def _transplanted(donor: EndState, receiver: EndState) -> Start:
    own = receiver.ensemble.best
    moved = own.minimum.positions.copy()
    sites = {site.residue for site in receiver.sites}
    source = {_atom_key(atom): atom.index for atom in donor.pocket.complex.topology.atoms()}
    for atom in receiver.pocket.complex.topology.atoms():
        if residue_id(atom.residue) not in sites:
            moved[atom.index] = donor.ensemble.best.minimum.positions[source[_atom_key(atom)]]
    return Start(own.name, moved, soften=True)


def _atom_key(atom: Atom) -> tuple[ResidueId, str]:
    return residue_id(atom.residue), atom.name


def screened_points(bound: Complex, region: Region, ligand_xml: str, settings: Settings) -> FloatArray:
    """Positions (Å) of the site's side chains in their best rigid placements, bound and apo."""
    pocket = cut_pocket(bound, region.kept, ())
    sites = place_sites(pocket.complex, region.sites, settings.temperature_kelvin)
    nonbonded = nonbonded_parameters(create_system(pocket.complex.topology, ligand_xml, fragment=True))
    protein: IntArray = np.setdiff1d(np.arange(len(pocket.complex.positions)), ligand_atoms(pocket.complex))
    points = []
    for atoms in (None, protein):
        for placement in rank_placements(sites, pocket.complex.positions, nonbonded, atoms)[
            : settings.rotamers_minimized
        ]:
            points += [site.coordinates[index] for site, index in zip(sites, placement.choice, strict=True)]
    return np.concatenate(points)
