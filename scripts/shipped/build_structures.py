"""Build the prepared kinase-domain models and wild-type complexes of structures/ from crystal coordinates.

    python scripts/shipped/build_structures.py --sources DIR [-o structures] [--only PATTERN]...

DIR holds the source files that structure_sources.py names (crystal coordinates of 7VKO, 5KVT, 4YNE, 4AT3, 4GT5, 4ASZ
and 6KZD and the crystal ligands 7GI, YMX and 4EK). Everything is done on one CPU thread with fixed
seeds: the same sources and versions give the same files. Models that are there already are kept; delete
``structures/.build`` to start afresh.
Rows of the manifest whose model was not built in this folder stay as they are.
"""

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

import numpy as np
import openmm
from rdkit import Chem

from build_records import BUILD_FOLDER, Row, entry_path, rmsd_from_given, save_given, write_manifest
from structure_sources import (
    CRYSTALS,
    DFG_OUT,
    DFG_OUT_THREADED,
    LOOP_DONORS,
    NUMBERING,
    POSE_OF,
    POSES,
    RECEPTOR_OF,
    THREADED,
    CrystalLigand,
)
from trkstruct.case_parts import Clash
from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM, find_clashes
from trkstruct.contacts.hydrogen_bonds import hinge_hydrogen_bonds
from trkstruct.energy.minimizer import Minimum, minimize
from trkstruct.energy.pocket_energy import open_energy
from trkstruct.errors import StructureError
from trkstruct.files.outputs import write_bytes
from trkstruct.kinase.kinases import Kinase, kinase_named
from trkstruct.ligand.ligand import Ligand, place_ligand
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.pose.attach import attach_ligand
from trkstruct.pose.overlay import reference_from_pdb, transfer_pose
from trkstruct.pose.superposition import carry_over, pose_rmsd
from trkstruct.preparation.graft import Donor
from trkstruct.preparation.homology import retype_crystal, thread_sequence
from trkstruct.preparation.model_relaxation import relax_model
from trkstruct.preparation.preparation_report import describe_protein, gap_sentence
from trkstruct.preparation.prepared_file import loop_donors
from trkstruct.preparation.protein import Preparation, prepare
from trkstruct.preparation.protonation import add_hydrogens
from trkstruct.structure.complex import Complex, ligand_atoms
from trkstruct.structure.dfg import measure_conformation
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.modified import revert_modified
from trkstruct.structure.numbering import recognise_kinase
from trkstruct.structure.pocket import cut_pocket, residues_near, with_positions
from trkstruct.structure.reading import load_complex
from trkstruct.structure.renumbered import number_clinically
from trkstruct.structure.stereo import find_stereo_faults
from trkstruct.units import FloatArray

log = logging.getLogger("build_structures")

THIS_SCRIPT = "scripts/shipped/build_structures.py"
SEED = 0
PH = 7.4
KEPT_ANGSTROM = 12.0
MOBILE_ANGSTROM = 8.0
SCREENED_POSES = 4
SCREEN_ITERATIONS = 60
FINAL_ROUNDS = 3
FINAL_ITERATIONS = 300


