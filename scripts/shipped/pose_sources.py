"""What the library of known poses is made from: PDB entries with the ligand of each, its SMILES for bond orders.

Data of ``build_pose_library.py``. Paths are relative to ``--sources``; a file may lie in any folder beneath it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PoseSource:
    """A PDB entry with a ligand: its kinase, the component's id, its name and SMILES."""

    pdb_id: str
    kinase: str
    component: str
    ligand: str


SMILES = {
    "AEE788": "CCN1CCN(Cc2ccc(cc2)-c2cc3c(N[C@H](C)c4ccccc4)ncnc3[nH]2)CC1",
    "abemaciclib": "CCN1CCN(Cc2ccc(Nc3ncc(F)c(n3)-c3cc(F)c4nc(C)n(C(C)C)c4c3)nc2)CC1",
    "alectinib": "CCc1cc2C(=O)c3c([nH]c4cc(ccc34)C#N)C(C)(C)c2cc1N1CCC(CC1)N1CCOCC1",
    "axitinib": "CNC(=O)c1ccccc1Sc1ccc2c(/C=C/c3ccccn3)n[nH]c2c1",
    "bosutinib": "COc1cc(Nc2c(cnc3cc(OCCCN4CCN(C)CC4)c(OC)cc23)C#N)c(Cl)cc1Cl",
    "ceritinib": "Cc1cc(Nc2ncc(Cl)c(Nc3ccccc3S(=O)(=O)C(C)C)n2)c(OC(C)C)cc1C1CCNCC1",
    "crizotinib": "C[C@@H](Oc1cc(cnc1N)-c1cnn(c1)C1CCNCC1)c1c(Cl)ccc(F)c1Cl",
    "dabrafenib": "CC(C)(C)c1nc(c(s1)-c1ccnc(N)n1)-c1cccc(NS(=O)(=O)c2c(F)cccc2F)c1F",
    "dasatinib": "Cc1nc(Nc2ncc(C(=O)Nc3c(C)cccc3Cl)s2)cc(N2CCN(CCO)CC2)n1",
    "dovitinib": "CN1CCN(CC1)c1ccc2[nH]c(nc2c1)-c1c(N)c2c(F)cccc2[nH]c1=O",
    "erlotinib": "COCCOc1cc2ncnc(Nc3cccc(c3)C#C)c2cc1OCCOC",
    "gefitinib": "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
    "ibrutinib": "C=CC(=O)N1CCC[C@H](C1)n1nc(-c2ccc(Oc3ccccc3)cc2)c2c(N)ncnc12",
    "imatinib": "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
    "lapatinib": "CS(=O)(=O)CCNCc1ccc(o1)-c1ccc2ncnc(Nc3ccc(OCc4cccc(F)c4)c(Cl)c3)c2c1",
    "lenvatinib": "COc1cc2nccc(Oc3ccc(NC(=O)NC4CC4)c(Cl)c3)c2cc1C(N)=O",
    "lorlatinib": "C[C@H]1Oc2cc(cnc2N)-c2c(nn(C)c2C#N)CN(C)C(=O)c2ccc(F)cc12",
    "nilotinib": "Cc1cn(cn1)-c1cc(NC(=O)c2ccc(C)c(Nc3nccc(n3)-c3cccnc3)c2)cc(c1)C(F)(F)F",
    "palbociclib": "CC(=O)c1c(C)c2cnc(Nc3ccc(cn3)N3CCNCC3)nc2n(C2CCCC2)c1=O",
    "ponatinib": "Cc1ccc(cc1C#Cc1cnc2cccnn12)C(=O)Nc1ccc(CN2CCN(C)CC2)c(c1)C(F)(F)F",
    "rebastinib": "CNC(=O)c1cc(Oc2ccc(NC(=O)Nc3cc(nn3-c3ccc4ncccc4c3)C(C)(C)C)c(F)c2)ccn1",
    "ribociclib": "CN(C)C(=O)c1cc2cnc(Nc3ccc(cn3)N3CCNCC3)nc2n1C1CCCC1",
    "sorafenib": "CNC(=O)c1cc(Oc2ccc(NC(=O)Nc3ccc(Cl)c(c3)C(F)(F)F)cc2)ccn1",
    "sunitinib": "CCN(CC)CCNC(=O)c1c(C)[nH]c(/C=C2\\C(=O)Nc3ccc(F)cc23)c1C",
    "tofacitinib": "C[C@@H]1CCN(C[C@@H]1N(C)c1ncnc2[nH]ccc12)C(=O)CC#N",
    "ligand-P3Y": "COc1ccccc1-c1c[nH]c2ncc(cc12)-c1cncc(c1)C(=O)N(C)C",
    "ligand-276": "CNC(=O)c1cc(Oc2ccc3nc(Nc4ccc(Cl)c(c4)C(F)(F)F)[nH]c3c2)ccn1",
    "ligand-1BU": "Cc1cccc(c1)-n1nc(cc1NC(=O)Nc1ccc(Nc2ncnc3ccc(N)cc23)cc1)C(C)(C)C",
    "ligand-4EK": "c1ccnc(c1)-c1cnc2ccc(nn12)N1CCC[C@@H]1c1cccc(F)c1",
}
"""Each laid on the atoms of its entry before it is used: another molecule or stereoisomer would be refused."""

