"""Parameters agree with ParmEd's own writer, charges are exact, the cache works and missing tools are said."""

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import openmm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openmm import app, unit
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.ligand import ambertools as module
from trkstruct.ligand.ambertools import AmberTools, find_ambertools, rename_atoms, type_atoms
from trkstruct.ligand.gaff import TYPE_PREFIX
from trkstruct.ligand.ligand import Ligand, place_ligand, to_molecule
from trkstruct.ligand.molecule import canonical_smiles, read_smiles
from trkstruct.ligand.parameters import cached_parameters
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.ligand.template import exact_charges

PROTEIN = "amber14/protein.ff14SB.xml"


@pytest.fixture(scope="module")
def tools() -> AmberTools:
    pytest.importorskip("parmed", reason="ParmEd is not installed")
    try:
        return find_ambertools()
    except LigandError:
        pytest.skip("AmberTools is not installed")


def topology_of(ligand: Ligand) -> app.Topology:
    topology = app.Topology()
    residue = topology.addResidue("LIG", topology.addChain("L"), "1")
    molecule = to_molecule(ligand)
    atoms = [
        topology.addAtom(name, app.Element.getBySymbol(atom.GetSymbol()), residue)
        for name, atom in zip(ligand.atom_names, molecule.GetAtoms(), strict=True)
    ]
    for bond in molecule.GetBonds():
        topology.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
    return topology


def context_of(ligand: Ligand, *files: str) -> openmm.Context:
    system = app.ForceField(*files).createSystem(topology_of(ligand))
    for number, force in enumerate(system.getForces()):
        force.setForceGroup(number)
    integrator = openmm.VerletIntegrator(1 * unit.femtosecond)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(to_molecule(ligand).GetConformer().GetPositions() * unit.angstrom)
    return context


def energies_kcal_mol(context: openmm.Context) -> dict[str, float]:
    return {
        force.getName(): context.getState(energy=True, groups={number})
        .getPotentialEnergy()
        .value_in_unit(unit.kilocalorie_per_mole)
        for number, force in enumerate(context.getSystem().getForces())
    }


def parmed_forcefield(ligand: Ligand, tools: AmberTools, folder: Path) -> str:
    """The same molecule written by ParmEd: an independent reader of the lookups, wildcards, impropers and units."""
    import parmed
    from parmed.amber import AmberParameterSet
    from parmed.openmm import OpenMMParameterSet

    molecule = to_molecule(ligand)
    _, _, frcmod = type_atoms(molecule, tools, "MMFF94", folder)
    gaff2 = tools.home / "dat" / "leap" / "parm" / "gaff2.dat"
    parameters = OpenMMParameterSet.from_parameterset(AmberParameterSet(str(gaff2), str(frcmod)))
    template = parmed.load_file(str(folder / "out.mol2"))
    template.name = "LIG"
    charges = [
        float(atom.attrib["charge"]) for atom in ET.fromstring(ligand.parameters_xml or "").iterfind(".//Residue/Atom")
    ]
    for atom, name, charge, element in zip(
        template.atoms, ligand.atom_names, charges, molecule.GetAtoms(), strict=True
    ):
        atom.name, atom.charge, atom.atomic_number = name, charge, element.GetAtomicNum()
        parameters.atom_types[atom.type].atomic_number = element.GetAtomicNum()  # ParmEd takes gaff's cl for carbon
        parameters.atom_types[atom.type].mass = element.GetMass()
    template._map = {atom.name: atom for atom in template.atoms}
    parameters.residues["LIG"] = template
    path = folder / "parmed.xml"
    parameters.write(str(path), write_unused=False, improper_dihedrals_ordering="amber")
    return str(path)


@pytest.mark.filterwarnings("ignore")  # ParmEd's own
@pytest.mark.parametrize("name", shipped_ligands())
def test_shipped_parameters_give_the_energy_of_an_independent_route(
    name: str, tools: AmberTools, tmp_path: Path
) -> None:
    ligand = load_ligand(name)
    ours = tmp_path / "ours.xml"
    ours.write_text(ligand.parameters_xml or "", encoding="utf-8")
    found = energies_kcal_mol(context_of(ligand, PROTEIN, str(ours)))
    expected = energies_kcal_mol(context_of(ligand, parmed_forcefield(ligand, tools, tmp_path)))
    for force in ("HarmonicBondForce", "HarmonicAngleForce", "PeriodicTorsionForce", "NonbondedForce"):
        assert found[force] == pytest.approx(expected[force], abs=0.005), force


