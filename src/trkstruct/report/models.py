"""The 3D part of a case: its complexes read from the output folder, the scenes, and all of it packed for the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from trkstruct.atom_lines import Place, read_atom_lines, whole_residues_near
from trkstruct.errors import InputError
from trkstruct.heat import WILD_TYPE
from trkstruct.mutation import parse_mutation
from trkstruct.records import Case
from trkstruct.report.deltas import encode_lines
from trkstruct.report.embed import packed
from trkstruct.report.scene import NEIGHBOUR_ANGSTROM, Moment, choose_viewpoint, moment_scene, moment_texts
from trkstruct.residues import parent_name

CLASH_REACH_ANGSTROM: Final = 2.0  # a clash reaches no further than two radii, which the neighbours' distance covers

Pair = tuple[str, str, str]
"""Kinase, structure and ligand: what a mutant and its wild type share."""

VIEWS: Mapping[str, str] = {
    "wild": "Wild type",
    "before": "Before relaxation",
    "after": "After relaxation",
    "both": "Before and after",
}


@dataclass(frozen=True)
class Model:
    """What the page needs to draw a case: names of its views, and the packed texts and scenes."""

    views: tuple[str, ...]
    data: str


def pair_of(case: Case) -> Pair:
    """What the case shares with its wild type."""
    return case.kinase, case.structure, case.ligand


def wild_types(cases: tuple[Case, ...]) -> dict[Pair, Case]:
    """The wild-type case of each pair."""
    return {pair_of(case): case for case in cases if case.mutation == WILD_TYPE}


def build_model(case: Case, wild: Case | None, folder: Path, wild_anchor: str) -> Model | None:
    """The 3D part of a case; None when it has no complex.

    Raises
    ------
    InputError
        When a file that the results name is not there.
    """
    whole = _text(folder, case.files.complex)
    if whole is None:
        return None
    base = _text(folder, wild.files.complex) if wild is not None and wild is not case else None
    moments = _moments(case, whole, _text(folder, case.files.before), wild, base)
    sites = mutated_places(case, moments)
    viewpoint = choose_viewpoint(moments["after"].atoms, sites)
    moments = {name: _around(moment, sites) for name, moment in moments.items()}
    texts = {name: text for moment in moments.values() for name, text in moment_texts(moment, sites).items()}
    scenes = {name: moment_scene(moment, sites, viewpoint) for name, moment in moments.items()}
    if "before" in moments:
        scenes["both"] = moment_scene(moments["after"], sites, viewpoint, ghost="before")
    complex_: dict[str, object] = (
        {"text": whole} if base is None else {"steps": encode_lines(whole, base), "base": wild_anchor}
    )
    data = {"complex": complex_, "texts": texts, "scenes": scenes}
    return Model(tuple(name for name in VIEWS if name in scenes), packed(json.dumps(data, separators=(",", ":"))))


def mutated_places(case: Case, moments: Mapping[str, Moment]) -> list[Place]:
    """Chain and number of the mutated residues in the complex; none for the wild type.

    Where the wild type's complex is there, they are the residues that differ: a user's file has numbers of its own.
    """
    if case.mutation == WILD_TYPE:
        return []
    if "wild" in moments:
        names = {atom.place: parent_name(atom.residue) for atom in moments["wild"].atoms}
        changed = {a.place: None for a in moments["after"].atoms if names.get(a.place) != parent_name(a.residue)}
        return list(changed)
    mutation = parse_mutation(case.mutation, generic=True)
    chain = mutation.chain or next(atom.chain for atom in moments["after"].atoms if not atom.is_ligand)
    return [(chain, str(each.number)) for each in mutation.substitutions]


def _moments(case: Case, whole: str, before: str | None, wild: Case | None, base: str | None) -> dict[str, Moment]:
    moments = {}
    if wild is not None and base is not None:
        moments["wild"] = Moment("wild", read_atom_lines(base), wild.clashes_after, wild.hinge_hydrogen_bonds)
    if before is not None:
        moments["before"] = Moment("before", read_atom_lines(before), case.clashes_before)
    moments["after"] = Moment("after", read_atom_lines(whole), case.clashes_after, case.hinge_hydrogen_bonds)
    return moments


def _around(moment: Moment, sites: list[Place]) -> Moment:
    """The moment without what is too far away to be shown in atoms."""
    centres = [atom for atom in moment.atoms if atom.is_ligand or atom.place in sites]
    return replace(moment, atoms=whole_residues_near(moment.atoms, centres, NEIGHBOUR_ANGSTROM + CLASH_REACH_ANGSTROM))


def _text(folder: Path, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"Cannot read {folder / name}: {error.strerror}; results.json names it. Repeat the scan with -o {folder}."
        ) from error
