"""Has a ligand what the hinge of a kinase binds: a flat ring that takes or gives a hydrogen bond?"""

from typing import Final

from rdkit import Chem

from trkstruct.ligand.ligand import Ligand, to_molecule

MOTIFS: Final = {
    "aromatic nitrogen with a lone pair": "[n;X2;H0]",
    "aromatic nitrogen with a hydrogen": "[nX3;H1]",
    "carbonyl of a ring": "[#6;R;X3]=[OX1]",
    "amide": "[NX3;!H0][CX3]=[OX1]",
    "amine on an aromatic ring": "[NX3;!H0;!$(N=*)]c",
}
"""What hinge binders present to the backbone NH and CO of KLIFS 46 and 48: Xing 2015, 10.1039/C4MD00466C."""


def has_hinge_motif(ligand: Ligand) -> bool:
    """Whether the ligand has a donor or acceptor that kinase inhibitors bind the hinge with."""
    molecule = Chem.RemoveHs(to_molecule(ligand))
    return any(molecule.HasSubstructMatch(Chem.MolFromSmarts(pattern)) for pattern in MOTIFS.values())
