"""What the models of structures/ are made from: source files, templates, crystal ligands, and which goes with which.

Data of ``build_structures.py`` and of the benchmarks that use the same crystals. Paths are relative to ``--sources``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Crystal:
    """A source file and its PDB entry."""

    pdb_id: str
    resolution_angstrom: float
    path: str


@dataclass(frozen=True)
class CrystalLigand:
    """Crystal ligand whose pose is transferred: its component id, name here, file and the receptor it lies in."""

    component: str
    ligand: str
    path: str
    receptor: str
    smiles: str = ""  # for bond orders, where the file has none


NUMBERING = {
    "TRKA": "UniProt P04629-1",
    "TRKB": "838-residue isoform, as in PDB entries and papers (UniProt Q16620-1 + 16)",
    "TRKC": "UniProt Q16288-1",
}

CRYSTALS = {
    "trka_7vko": Crystal("7VKO", 2.90, "uni_fep_ntrk1_7vko/protein.pdb"),
    "trka_5kvt": Crystal("5KVT", 2.45, "openkinome_ntrk/NTRK1_entrectinib_protein.pdb"),
    "trka_4yne": Crystal("4YNE", 2.02, "openkinome_ntrk/docking_4YNE_protein.pdb"),
    "trkb_4at3": Crystal("4AT3", 1.77, "openkinome_ntrk/docking_4AT3_protein.pdb"),
}
DFG_OUT = {
    "trka_4gt5": Crystal("4GT5", 2.40, "ensembler_4GT5/NTRK1_HUMAN_4GT5_A.pdb"),
    "trkb_4asz": Crystal("4ASZ", 1.70, "klifs_kissim_app/4asz_chainA_complex.pdb"),
    "trkc_6kzd": Crystal("6KZD", 1.71, "openkinome_ntrk/docking_6KZD_protein.pdb"),
}
"""For type II inhibitors; last in the manifest, so that no other ligand is put into them unasked."""

LOOP_DONORS = ("7VKO", "5KVT")
"""Without gaps: loops that others lack come from them."""

THREADED = {"trkc_7vko": "trka_7vko", "trkc_5kvt": "trka_5kvt", "trkc_4yne": "trka_4yne"}
"""No DFG-in crystal of TRKC is known (3V5Q, 4YMJ, 6KZC and 6KZD are DFG-out)."""

DFG_OUT_THREADED = {"trka_6kzd": "trkc_6kzd"}
"""In 4GT5 and 4ASZ, without a ligand, the DFG phenylalanine fills the place of adenine; 6KZD holds a type II one."""

POSES = {
    "7GI": CrystalLigand("7GI", "repotrectinib", "uni_fep_ntrk1_7vko/ref_ligand.sdf", "trka_7vko"),
    "YMX": CrystalLigand("YMX", "entrectinib", "openkinome_ntrk/NTRK1_entrectinib_ligand.sdf", "trka_5kvt"),
    "4EK": CrystalLigand(
        "4EK",
        "6-[(2R)-2-(3-fluorophenyl)pyrrolidin-1-yl]-3-(pyridin-2-yl)imidazo[1,2-b]pyridazine",
        "wwpdb_excerpts/4YNE_4EK_hetatm_excerpt.pdb",
        "trka_4yne",
        "c1ccnc(c1)-c1cnc2ccc(nn12)N1CCC[C@@H]1c1cccc(F)c1",
    ),
}
POSE_OF = {
    "repotrectinib": "7GI",
    "selitrectinib": "7GI",
    "zurletrectinib": "7GI",
    "entrectinib": "YMX",
    "larotrectinib": "4EK",
    "taletrectinib": "4EK",
}
RECEPTOR_OF = {
    ("TRKA", "7GI"): "trka_7vko",
    ("TRKA", "YMX"): "trka_5kvt",
    ("TRKA", "4EK"): "trka_4yne",
    ("TRKB", "7GI"): "trkb_4at3",
    ("TRKB", "YMX"): "trkb_4at3",
    ("TRKB", "4EK"): "trkb_4at3",
    ("TRKC", "7GI"): "trkc_7vko",
    ("TRKC", "YMX"): "trkc_5kvt",
    ("TRKC", "4EK"): "trkc_4yne",
}
