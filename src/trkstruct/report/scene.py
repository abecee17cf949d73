"""What the 3D view of a case shows, as MolViewSpec scenes: data for Mol*, drawn in the browser.

MolViewSpec: Bittrich 2025, 10.1093/nar/gkaf370; Mol*: Sehnal 2021, 10.1093/nar/gkab314.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import molviewspec as mvs
import numpy as np
from scipy.spatial.distance import cdist

from trkstruct.atom_lines import AtomLine, Place, pdb_excerpt, places_near, positions_of
from trkstruct.records import Clash, HydrogenBond, Severity
from trkstruct.units import FloatArray

NEIGHBOUR_ANGSTROM: Final = 4.5  # shown in atoms: protein residues this close to the ligand or the mutated side chain
LABELLED_CLASHES: Final = 3
DRAWN_CLASHES: Final = 20
DISC_THICKNESS_ANGSTROM: Final = 0.1
DISC_RADIUS_ANGSTROM: Final = 0.3  # plus a share of the overlap, so that the eye finds the worst
DISC_RADIUS_PER_OVERLAP: Final = 0.3
POLAR_BOND_ANGSTROM: Final = (
    1.2  # hydrogens this close to N or O are shown; N-H and O-H are 1.0 Å, H...O 1.6 Å and more
)
LABEL_LIFT_ANGSTROM: Final = 3.0  # labels stand this far in front of what they name, towards the first point of view
VIEW_TURNS: Final = 24  # directions that are tried, all around the ligand's long axis
VIEW_RADIUS_ANGSTROM: Final = 6.0  # atoms in front of this circle are in the way
FACE_WORTH_ATOMS: Final = 12.0  # so many atoms in front are borne to see the ligand's face and not its edge
MOST_BEHIND: Final = 0.3  # cosine: a residue beyond it would stand in front of the ligand or behind it
LABEL_GAP_ANGSTROM: Final = 2.0  # of clashes nearer than this to a labelled one, only the worse has a label
VIEW_DISTANCE: Final = 1.9  # camera's distance in radii of what is looked at

# Okabe and Ito; Wong 2011, 10.1038/nmeth.1618
LIGAND_COLOUR: Final = "#E69F00"
SITE_COLOURS: Final[Mapping[str, str]] = {"wild": "#56B4E9", "before": "#CC79A7", "after": "#009E73"}
SITE_LABEL_COLOURS: Final[Mapping[str, str]] = {"wild": "#1B6FA0", "before": "#8E2F65", "after": "#00684C"}
LABEL_COLOUR: Final = "#7A1200"
NEIGHBOUR_COLOUR: Final = "#A9A9A9"
BACKBONE_COLOUR: Final = "#C8CCD2"
BOND_COLOUR: Final = "#0072B2"
SEVERITY_COLOURS: Final[Mapping[Severity, str]] = {"minor": "#FEE090", "moderate": "#F46D43", "severe": "#A50026"}
ELEMENT_COLOURS: Final[Mapping[str, str]] = {
    "N": "#3050F8", "O": "#E8231A", "S": "#C8B400", "H": "#E8E8E8", "F": "#6FBF3F", "Cl": "#1FB01F", "Br": "#8A3A2A",
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """A state to look at: its name (``wild``, ``before``, ``after``), atoms, clashes and hydrogen bonds."""

    name: str
    atoms: tuple[AtomLine, ...]
    clashes: tuple[Clash, ...] = ()
    bonds: tuple[HydrogenBond, ...] = ()


@dataclass(frozen=True)
class Viewpoint:
    """Where a scene is looked at first: the point looked at, the camera, and what is up."""

    target: FloatArray
    position: FloatArray
    up: FloatArray

    @property
    def towards(self) -> FloatArray:
        """Unit vector from what is looked at to the camera."""
        away = self.position - self.target
        return away / float(np.linalg.norm(away))


def choose_viewpoint(atoms: Sequence[AtomLine], sites: Sequence[Place]) -> Viewpoint:
    """The ligand lies across the picture, the mutated residues beside it, and as few atoms as can be in front."""
    ligand = positions_of(atom for atom in atoms if atom.is_ligand)
    site = positions_of(atom for atom in atoms if atom.place in sites and not atom.is_ligand)
    both = np.vstack([ligand, site])
    target = both.mean(axis=0)
    long, wide, thin = np.linalg.svd(ligand - ligand.mean(axis=0))[2]
    aside = site.mean(axis=0) - ligand.mean(axis=0) if len(site) else wide
    protein = positions_of(atom for atom in atoms if not atom.is_ligand and atom.place not in sites)
    turns = np.linspace(0, 2 * np.pi, VIEW_TURNS, endpoint=False)
    around = [np.cos(turn) * wide + np.sin(turn) * np.cross(long, wide) for turn in turns]
    allowed = [each for each in around if abs(each @ aside) <= MOST_BEHIND * float(np.linalg.norm(aside))]

    def hindrance(each: FloatArray) -> float:
        return _atoms_in_front(protein - target, each) - FACE_WORTH_ATOMS * abs(float(each @ thin))

    towards = min(allowed or around, key=hindrance)
    radius = float(np.linalg.norm(both - target, axis=1).max())
    return Viewpoint(target, target + VIEW_DISTANCE * radius * towards, np.cross(towards, long))


def _atoms_in_front(positions: FloatArray, towards: FloatArray) -> int:
    """How many of the positions, relative to what is looked at, stand between it and the eye."""
    depth = positions @ towards
    beside = np.linalg.norm(positions - depth[:, None] * towards, axis=1)
    return int(np.count_nonzero((depth > 0) & (beside < VIEW_RADIUS_ANGSTROM)))


def moment_texts(moment: Moment, sites: Iterable[Place]) -> dict[str, str]:
    """PDB texts that the scenes of a moment name as ``before-ligand``, ``before-site`` and ``before-pocket``.

    Ligand and protein are texts of their own, for a viewer joins atoms by distance, and clashing ones are close.
    Hydrogens are left out but for those that clash or bond, and the polar ones of the ligand and the mutated residues.
    """
    places = frozenset(sites)
    near = _neighbours(moment, places)
    named = {*_partners(moment), *(clash.ligand_atom for clash in worst_first(moment.clashes))}
    main = [atom for atom in moment.atoms if atom.is_ligand or atom.place in places]
    polar = _polar_hydrogens(main)

    def told(atom: AtomLine) -> bool:
        mark = atom.atom if atom.is_ligand else atom.label
        return atom.element != "H" or mark in named or atom.label in polar

    return {
        f"{moment.name}-ligand": pdb_excerpt(main, lambda atom: atom.is_ligand and told(atom)),
        f"{moment.name}-site": pdb_excerpt(main, lambda atom: not atom.is_ligand and told(atom)),
        f"{moment.name}-pocket": pdb_excerpt(
            moment.atoms, lambda a: not a.is_ligand and a.place in near - places and told(a)
        ),
    }


def moment_scene(moment: Moment, sites: Sequence[Place], viewpoint: Viewpoint, ghost: str | None = None) -> str:
    """The scene of a moment as MolViewSpec JSON; its urls are the keys of ``moment_texts`` and ``complex``.

    Parameters
    ----------
    ghost : str, optional
        Another moment whose mutated residues are shown as well, translucent.
    """
    builder = mvs.create_builder()
    builder.canvas(background_color="#ffffff")
    backbone = _structure(builder, "complex").component(selector="polymer").representation(type="cartoon")
    backbone.color(color=BACKBONE_COLOUR).opacity(opacity=0.25)
    _sticks(_structure(builder, f"{moment.name}-pocket"), NEIGHBOUR_COLOUR, size=0.35)
    _sticks(_structure(builder, f"{moment.name}-ligand"), LIGAND_COLOUR, size=0.7)
    if sites:
        _sticks(_structure(builder, f"{moment.name}-site"), SITE_COLOURS[moment.name], size=0.7)
    if ghost is not None and sites:
        _sticks(_structure(builder, f"{ghost}-site"), SITE_COLOURS[ghost], size=0.6).opacity(opacity=0.55)
    marks = builder.primitives()
    where, lift = _positions(moment.atoms), LABEL_LIFT_ANGSTROM * viewpoint.towards
    _draw_clashes(marks, moment.clashes, where, lift)
    _draw_bonds(marks, moment.bonds, where)
    _label_residues(marks, moment, sites, lift)
    at, camera, up = (tuple(vector) for vector in (viewpoint.target, viewpoint.position, viewpoint.up))
    builder.camera(target=at, position=camera, up=up)
    state = builder.get_state().model_dump(mode="json", exclude_none=True)
    state["metadata"]["timestamp"] = ""  # the same case gives the same scene, whenever it is drawn
    return json.dumps(state, separators=(",", ":"))


def _neighbours(moment: Moment, sites: frozenset[Place]) -> frozenset[Place]:
    centres = [atom for atom in moment.atoms if atom.is_ligand or atom.place in sites]
    clashing = {label.rpartition(":")[0] for label in _partners(moment)}
    named = {atom.place for atom in moment.atoms if atom.label.rpartition(":")[0] in clashing}
    return places_near(moment.atoms, centres, NEIGHBOUR_ANGSTROM) | named


def _partners(moment: Moment) -> list[str]:
    """Labels of the protein's atoms in the clashes and bonds that are drawn."""
    ends = [end for bond in moment.bonds for end in (bond.donor, bond.acceptor)]
    return [*(clash.protein_atom for clash in worst_first(moment.clashes)), *ends]


