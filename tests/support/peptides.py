"""Small ideal peptides to mutate: ALA residues at a given phi and psi, capped or with charged ends."""

import numpy as np
from openmm.app import Element, Topology

from trkstruct.structure.complex import Complex
from trkstruct.structure.geometry import place_atom
from trkstruct.units import FloatArray

SITE = 595
ALANINE_BONDS = [("N", "CA"), ("CA", "C"), ("C", "O"), ("CA", "CB"), ("CA", "HA"), ("C", "OXT")]
ALANINE_BONDS += [("CB", f"HB{k}") for k in (1, 2, 3)] + [("N", name) for name in ("H", "H1", "H2", "H3")]
CAP_BONDS = [("CH3", "C"), ("C", "O"), ("N", "H"), ("N", "C")] + [("CH3", f"HH3{k}") for k in (1, 2, 3)]


def build_peptide(phi: float = -65.0, psi: float = -40.0, *, capped: bool = True, hydrogens: bool = True) -> Complex:
    """Three alanines numbered 594-596 in chain A, by bond lengths and angles of Engh & Huber (2001); trans peptides."""
    residues = _backbone(phi, psi)
    for name, atoms in residues:
        if name == "ALA":
            _add_alanine(atoms, residues)
    if capped:
        _add_caps(residues)
    else:
        residues = _charged_ends(residues[1:-1])
    topology, positions = Topology(), []
    chain = topology.addChain("A")
    previous = None
    for number, (name, atoms) in enumerate(residues, start=SITE - (2 if capped else 1)):
        residue = topology.addResidue(name, chain, str(number))
        kept = {atom: xyz for atom, xyz in atoms.items() if hydrogens or atom[0] != "H"}
        made = {atom: topology.addAtom(atom, Element.getBySymbol(atom[0]), residue) for atom in kept}
        positions += list(kept.values())
        pairs = ALANINE_BONDS if name == "ALA" else [pair for pair in CAP_BONDS if pair != ("N", "C")] + [("N", "CH3")]
        for first, second in pairs:
            if first in made and second in made:
                topology.addBond(made[first], made[second])
        if previous is not None:
            topology.addBond(previous["C"], made["N"])
        previous = made
    return Complex(topology, np.array(positions), None, "ideal peptide")


def _backbone(phi: float, psi: float) -> list[tuple[str, dict[str, FloatArray]]]:
    first = {"CH3": np.zeros(3), "C": np.array([1.507, 0.0, 0.0])}
    first["O"] = place_atom(
        first["C"],
        first["CH3"],
        np.array([0.0, 1.0, 0.0]),
        bond_angstrom=1.231,
        angle_degrees=121.0,
        torsion_degrees=0.0,
    )
    residues: list[tuple[str, dict[str, FloatArray]]] = [("ACE", first)]
    alpha, carbon, psi_before = first["CH3"], first["C"], 180.0
    third = first["O"]
    for index in range(3):
        torsion = psi_before if index else 180.0
        atoms: dict[str, FloatArray] = {}
        atoms["N"] = place_atom(carbon, alpha, third, bond_angstrom=1.329, angle_degrees=116.2, torsion_degrees=torsion)
        atoms["CA"] = place_atom(
            atoms["N"], carbon, alpha, bond_angstrom=1.459, angle_degrees=121.7, torsion_degrees=180.0
        )
        atoms["C"] = place_atom(
            atoms["CA"], atoms["N"], carbon, bond_angstrom=1.525, angle_degrees=111.0, torsion_degrees=phi
        )
        atoms["O"] = place_atom(
            atoms["C"], atoms["CA"], atoms["N"], bond_angstrom=1.229, angle_degrees=120.1, torsion_degrees=psi + 180.0
        )
        residues.append(("ALA", atoms))
        third, alpha, carbon, psi_before = atoms["N"], atoms["CA"], atoms["C"], psi
    last = {"N": place_atom(carbon, alpha, third, bond_angstrom=1.329, angle_degrees=116.2, torsion_degrees=psi)}
    last["CH3"] = place_atom(last["N"], carbon, alpha, bond_angstrom=1.459, angle_degrees=121.7, torsion_degrees=180.0)
    residues.append(("NME", last))
    return residues


def _add_alanine(atoms: dict[str, FloatArray], residues: list[tuple[str, dict[str, FloatArray]]]) -> None:
    n, ca, c, o = (atoms[name] for name in ("N", "CA", "C", "O"))
    index = next(k for k, (_, other) in enumerate(residues) if other is atoms)
    before = residues[index - 1][1]
    atoms["H"] = place_atom(n, before["C"], before["O"], bond_angstrom=1.01, angle_degrees=119.0, torsion_degrees=180.0)
    cb = place_atom(ca, n, c, bond_angstrom=1.520, angle_degrees=110.1, torsion_degrees=-122.6)
    atoms["HA"] = place_atom(ca, n, c, bond_angstrom=1.09, angle_degrees=109.0, torsion_degrees=119.0)
    atoms["CB"] = cb
    for k in (1, 2, 3):
        atoms[f"HB{k}"] = place_atom(cb, ca, n, bond_angstrom=1.09, angle_degrees=109.5, torsion_degrees=120.0 * k + 60)
    for name in ("C", "O"):
        atoms[name] = atoms.pop(name)
    assert np.allclose(atoms["O"], o)


def _add_caps(residues: list[tuple[str, dict[str, FloatArray]]]) -> None:
    first, last, third = residues[0][1], residues[-1][1], residues[-2][1]
    last["H"] = place_atom(
        last["N"], third["C"], third["O"], bond_angstrom=1.01, angle_degrees=119.0, torsion_degrees=180.0
    )
    for k in (1, 2, 3):
        for atoms, bonded, reference in ((first, "C", first["O"]), (last, "N", last["H"])):
            atoms[f"HH3{k}"] = place_atom(
                atoms["CH3"],
                atoms[bonded],
                reference,
                bond_angstrom=1.09,
                angle_degrees=109.5,
                torsion_degrees=120.0 * k,
            )


def _charged_ends(residues: list[tuple[str, dict[str, FloatArray]]]) -> list[tuple[str, dict[str, FloatArray]]]:
    first, last = dict(residues[0][1]), dict(residues[-1][1])
    del first["H"]
    for k in (1, 2, 3):
        first[f"H{k}"] = place_atom(
            first["N"], first["CA"], first["C"], bond_angstrom=1.01, angle_degrees=109.5, torsion_degrees=120.0 * k + 60
        )
    last["OXT"] = place_atom(
        last["C"], last["CA"], last["O"], bond_angstrom=1.25, angle_degrees=117.0, torsion_degrees=180.0
    )
    return [("ALA", first), residues[1], ("ALA", last)]
