"""Chains in another numbering than the clinical one: traces of a known kinase, and models moved by a shift."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from openmm.app import Element, Topology

from trkstruct.kinase.kinases import Kinase
from trkstruct.residues import ONE_TO_THREE
from trkstruct.structure.complex import Complex
from trkstruct.structure.topology import rebuilt


def pocket_trace(
    kinase: Kinase, shift: int = 0, *, mutated: Mapping[int, str] | None = None, chains: str = "A"
) -> Complex:
    """The alpha carbons of a kinase's pocket, a residue each, at clinical number + ``shift``.

    ``mutated`` gives the letters that differ, by clinical number.
    """
    letters = {residue.number: residue.letter for residue in kinase.pocket} | dict(mutated or {})
    topology = Topology()
    for name in chains:
        chain = topology.addChain(name)
        for number in sorted(letters):
            residue = topology.addResidue(ONE_TO_THREE[letters[number]], chain, str(number + shift))
            topology.addAtom("CA", Element.getBySymbol("C"), residue)
    return Complex(topology, np.zeros((topology.getNumAtoms(), 3)), None, f"{kinase.name} trace")


def shifted(complex_: Complex, shift: int) -> Complex:
    """The complex with ``shift`` added to every residue number of its first chain."""
    topology = rebuilt(complex_.topology)
    for residue in next(topology.chains()).residues():
        residue.id = str(int(residue.id) + shift)
    return replace(complex_, topology=topology)