@pytest.mark.parametrize("name", shipped_ligands())
def test_minimised_ligand_keeps_charge_stereo_and_shape(name: str, tmp_path: Path) -> None:
    ligand = load_ligand(name)
    path = tmp_path / "ligand.xml"
    path.write_text(ligand.parameters_xml or "", encoding="utf-8")
    context = context_of(ligand, PROTEIN, str(path))
    nonbonded = next(f for f in context.getSystem().getForces() if isinstance(f, openmm.NonbondedForce))
    charges = [
        nonbonded.getParticleParameters(i)[0].value_in_unit(unit.elementary_charge)
        for i in range(nonbonded.getNumParticles())
    ]
    assert sum(charges) == pytest.approx(ligand.formal_charge, abs=1e-9)
    openmm.LocalEnergyMinimizer.minimize(context)
    positions = context.getState(positions=True).getPositions(asNumpy=True).value_in_unit(unit.angstrom)
    minimised = to_molecule(place_ligand(ligand, positions))
    Chem.AssignStereochemistryFrom3D(minimised)
    assert canonical_smiles(minimised) == ligand.smiles
    start = to_molecule(ligand)
    for bond in start.GetBonds():
        ends = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        lengths = [
            np.linalg.norm(np.subtract(*m.GetConformer().GetPositions()[list(ends)])) for m in (start, minimised)
        ]
        assert lengths[1] == pytest.approx(lengths[0], abs=0.1)  # MMFF94s and GAFF2 differ by 0.08 Å for aryl-C(=O)


@given(st.lists(st.floats(-1.2, 1.2), min_size=20, max_size=80), st.integers(-2, 2), st.floats(-0.0499, 0.0499))
def test_exact_charges_sum_exactly_and_hardly_move(raw: list[float], formal: int, off: float) -> None:
    shift = (sum(raw) - formal - off) / len(raw)
    charges = [value - shift for value in raw]
    exact = exact_charges(charges, formal)
    assert sum(round(charge * 1_000_000) for charge in exact) == formal * 1_000_000
    assert np.abs(np.subtract(exact, charges)).max() <= 0.05 / len(raw) + 3e-6


def test_charges_of_another_protonation_state_are_refused() -> None:
    with pytest.raises(LigandError, match="formal charge is 1"):
        exact_charges([0.1, -0.1], 1)


def test_a_new_molecule_is_made_once_and_then_read(
    tools: AmberTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    molecule, _ = read_smiles("Clc1ccccc1C(=O)NC")
    xml, source = cached_parameters(molecule, "mmff94")
    assert source == "GAFF2/MMFF94 charges (not AM1-BCC)"
    assert f'name="{TYPE_PREFIX}cl" class="{TYPE_PREFIX}cl" element="Cl"' in xml
    monkeypatch.setattr(module, "parameterize", lambda *_: pytest.fail("made again"))
    assert cached_parameters(molecule, "mmff94") == (xml, source)
    assert not list(tmp_path.glob(".*.xml.*"))


def test_am1_charges_of_methanol(tools: AmberTools) -> None:
    if not module.sqm_starts(tools):
        pytest.skip("sqm does not start here (LAPACK and ARPACK are missing)")
    xml = module.parameterize(read_smiles("CO")[0], tools, "AM1-BCC")
    charges = {a.attrib["name"]: float(a.attrib["charge"]) for a in ET.fromstring(xml).iterfind(".//Residue/Atom")}
    assert charges["O1"] == pytest.approx(-0.60, abs=0.02)  # AM1-BCC methanol: Jakalian 2002, 10.1002/jcc.10128
    assert charges["H1"] == charges["H2"] == charges["H3"]


def test_missing_ambertools_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AMBERHOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LigandError, match=r"pip install 'trkstruct\[ambertools\]'"):
        find_ambertools()


def fake_tools(folder: Path, script: str) -> AmberTools:
    (folder / "bin").mkdir()
    for program in ("antechamber", "parmchk2"):
        path = folder / "bin" / program
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    return AmberTools(folder)


def test_a_failing_program_is_named(tmp_path: Path) -> None:
    tools = fake_tools(tmp_path, "echo no such atom type\nexit 3")
    with pytest.raises(LigandError, match=r"antechamber failed with code 3(.|\n)*no such atom type"):
        module.parameterize(read_smiles("CO")[0], tools, "MMFF94")
    assert not module.sqm_starts(tools)


def test_a_program_that_hangs_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(LigandError, match="antechamber did not end"):
        module.parameterize(read_smiles("CO")[0], fake_tools(tmp_path, "exec sleep 60"), "MMFF94")


def test_renaming_needs_every_atom() -> None:
    xml = load_ligand("repotrectinib").parameters_xml or ""
    with pytest.raises(LigandError, match="'C1'"):
        rename_atoms(xml, {})


def test_environment_of_the_programs_leaves_ours_alone(tmp_path: Path) -> None:
    before = dict(os.environ)
    assert AmberTools(tmp_path).environment()["AMBERHOME"] == str(tmp_path)
    assert dict(os.environ) == before
