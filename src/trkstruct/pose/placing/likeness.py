"""How like a pose is to where known ligands of kinases lie: atoms of one kind in one place, by no energy at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist

from trkstruct.ligand.ligand import Ligand, to_molecule
from trkstruct.pose.placing.features import Features, molecule_features
from trkstruct.units import FloatArray

WIDTH_ANGSTROM: Final = 1.0  # the frames of two kinases fit to about so much
BOTH_AROMATIC: Final = 1.0  # beside 1 for any two atoms in one place
BOTH_DONORS: Final = 2.0
BOTH_ACCEPTORS: Final = 2.0
MOST_ALIKE: Final = 3  # known ligands; one alone may be like a wrong pose by chance


@dataclass(frozen=True)
class KnownShape:
    """A known ligand in a receptor's frame: heavy atoms (n, 3) in Å and what each shows."""

    points: FloatArray
    features: Features


def known_shape(ligand: Ligand) -> KnownShape:
    """Of a ligand where it lies."""
    molecule = to_molecule(ligand)
    features = molecule_features(molecule)
    return KnownShape(molecule.GetConformer().GetPositions()[features.atoms], features)


def likeness(points: FloatArray, features: Features, known: Sequence[KnownShape]) -> float:
    """Mean over the three known ligands most like it; 0 where none is known, 2 and more where it lies as they do.

    For each pair of atoms a Gaussian of their distance, counted more where both are aromatic, give or take a hydrogen
    bond, by the root of the two numbers of atoms. Overlays of shape and chemistry are ranked so: Grant 1996,
    10.1002/(SICI)1096-987X(19961115)17:14<1653::AID-JCC7>3.0.CO;2-K.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 3)
        Heavy atoms of the pose, Å.
    features : Features
        Of these.
    known : sequence of KnownShape
        In the same frame, none of the same ligand where it is to be judged without its own.
    """
    found = sorted((_overlap(points, features, each) for each in known), reverse=True)[:MOST_ALIKE]
    return float(np.mean(found)) if found else 0.0


def _overlap(points: FloatArray, features: Features, known: KnownShape) -> float:
    near = np.exp(-(cdist(points, known.points) ** 2) / (2 * WIDTH_ANGSTROM**2))
    alike = (
        1.0
        + BOTH_AROMATIC * np.outer(features.aromatic, known.features.aromatic)
        + BOTH_DONORS * np.outer(features.donor, known.features.donor)
        + BOTH_ACCEPTORS * np.outer(features.acceptor, known.features.acceptor)
    )
    return float(np.sum(near * alike) / np.sqrt(len(points) * len(known.points)))
