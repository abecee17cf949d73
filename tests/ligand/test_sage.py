"""Sage parameters and network charges are those of OpenFF's own programs, term by term, and need nothing but RDKit."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import openmm
import pytest
from openmm import app, unit
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.ligand.molecule import atom_names, read_smiles
from trkstruct.ligand.parameter_check import check_forcefield_xml
from trkstruct.ligand.parameters import cached_parameters
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.sage.charges import network_charges
from trkstruct.ligand.sage.parameters import SOURCE, sage_parameters
from trkstruct.ligand.sage.resonance import mean_formal_charges
from trkstruct.ligand.sage.smirnoff import _root

PROTEIN = "amber14/protein.ff14SB.xml"
MOLECULES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("sage_reference.json").read_text(encoding="utf-8")
)["molecules"]
DRUG = "COc1cc2nccc(Oc3ccc(NC(=O)C4(C(=O)Nc5ccc(F)cc5)CC4)cc3)c2cc1OC"  # cabozantinib


@pytest.fixture(params=MOLECULES, ids=[each["name"] for each in MOLECULES])
def reference(request: pytest.FixtureRequest) -> dict[str, Any]:
    molecule: dict[str, Any] = request.param
    return molecule


def molecule_of(reference: dict[str, Any]) -> Chem.Mol:
    return Chem.AddHs(Chem.MolFromSmiles(reference["smiles"]))


def energies_kcal_mol(molecule: Chem.Mol, xml: str, positions_angstrom: list[float]) -> dict[str, float]:
    topology = app.Topology()
    residue = topology.addResidue("LIG", topology.addChain())
    atoms = [
        topology.addAtom(name, app.Element.getBySymbol(atom.GetSymbol()), residue)
        for name, atom in zip(atom_names(molecule), molecule.GetAtoms(), strict=True)
    ]
    for bond in molecule.GetBonds():
        topology.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
    system = app.ForceField(PROTEIN, io.StringIO(xml)).createSystem(topology)
    for number, force in enumerate(system.getForces()):
        force.setForceGroup(number)
    integrator = openmm.VerletIntegrator(1 * unit.femtosecond)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(np.reshape(positions_angstrom, (-1, 3)) * unit.angstrom)
    return {
        force.getName(): context.getState(energy=True, groups={number})
        .getPotentialEnergy()
        .value_in_unit(unit.kilocalorie_per_mole)
        for number, force in enumerate(system.getForces())
    }


def test_charges_are_those_of_the_published_network(reference: dict[str, Any]) -> None:
    molecule = molecule_of(reference)
    assert mean_formal_charges(molecule) == pytest.approx(reference["mean_formal_charges"], abs=1e-6)
    charges = network_charges(molecule)
    assert charges == pytest.approx(reference["charges"], abs=1e-5)
    assert charges.sum() == pytest.approx(Chem.GetFormalCharge(molecule), abs=1e-9)


def test_every_term_has_the_energy_that_interchange_gives(reference: dict[str, Any]) -> None:
    molecule = molecule_of(reference)
    xml = sage_parameters(molecule)
    check_forcefield_xml(xml, reference["name"])
    found = energies_kcal_mol(molecule, xml, reference["positions_angstrom"])
    for force, expected in reference["energies_kcal_mol"].items():
        # charges are written in millionths of e, and Interchange's 1-4 scale has ten digits
        tolerance = 1e-3 if force == "NonbondedForce" else 1e-4
        assert found[force] == pytest.approx(expected, abs=tolerance), force


def test_charges_do_not_depend_on_the_order_of_atoms() -> None:
    molecule = Chem.AddHs(Chem.MolFromSmiles(DRUG))
    order = np.random.default_rng(3).permutation(molecule.GetNumAtoms()).tolist()
    moved = network_charges(Chem.RenumberAtoms(molecule, order))
    assert moved == pytest.approx(network_charges(molecule)[order], abs=1e-9)


@pytest.mark.parametrize(
    ("smiles", "charges"),
    [
        ("CC(=O)[O-]", {"O": (-0.5, -0.5)}),
        ("NC(N)=[NH2+]", {"N": (1 / 3, 1 / 3, 1 / 3)}),
        ("C[NH3+]", {"N": (1.0,)}),
        ("CS(C)=O", {"S": (1.0,), "O": (-1.0,)}),
    ],
)
def test_formal_charges_are_shared_by_resonance_forms(smiles: str, charges: dict[str, tuple[float, ...]]) -> None:
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    mean = mean_formal_charges(molecule)
    for symbol, expected in charges.items():
        found = [mean[atom.GetIdx()] for atom in molecule.GetAtoms() if atom.GetSymbol() == symbol]
        assert found == pytest.approx(expected)


def test_groups_that_the_network_never_saw_are_refused_with_what_to_do() -> None:
    with pytest.raises(LigandError, match=r"not trained on.*--parameters am1-bcc"):
        network_charges(Chem.AddHs(Chem.MolFromSmiles("CSBr")))


def test_units_of_the_file_are_those_that_are_read() -> None:
    units = {
        (name.rstrip("0123456789"), value.partition("*")[2])
        for element in _root().iter()
        for name, value in element.attrib.items()
        if element.tag in ("Bond", "Angle", "Proper", "Improper", "Atom") and "*" in value and name != "smirks"
    }
    lengths, energies = ("angstrom",), ("kilocalorie", "kilocalorie_per_mole")
    for name, text in units:
        words = {word.strip() for word in text.split("*") if word.strip(" -0123456789")}
        wanted = lengths if name in ("length", "rmin_half", "sigma", "distance") else ("degree",)
        assert words & set(energies if name in ("k", "epsilon") else wanted), (name, text)


def test_parameters_of_a_drug_take_less_than_ten_seconds_and_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    began = time.perf_counter()
    ligand = load_ligand(f"mine={DRUG}")
    assert time.perf_counter() - began < 10.0
    assert ligand.parameter_source == SOURCE and ligand.parameters_xml
    assert cached_parameters(read_smiles("CCO")[0])[1] == SOURCE


def test_neither_torch_nor_openff_nor_parmed_is_imported() -> None:
    script = (
        "import sys; from rdkit import Chem; from trkstruct.ligand.sage.parameters import sage_parameters; "
        "sage_parameters(Chem.AddHs(Chem.MolFromSmiles('CCO'))); "
        "print([name for name in ('torch', 'openff', 'parmed', 'acpype', 'openmm') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