def worst_first(clashes: Iterable[Clash]) -> list[Clash]:
    """The clashes that a scene draws: the largest overlaps first, at most ``DRAWN_CLASHES``."""
    return sorted(clashes, key=lambda clash: -clash.overlap_angstrom)[:DRAWN_CLASHES]


def _structure(builder: mvs.builder.Root, key: str) -> mvs.builder.Structure:
    return builder.download(url=key).parse(format="pdb").model_structure()


def _sticks(structure: mvs.builder.Structure, carbon: str, size: float) -> mvs.builder.Representation:
    sticks = structure.component(selector="all").representation(type="ball_and_stick", size_factor=size)
    sticks.color(color=carbon)
    for element, colour in ELEMENT_COLOURS.items():
        sticks.color(color=colour, selector=mvs.ComponentExpression(type_symbol=element.upper()))
    return sticks


def _positions(atoms: Iterable[AtomLine]) -> dict[str, FloatArray]:
    """Where each label is; the ligand's atoms also by their name alone, as clashes have them."""
    places = {atom.label: np.array(atom.position) for atom in atoms}
    return places | {atom.atom: places[atom.label] for atom in atoms if atom.is_ligand}


def _draw_clashes(
    marks: mvs.builder.Primitives, clashes: Sequence[Clash], where: Mapping[str, FloatArray], lift: FloatArray
) -> None:
    labelled: list[FloatArray] = []
    for clash in worst_first(clashes):
        start, end = where[clash.protein_atom], where[clash.ligand_atom]
        middle, direction = (start + end) / 2, (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
        half = 0.5 * DISC_THICKNESS_ANGSTROM * direction
        marks.tube(
            start=tuple(middle - half),
            end=tuple(middle + half),
            radius=DISC_RADIUS_ANGSTROM + DISC_RADIUS_PER_OVERLAP * clash.overlap_angstrom,
            color=SEVERITY_COLOURS[clash.severity],
            tooltip=(
                f"{clash.protein_atom} – {clash.ligand_atom}: overlap {clash.overlap_angstrom:.2f} Å ({clash.severity})"
            ),
        )
        apart = all(np.linalg.norm(middle - each) > LABEL_GAP_ANGSTROM for each in labelled)
        if apart and len(labelled) < LABELLED_CLASHES:
            labelled.append(middle)
            text = f"{clash.overlap_angstrom:.1f} Å"
            marks.label(position=tuple(middle + lift), text=text, label_size=1.1, label_color=LABEL_COLOUR)


def _draw_bonds(marks: mvs.builder.Primitives, bonds: Sequence[HydrogenBond], where: Mapping[str, FloatArray]) -> None:
    for bond in bonds:
        length = bond.hydrogen_acceptor_angstrom or bond.donor_acceptor_angstrom
        marks.tube(
            start=tuple(where[bond.hydrogen or bond.donor]),
            end=tuple(where[bond.acceptor]),
            radius=0.07,
            dash_length=0.18,
            color=BOND_COLOUR,
            tooltip=f"hydrogen bond {bond.donor} – {bond.acceptor}: {length:.1f} Å",
        )


def _label_residues(marks: mvs.builder.Primitives, moment: Moment, sites: Sequence[Place], lift: FloatArray) -> None:
    ends = {end.rpartition(":")[0] for bond in moment.bonds for end in (bond.donor, bond.acceptor)}
    for atom in moment.atoms:
        bonded = f"{atom.chain}:{atom.residue}{atom.number}" in ends and not atom.is_ligand
        if atom.atom == "CA" and (atom.place in sites or bonded):
            colour = SITE_LABEL_COLOURS[moment.name] if atom.place in sites else BOND_COLOUR
            text = f"{atom.residue.capitalize()}{atom.number}"
            marks.label(position=tuple(np.array(atom.position) + lift), text=text, label_size=1.3, label_color=colour)


def _polar_hydrogens(atoms: Sequence[AtomLine]) -> frozenset[str]:
    """Labels of the hydrogens on nitrogen or oxygen."""
    hydrogens = [atom for atom in atoms if atom.element == "H"]
    carriers = positions_of(atom for atom in atoms if atom.element in ("N", "O"))
    if not hydrogens or not len(carriers):
        return frozenset()
    nearest = cdist(positions_of(hydrogens), carriers).min(axis=1)
    return frozenset(a.label for a, far in zip(hydrogens, nearest, strict=True) if far < POLAR_BOND_ANGSTROM)