def main(argv: Sequence[str] | None = None) -> None:
    """Build what is missing, then write the manifest of everything that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True, help="folder with the crystal coordinates")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parents[2] / "structures")
    parser.add_argument("--only", action="append", default=[], help="build only models of that name; * allowed")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("propka").setLevel(logging.ERROR)
    openmm.Platform.getPlatformByName("CPU").setPropertyDefaultValue("Threads", "1")
    (arguments.output / BUILD_FOLDER).mkdir(parents=True, exist_ok=True)
    for name in model_names():
        wanted = not arguments.only or any(fnmatch(name, pattern) for pattern in arguments.only)
        if wanted and not entry_path(arguments.output, name).exists():
            build_model(name, arguments.sources, arguments.output)
    write_manifest(arguments.output, model_names())


def model_names() -> list[str]:
    """Apo models, complexes, then apo models in DFG-out."""
    pairs = [(kinase, ligand) for kinase in NUMBERING for ligand in shipped_ligands()]
    complexes = [f"{RECEPTOR_OF[kinase, POSE_OF[ligand]]}_{ligand}" for kinase, ligand in pairs]
    return [*CRYSTALS, *THREADED, *complexes, *DFG_OUT, *DFG_OUT_THREADED]


def build_model(name: str, sources: Path, output: Path) -> None:
    """Build one model, its PDB file and its row of the manifest."""
    if name in CRYSTALS | DFG_OUT:
        complex_, entry = build_from_crystal(name, sources, output)
    elif name in THREADED:
        complex_, entry = build_threaded(name, output)
    elif name in DFG_OUT_THREADED:
        complex_, entry = build_retyped(name, sources, output)
    else:
        receptor, ligand = name.rsplit("_", 1)
        complex_, entry = build_complex(receptor, ligand, sources, output)
    path = output / f"{name}.pdb"
    write_pdb(complex_, path, [f"{name}: computed model, see manifest.toml; not experimental coordinates."])
    entry |= {"name": name, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    write_bytes(entry_path(output, name), json.dumps(entry, indent=1).encode())
    log.info("%s", json.dumps(entry))


def build_from_crystal(name: str, sources: Path, output: Path) -> tuple[Complex, Row]:
    """An apo model from a crystal structure; loops that it lacks come from crystals without gaps."""
    crystal = (CRYSTALS | DFG_OUT)[name]
    donors = loop_donors() if name in DFG_OUT else _crystal_donors(name, sources)
    return _relaxed(name, _prepared(load_complex(sources / crystal.path), donors), output)


def build_retyped(name: str, sources: Path, output: Path) -> tuple[Complex, Row]:
    """An apo model on the crystal of another kinase, in which what differs is built as if it were missing."""
    template = DFG_OUT_THREADED[name]
    crystal = load_complex(sources / DFG_OUT[template].path)
    numbered = number_clinically(crystal, recognise_kinase(crystal))
    source = kinase_named(template.split("_")[0])
    retyped, substituted = retype_crystal(numbered.complex, source, kinase_named(name.split("_")[0]))
    complex_, row = _relaxed(name, _prepared(retyped, loop_donors()), output)
    return complex_, row | {"template": template, "substituted": substituted}


def _prepared(crystal: Complex, donors: Sequence[Donor] = ()) -> Preparation:
    match = recognise_kinase(revert_modified(crystal)[0])  # modified residues have their numbers too
    return prepare(crystal, match, donors=donors, ph=PH, seed=SEED)


def _relaxed(name: str, prepared: Preparation, output: Path) -> tuple[Complex, Row]:
    relaxed = relax_model(prepared.complex, prepared.given)
    save_given(output, name, prepared.complex, prepared.given)
    row = {
        "loops_built": tuple(map(str, prepared.loops)),
        "side_chains_built": tuple(map(str, prepared.side_chains)),
        "notes": (*map(gap_sentence, prepared.gaps), *describe_protein(prepared), *map(str, prepared.titrations)),
        "source_rmsd_angstrom": round(relaxed.heavy_rmsd_angstrom, 3),
        "energy_kcal_mol": round(relaxed.energy_kcal_mol, 1),
    }
    return relaxed.complex, _common(name, _known(prepared), relaxed.complex) | row


def _crystal_donors(name: str, sources: Path) -> list[Donor]:
    donors = []
    for other, donor in CRYSTALS.items():
        if other != name and donor.pdb_id in LOOP_DONORS:
            prepared = _prepared(load_complex(sources / donor.path))
            donors.append(Donor(prepared.complex, _known(prepared), donor.pdb_id))
    return donors


def _known(prepared: Preparation) -> Kinase:
    if prepared.kinase is None:
        raise StructureError(f"{prepared.complex.source} is no kinase known here.")
    return prepared.kinase


def build_threaded(name: str, output: Path) -> tuple[Complex, Row]:
    """An apo TRKC model on the backbone of a finished TRKA model."""
    kinase, template = kinase_named("TRKC"), load_complex(output / f"{THREADED[name]}.pdb")
    threaded = thread_sequence(template, kinase_named("TRKA"), kinase)
    hydrogenated, titrations = add_hydrogens(threaded.complex, PH, seed=SEED)
    relaxed = relax_model(hydrogenated, threaded.given)
    save_given(output, name, hydrogenated, threaded.given)
    row = {
        "template": THREADED[name],
        "substituted": threaded.substituted,
        "notes": (*threaded.notes, *map(str, titrations)),
        "source_rmsd_angstrom": round(relaxed.heavy_rmsd_angstrom, 3),
        "energy_kcal_mol": round(relaxed.energy_kcal_mol, 1),
    }
    return relaxed.complex, _common(name, kinase, relaxed.complex) | row


def build_complex(receptor: str, ligand_name: str, sources: Path, output: Path) -> tuple[Complex, Row]:
    """A wild-type complex: poses transferred from a crystal ligand, the best relaxed among its surroundings."""
    apo_row = json.loads(entry_path(output, receptor).read_text())
    kinase, ligand = kinase_named(apo_row["kinase"]), load_ligand(ligand_name)
    apo = load_complex(output / f"{receptor}.pdb")
    crystal = POSES[POSE_OF[ligand_name]]
    home = load_complex(output / f"{crystal.receptor}.pdb")
    reference = carry_over(_crystal_ligand(crystal, sources), (home, kinase_named("TRKA")), (apo, kinase))
    elements = [atom.element.symbol for atom in apo.topology.atoms()]
    poses = transfer_pose(ligand, reference, apo.positions, elements, seed=SEED)
    complex_, minimum = relax_best(apo, kinase, ligand, poses)
    bonds = hinge_hydrogen_bonds(complex_, kinase)
    own = crystal.ligand == ligand_name
    row = {
        "ligand": ligand_name,
        "template": apo_row.get("template", ""),
        "loops_built": apo_row.get("loops_built", []),
        "side_chains_built": apo_row.get("side_chains_built", []),
        "substituted": apo_row.get("substituted", []),
        "notes": [*apo_row.get("notes", []), *(f"Clash: {c.protein_atom} {c.ligand_atom}" for c in _serious(complex_))],
        "source_rmsd_angstrom": round(rmsd_from_given(output, receptor, complex_), 3),
        "pose_source": f"{crystal.component} in {CRYSTALS[crystal.receptor].pdb_id}",
        "hinge_hydrogen_bond_angstrom": round(bonds[0].donor_acceptor_angstrom, 2) if bonds else None,
        "energy_kcal_mol": round(minimum.energy_kcal_mol, 1),
        "rms_gradient_kcal_mol_angstrom": round(minimum.rms_gradient_kcal_mol_angstrom, 3),
    }
    if own:
        pose = place_ligand(ligand, complex_.positions[ligand_atoms(complex_)])
        row["pose_rmsd_angstrom"] = round(pose_rmsd(pose, reference), 2)
    return complex_, _common(receptor, kinase, complex_) | row


def relax_best(apo: Complex, kinase: Kinase, ligand: Ligand, poses: FloatArray) -> tuple[Complex, Minimum]:
    """Relax candidate poses in one common pocket; finish the one with fewest faults, the lowest in energy of those."""
    points = np.concatenate(list(poses[:SCREENED_POSES]))
    screened = []
    for pose in poses[:SCREENED_POSES]:
        start = attach_ligand(apo, place_ligand(ligand, pose))
        complex_, minimum = _relax_round(start, ligand, points, SCREEN_ITERATIONS, soften=True)
        screened.append((_faults(complex_, kinase), minimum.energy_kcal_mol, complex_))
        log.info("%s pose: faults %d, %.1f kcal/mol", ligand.name, *screened[-1][:2])
    *_, complex_ = min(screened, key=lambda item: item[:2])
    for _ in range(FINAL_ROUNDS):  # each round restrains the backbone to where the last one left it
        complex_, minimum = _relax_round(complex_, ligand, points, FINAL_ITERATIONS)
    return complex_, minimum


def _relax_round(
    complex_: Complex, ligand: Ligand, points: FloatArray, iterations: int, *, soften: bool = False
) -> tuple[Complex, Minimum]:
    kept, mobile = residues_near(complex_, points, KEPT_ANGSTROM), residues_near(complex_, points, MOBILE_ANGSTROM)
    pocket = cut_pocket(complex_, kept, mobile)
    energy = open_energy(pocket, ligand.parameters_xml, platform="CPU", soft_atoms=ligand_atoms(pocket.complex))
    minimum = minimize(energy, pocket.complex.positions, iterations, soften=soften)
    return with_positions(pocket, complex_, minimum.positions), minimum


def _faults(complex_: Complex, kinase: Kinase) -> int:
    """Serious clashes, and one more when the hinge hydrogen bond is lost."""
    return len(_serious(complex_)) + (not hinge_hydrogen_bonds(complex_, kinase))


def _serious(complex_: Complex) -> tuple[Clash, ...]:
    return find_clashes(complex_, minimum_overlap_angstrom=MODERATE_OVERLAP_ANGSTROM)


def _crystal_ligand(crystal: CrystalLigand, sources: Path) -> str:
    path = sources / crystal.path
    if path.suffix == ".sdf":
        return str(Chem.MolToMolBlock(next(iter(Chem.SDMolSupplier(str(path))))))
    lines = [
        line for line in path.read_text().splitlines() if line[:6] == "HETATM" and line[17:20] == crystal.component
    ]
    return reference_from_pdb("\n".join(lines), crystal.smiles)


def _common(receptor: str, kinase: Kinase, complex_: Complex) -> Row:
    crystal = (CRYSTALS | DFG_OUT)[(THREADED | DFG_OUT_THREADED).get(receptor, receptor)]
    conformation = measure_conformation(complex_, kinase)
    programs = ("openmm", "pdbfixer", "propka", "rdkit", "biopython")
    return {
        "kinase": kinase.name,
        "pdb_id": crystal.pdb_id,
        "resolution_angstrom": crystal.resolution_angstrom,
        "dfg_state": conformation.state,
        "dfg_helix_angstrom": round(conformation.helix_angstrom, 1),
        "dfg_lysine_angstrom": round(conformation.lysine_angstrom, 1),
        "numbering": NUMBERING[kinase.name],
        "cis_peptides": [f"{f.name}{f.residue.number}" for f in find_stereo_faults(complex_) if f.kind == "cis"],
        "built_with": f"{THIS_SCRIPT}; " + ", ".join(f"{name} {version(name)}" for name in programs),
    }


if __name__ == "__main__":
    main()
