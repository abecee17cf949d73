"""The backbones of a case: one after another, until its answer is clear or the preset's limit is reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
from trkstruct.cases.spec import CaseSpec
from trkstruct.cases.wild_type import WildType
from trkstruct.contacts.hydrogen_bonds import count_contacts
from trkstruct.errors import RelaxationError
from trkstruct.impact.backbones import is_clear
from trkstruct.impact.bound_and_apo import BoundAndApo
from trkstruct.impact.calibration import DdgEstimate, calibrate
from trkstruct.impact.ddg import Impact, score_mutation
from trkstruct.structure.complex import Complex, protein_residue
from trkstruct.structure.mutated_residues import Change


@dataclass(frozen=True)
class Scored:
    """A mutation on its backbones.

    Attributes
    ----------
    impact : Impact
        On the first backbone, which is the crystal's: the complexes that are shown are those of it.
    estimate : DdgEstimate
        From all of them.
    notes : tuple of str
        Which backbones are left out, and why.
    """

    impact: Impact
    estimate: DdgEstimate
    notes: tuple[str, ...]


def score_backbones(
    spec: CaseSpec,
    wild_type: WildType,
    changes: Sequence[Change],
    work_dir: Path,
    first: BoundAndApo[Complex],
    pose: int = 0,
) -> Scored:
    """What a mutation does to binding, on as many backbones as its answer needs.

    Parameters
    ----------
    spec : CaseSpec
    wild_type : WildType
    changes : sequence of Change
    work_dir : Path
        As for `load_relaxed_wild_type`.
    first : BoundAndApo of Complex
        The relaxed wild type of the first backbone.
    pose : int
        0 for the best pose, 1 for its first rival.

    Raises
    ------
    RelaxationError
        When a minimisation explodes on the first backbone; another that does is left out, and noted.
    """
    xml, limit = wild_type.ligand.parameters_xml or "", spec.settings.backbones
    impact = score_mutation(first, changes, xml, spec.settings)
    members, contacts, notes = [impact.terms], [_contacts(first, impact, changes)], list[str]()
    estimate = calibrate(members, contacts=contacts[0], near=impact.near)
    for number in range(1, limit):
        if is_clear(estimate, near=impact.near):
            break
        try:
            states = load_relaxed_wild_type(spec, wild_type, work_dir, number, pose)
            moved = score_mutation(states, changes, xml, spec.settings)
        except RelaxationError as error:
            notes.append(f"Backbone {number + 1} of at most {limit} is left out of the answer: {error}")
            continue
        members.append(moved.terms)
        contacts.append(_contacts(states, moved, changes))
        estimate = calibrate(members, contacts=round(float(np.mean(contacts))), near=impact.near)
    return Scored(impact, estimate, tuple(notes))


def _contacts(wild_type: BoundAndApo[Complex], impact: Impact, changes: Sequence[Change]) -> int:
    """Those of the side chains that change, in the wild type or in the mutant, whichever has more."""
    both = (wild_type.bound, impact.relaxed.bound)
    sites = [each.residue for each in changes if protein_residue(both[0], each.residue).name != each.to]
    return max(sum(count_contacts(complex_, site) for site in sites) for complex_ in both)
