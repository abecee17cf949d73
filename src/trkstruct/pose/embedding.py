"""Conformers of a molecule some of whose atoms have their places already."""

from collections.abc import Mapping
from typing import Final

from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom
from rdkit.Geometry import Point3D

from trkstruct.ligand.molecule import rdkit_seed

PROBE_TRIES: Final = 5  # a map that geometry allows embeds at once; one that it forbids would take minutes to give up
EMBEDDING_TRIES: Final = 20


def embed_around(molecule: Chem.Mol, points: Mapping[int, Point3D], seed: int, count: int) -> list[Chem.Conformer]:
    """Conformers whose atoms lie to each other as the points (Å) given for some; none where geometry forbids that.

    The distances are kept about, not exactly, and each conformer has a frame of its own.
    """
    parameters = rdDistGeom.ETKDGv3()
    parameters.randomSeed = rdkit_seed(seed)
    parameters.useRandomCoords = True
    parameters.SetCoordMap(dict(points))
    embedded = Chem.Mol(molecule)
    for wanted, tries in ((1, PROBE_TRIES), (count, EMBEDDING_TRIES)):
        parameters.maxIterations = tries
        with rdBase.BlockLogs():  # a map that the molecule's own geometry forbids embeds nothing, and says so
            rdDistGeom.EmbedMultipleConfs(embedded, wanted, parameters)
        if not embedded.GetNumConformers():
            return []
    return [Chem.Conformer(conformer) for conformer in embedded.GetConformers()]
