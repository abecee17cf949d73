"""Clashes of crystal and docked complexes, by known distances and against PoseBusters."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from support.small_complex import with_molecule
from trkstruct.contacts.clashes import (
    find_clashes,
    hydrogen_notes,
    protein_clashes,
)
from trkstruct.kinase.kinases import kinase_named
from trkstruct.residues import ResidueId
from trkstruct.structure.complex import ligand_atoms
from trkstruct.structure.reading import load_complex


@pytest.mark.shared
def test_repotrectinib_in_its_crystal_structure_has_no_serious_clash(sources: Path) -> None:
    folder = sources / "uni_fep_ntrk1_7vko"
    crystal = with_molecule(
        load_complex(folder / "protein.pdb"), Chem.MolFromMolFile(str(folder / "ref_ligand.sdf"), removeHs=False)
    )
    clashes = find_clashes(crystal, kinase=kinase_named("TRKA"))
    assert clashes[0].severity == "minor"
    assert hydrogen_notes(crystal) == ()


@pytest.mark.shared
def test_a_docked_pose_known_to_clash_is_severe(sources: Path) -> None:
    docked = load_complex(sources / "openkinome_ntrk" / "NTRK2_selitrectinib_complex.pdb", ligand_residue="UNL")
    clashes = find_clashes(docked)
    assert clashes[0].severity == "severe"
    heavy = [c for c in clashes if "H" not in {c.protein_atom.rsplit(":", 1)[1][0], c.ligand_atom[0]}]
    assert min(c.distance_angstrom for c in heavy) == pytest.approx(1.67, abs=0.005)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("stem", "clean"), [("NTRK1_entrectinib", True), ("NTRK2_selitrectinib", False)])
def test_posebusters_agrees(sources: Path, stem: str, clean: bool) -> None:
    posebusters = pytest.importorskip("posebusters")
    folder = sources / "openkinome_ntrk"
    report = posebusters.PoseBusters(config="dock").bust(
        folder / f"{stem}_ligand.sdf", None, folder / f"{stem}_protein.pdb"
    )
    assert bool(report["minimum_distance_to_protein"].iloc[0]) is clean
    residue = "YMX" if "entrectinib" in stem else "UNL"
    ours = find_clashes(load_complex(folder / f"{stem}_complex.pdb", ligand_residue=residue))
    assert all(clash.severity != "severe" for clash in ours) is clean


@pytest.mark.shared
def test_a_mutant_residue_is_checked_against_its_surroundings(sources: Path) -> None:
    """Phe589 of the 5KVT crystal fits; moved 2.5 Å it does not, and the ligand is part of its surroundings."""
    crystal = load_complex(sources / "openkinome_ntrk" / "NTRK1_entrectinib_complex.pdb", ligand_residue="YMX")
    site = ResidueId("A", 589)
    assert all(clash.severity != "severe" for clash in protein_clashes(crystal, site))
    own = [
        a.index
        for a in crystal.topology.atoms()
        if a.residue.id == "589" and a.name.startswith(("CE", "HE", "CZ", "HZ"))
    ]
    towards = crystal.positions[ligand_atoms(crystal)].mean(axis=0) - crystal.positions[own].mean(axis=0)
    positions = crystal.positions.copy()
    positions[own] += 2.5 * towards / np.linalg.norm(towards)
    clashes = protein_clashes(replace(crystal, positions=positions), site, kinase=kinase_named("TRKA"))
    assert clashes[0].severity == "severe"
    assert {clash.region for clash in clashes} == {"gatekeeper"}
    assert any(clash.ligand_atom.split(":")[1].startswith("YMX") for clash in clashes)
