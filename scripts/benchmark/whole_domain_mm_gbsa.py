"""A mutant as one would score it without trkstruct: PDBFixer, the whole domain minimised, single-trajectory MM-GBSA.

What ``benchmark_speed.py`` measures a case beside.
"""

import time
from io import StringIO
from typing import Any, Final

ITERATIONS: Final = 100


def run_baseline(kinase: str, mutation: str, ligand_name: str, cores: int) -> dict[str, float]:
    """One mutant by PDBFixer, minimised whole, scored by MM-GBSA; returns seconds and energies (kcal/mol)."""
    import openmm
    from openmm import app, unit

    from trkstruct.cases.wild_type import load_wild_type
    from trkstruct.kinase.mutation import parse_mutation
    from trkstruct.structure.mutated_residues import changes_in

    wild_type = load_wild_type(kinase, ligand_name, None, None, None, ph=7.4, seed=0)
    change = changes_in(wild_type.complex, parse_mutation(mutation, wild_type.kinase), wild_type.match)[0]
    began = time.perf_counter()
    modeller = _mutate_with_pdbfixer(wild_type.complex, change)
    built = time.perf_counter()
    xml = StringIO(wild_type.ligand.parameters_xml or "")
    force_field = app.ForceField("amber14/protein.ff14SB.xml", "implicit/obc2.xml", xml)
    opened = openmm.Platform.getPlatformByName("CPU")

    def open_simulation(topology: app.Topology, positions: Any) -> app.Simulation:
        system = force_field.createSystem(topology, nonbondedMethod=app.NoCutoff)
        simulation = app.Simulation(topology, system, openmm.VerletIntegrator(0.001), opened, {"Threads": str(cores)})
        simulation.context.setPositions(positions)
        return simulation

    def energy(simulation: app.Simulation) -> float:
        found = simulation.context.getState(getEnergy=True).getPotentialEnergy()
        return float(found.value_in_unit(unit.kilocalorie_per_mole))

    whole = open_simulation(modeller.topology, modeller.positions)
    whole.minimizeEnergy(maxIterations=ITERATIONS)
    minimised = time.perf_counter()
    positions = whole.context.getState(getPositions=True).getPositions(asNumpy=True)
    protein_atoms, ligand_atoms = _split(modeller.topology)
    parts = []
    for unwanted in (ligand_atoms, protein_atoms):
        part = app.Modeller(modeller.topology, positions)
        part.delete([list(modeller.topology.atoms())[index] for index in unwanted])
        parts.append(energy(open_simulation(part.topology, part.positions)))
    bound = energy(whole)
    return {
        "pdbfixer_seconds": built - began,
        "minimise_seconds": minimised - built,
        "score_seconds": time.perf_counter() - minimised,
        "binding_kcal_mol": bound - sum(parts),
    }


def _mutate_with_pdbfixer(complex_: Any, change: Any) -> Any:
    """The complex with one residue mutated by PDBFixer, hydrogens added, the ligand put back."""
    from openmm import app, unit
    from pdbfixer import PDBFixer

    from trkstruct.structure.complex import ligand_atoms, residue_id, without_ligand

    apo = without_ligand(complex_)
    text = StringIO()
    app.PDBFile.writeFile(apo.topology, apo.positions * unit.angstrom, text, keepIds=True)
    fixer = PDBFixer(pdbfile=StringIO(text.getvalue()))
    residue = next(r for r in apo.topology.residues() if residue_id(r) == change.residue)
    fixer.applyMutations([f"{residue.name}-{residue.id}-{change.to}"], residue.chain.id)
    fixer.findMissingResidues()
    fixer.missingResidues = {}
    fixer.findMissingAtoms()
    fixer.addMissingAtoms()
    fixer.addMissingHydrogens(7.4)
    modeller = app.Modeller(fixer.topology, fixer.positions)
    whole = app.Modeller(complex_.topology, complex_.positions * unit.angstrom)
    kept = set(ligand_atoms(complex_).tolist())
    whole.delete([atom for atom in complex_.topology.atoms() if atom.index not in kept])
    modeller.add(whole.topology, whole.positions)
    return modeller


def _split(topology: Any) -> tuple[list[int], list[int]]:
    """Indices of the protein's atoms and of the ligand's, which come last."""
    residues = list(topology.residues())
    held = {atom.index for atom in residues[-1].atoms()}
    assert len(held) > 24, "the ligand is added last, and is larger than any amino acid"
    return [atom.index for atom in topology.atoms() if atom.index not in held], sorted(held)