ENTRIES = (
    PoseSource("2HYY", "ABL1", "STI", "imatinib"),
    PoseSource("2GQG", "ABL1", "1N1", "dasatinib"),
    PoseSource("3CS9", "ABL1", "NIL", "nilotinib"),
    PoseSource("3UE4", "ABL1", "DB8", "bosutinib"),
    PoseSource("4WA9", "ABL1", "AXI", "axitinib"),
    PoseSource("4TWP", "ABL1", "AXI", "axitinib"),
    PoseSource("3QRI", "ABL1", "919", "rebastinib"),
    PoseSource("2QOH", "ABL1", "P3Y", "ligand-P3Y"),
    PoseSource("2XP2", "ALK", "VGH", "crizotinib"),
    PoseSource("3AOX", "ALK", "EMH", "alectinib"),
    PoseSource("4MKC", "ALK", "4MK", "ceritinib"),
    PoseSource("4CLI", "ALK", "5P8", "lorlatinib"),
    PoseSource("1M17", "EGFR", "AQ4", "erlotinib"),
    PoseSource("1XKK", "EGFR", "FMM", "lapatinib"),
    PoseSource("4WKQ", "EGFR", "IRE", "gefitinib"),
    PoseSource("2ITY", "EGFR", "IRE", "gefitinib"),
    PoseSource("2J6M", "EGFR", "AEE", "AEE788"),
    PoseSource("4ASD", "KDR", "BAX", "sorafenib"),
    PoseSource("3WZD", "KDR", "LEV", "lenvatinib"),
    PoseSource("4AG8", "KDR", "AXI", "axitinib"),
    PoseSource("4AGD", "KDR", "B49", "sunitinib"),
    PoseSource("2QU5", "KDR", "276", "ligand-276"),
    PoseSource("4XV2", "BRAF", "P06", "dabrafenib"),
    PoseSource("5P9I", "BTK", "1E8", "ibrutinib"),
    PoseSource("4MXO", "SRC", "DB8", "bosutinib"),
    PoseSource("3F3V", "SRC", "1BU", "ligand-1BU"),
    PoseSource("5AM6", "FGFR1", "38O", "dovitinib"),
    PoseSource("2WGJ", "MET", "VGH", "crizotinib"),
    PoseSource("3ZOS", "DDR1", "0LI", "ponatinib"),
    PoseSource("5L2I", "CDK6", "LQQ", "palbociclib"),
    PoseSource("5L2S", "CDK6", "6ZV", "abemaciclib"),
    PoseSource("5L2T", "CDK6", "6ZZ", "ribociclib"),
    PoseSource("3LXK", "JAK3", "MI1", "tofacitinib"),
)
"""3G0E (KIT) shows half of sunitinib, and the MPS1 entries hold no drug: left out."""

MODELS = (
    ("TRKA", "repotrectinib", "7VKO", "7GI"),
    ("TRKA", "entrectinib", "5KVT", "YMX"),
    ("TRKA", "larotrectinib", "4YNE", ""),
    ("TRKA", "selitrectinib", "7VKO", ""),
    ("TRKA", "taletrectinib", "4YNE", ""),
    ("TRKA", "zurletrectinib", "7VKO", ""),
)
"""Models that ship, relaxed: of the crystal's own ligand where a component is named, else laid over it."""

EXCERPT = ("4YNE", "TRKA", "4EK", "ligand-4EK", "wwpdb_excerpts/4YNE_4EK_hetatm_excerpt.pdb")
"""HETATM records alone, in the frame of the model ``trka_4yne``."""
