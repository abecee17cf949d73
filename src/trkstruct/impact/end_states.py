"""One amino-acid sequence at a site in one state, bound or apo: an end state of the binding impact.

The idea is that of K* (Lilien 2005, 10.1089/cmb.2005.12.740; Frey 2010, 10.1073/pnas.0914163107): a mutation costs
what the complex loses and the free protein does not. Wild type and mutant start from the same relaxed wild type, move
the same atoms and get the same kinds of start, so that the noise of minimisation cancels in the difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from trkstruct.energy.forcefield import create_system
from trkstruct.energy.minimizer import minimize
from trkstruct.energy.nonbonded import nonbonded_parameters
from trkstruct.energy.pocket_energy import PocketEnergy, open_energy
from trkstruct.errors import RelaxationError
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.ensemble import Conformer, Ensemble
from trkstruct.residues import ResidueId, parent_name
from trkstruct.settings import Settings
from trkstruct.sidechain.packing import Site, apply_placement, best_per_rotamer, rank_placements, rotamer_names, site_of
from trkstruct.sidechain.rotamers import rotamers_of
from trkstruct.sidechain.substitute import place_rotamers
from trkstruct.structure.complex import Complex, ligand_atoms, protein_residue
from trkstruct.structure.pocket import Pocket, cut_pocket, with_positions
from trkstruct.units import FloatArray, IntArray

NATIVE: Final = "native"


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


@dataclass(frozen=True, eq=False)
class EndState:
    """One sequence in one state, bound or apo: its pocket, its sites' side chains, and the minima found so far.

    What was left out are the names of starts that exploded or collapsed.
    """

    pocket: Pocket
    sites: tuple[Site, ...]
    energy: PocketEnergy
    ensemble: Ensemble = field(default_factory=Ensemble)
    left_out: tuple[str, ...] = ()

    @property
    def has_rotamers(self) -> bool:
        """Whether any of its sites can be placed in more than one way: not those of glycine and alanine alone."""
        return any(len(site.names) > 1 for site in self.sites)

    @property
    def best_positions(self) -> FloatArray:
        """Positions (n, 3) in Å of the lowest minimum."""
        return self.ensemble.best.minimum.positions


EndStates = BoundAndApo[EndState]


def open_state(complex_: Complex, region: Region, ligand_xml: str, settings: Settings) -> EndState:
    """Cut the pocket, place the side chains and open the Context; nothing is minimised yet.

    Parameters
    ----------
    complex_ : Complex
        With the ligand or without.
    region : Region
    ligand_xml : str
        OpenMM XML text of the ligand.
    settings : Settings

    Raises
    ------
    LigandError, StructureError
        When the force field does not know a residue, or one lacks atoms.
    RelaxationError
        When the platform is not there.
    """
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


def minimize_starts(state: EndState, starts: Sequence[Start], iterations: int) -> EndState:
    """The state with the minima of some starts; what stays hopelessly above the best so far is given up.

    A start that explodes or collapses is no place to be in: it is left out, by name, and the others decide.

    Raises
    ------
    RelaxationError
        When no start ends in a minimum, and there was none before.
    """
    ensemble, failure, left_out = state.ensemble, None, state.left_out
    for start in starts:
        hopeless = ensemble.hopeless_kcal_mol
        try:
            minimum = minimize(state.energy, start.positions, iterations, soften=start.soften, wanted=hopeless)
        except RelaxationError as error:
            failure, left_out = error, (*left_out, start.name)
            continue
        ensemble = ensemble.with_more([Conformer(start.name, minimum)])
    if failure is not None and not ensemble.conformers:
        raise failure
    return replace(state, ensemble=ensemble, left_out=left_out)


def minimize_again(state: EndState, dielectric: float, iterations: int) -> EndState:
    """The state with another dielectric constant inside: its distinct minima, minimised again."""
    limit = state.ensemble.hopeless_kcal_mol
    kept = [each for each in state.ensemble.distinct() if each.minimum.energy_kcal_mol < limit]
    other = EndState(state.pocket, state.sites, state.energy.at_solute_dielectric(dielectric))
    return minimize_starts(other, [Start(each.name, each.minimum.positions) for each in kept], iterations)


def relaxed_complex(state: EndState, parent: Complex) -> Complex:
    """The complex that a state's pocket was cut from, in the state's lowest minimum."""
    return with_positions(state.pocket, parent, state.best_positions)


def native_start(state: EndState) -> Start:
    """The pocket as it is."""
    return Start(NATIVE, state.pocket.complex.positions)


def rotamer_starts(state: EndState, count: int) -> tuple[Start, ...]:
    """The best placements of the sites' side chains by the soft rigid energy, in the pocket as it is."""
    return _ranked_starts(state, count, state.sites, state.pocket.complex.positions)


def rebuilt_starts(state: EndState, count: int) -> tuple[Start, ...]:
    """The same in the best minimum so far, whose surroundings have made room.

    Also where a side chain stands already, and where there is none: that its surroundings, softened, relax once
    more has found lower minima.
    """
    relaxed = replace(state.pocket.complex, positions=state.best_positions)
    return _ranked_starts(state, count, [_moved(site, relaxed) for site in state.sites], relaxed.positions)


def _ranked_starts(state: EndState, count: int, sites: Sequence[Site], positions: FloatArray) -> tuple[Start, ...]:
    return tuple(
        Start("+".join(rotamer_names(sites, each)), apply_placement(sites, each, positions), soften=True)
        for each in best_per_rotamer(sites, positions, state.energy.nonbonded, count)
    )


def place_sites(complex_: Complex, residues: Sequence[ResidueId], temperature_kelvin: float) -> tuple[Site, ...]:
    """Every library placement of the side chains of some residues, as sites to rank."""
    rotamers = {residue: rotamers_of(protein_residue(complex_, residue).name) for residue in residues}
    return tuple(site_of(complex_, residue, own, temperature_kelvin) for residue, own in rotamers.items())


def _moved(site: Site, complex_: Complex) -> Site:
    """A site whose placements are those on the present backbone."""
    rotamers = rotamers_of(parent_name(protein_residue(complex_, site.residue).name))
    return replace(site, coordinates=place_rotamers(complex_, site.residue, rotamers)[0])


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
