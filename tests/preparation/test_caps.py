"""Caps have a peptide's geometry wherever they are built, move nothing, and overlap with nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from support.peptides import SITE, build_peptide
from trkstruct.contacts.clashes import MODERATE_OVERLAP_ANGSTROM
from trkstruct.energy.forcefield import create_system
from trkstruct.energy.hydrogens import place_hydrogens, relax_hydrogens
from trkstruct.energy.strain import find_strains
from trkstruct.preparation.caps import cap_chain
from trkstruct.residues import ResidueId
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.complex import Complex, select_atoms
from trkstruct.structure.geometry import angle_degrees, torsion_degrees
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.structure.stereo import find_stereo_faults
from trkstruct.structure.topology import as_it_is, rebuilt
from trkstruct.units import FloatArray

NOTHING = np.empty((0, 3))


def open_peptide(phi: float = -65.0, psi: float = -40.0, middle: str = "ALA") -> Complex:
    """Three residues without caps, hydrogens and OXT: 594-596."""
    whole = build_peptide(phi, psi)
    if middle != "ALA":
        whole = substitute(whole, ResidueId("A", SITE), middle)
    heavy = remove_hydrogens(whole)
    return select_atoms(heavy, (a.index for a in heavy.topology.atoms() if a.residue.name not in ("ACE", "NME")))


def atoms_of(complex_: Complex) -> dict[str, FloatArray]:
    return {f"{a.residue.name}:{a.name}": complex_.positions[a.index] for a in complex_.topology.atoms()} | {
        f"{a.residue.id}:{a.name}": complex_.positions[a.index] for a in complex_.topology.atoms()
    }


def assert_peptide_geometry(at: dict[str, FloatArray], first: str, last: str) -> None:
    """Within 3 σ of Engh & Huber 2001 (10.1107/97809553602060000695), planar and trans."""
    for before, carbon, oxygen, nitrogen, alpha in (
        ("ACE:CH3", "ACE:C", "ACE:O", f"{first}:N", f"{first}:CA"),
        (f"{last}:CA", f"{last}:C", f"{last}:O", "NME:N", "NME:C"),
    ):
        b, c, o, n, a = (at[name] for name in (before, carbon, oxygen, nitrogen, alpha))
        assert np.linalg.norm(c - n) == pytest.approx(1.336, abs=0.01)
        assert np.linalg.norm(b - c) == pytest.approx(1.525, abs=0.03)
        assert np.linalg.norm(n - a) == pytest.approx(1.459, abs=0.03)
        assert float(angle_degrees(b, c, n)) == pytest.approx(117.2, abs=3.0)
        assert float(angle_degrees(o, c, n)) == pytest.approx(122.7, abs=3.0)
        assert float(angle_degrees(c, n, a)) == pytest.approx(121.7, abs=4.0)
        assert abs(float(torsion_degrees(b, c, n, a))) == pytest.approx(180.0, abs=6.0)
        assert abs(float(torsion_degrees(o, c, n, b))) == pytest.approx(180.0, abs=4.0)


@settings(max_examples=60, deadline=None)
@given(
    phi=st.floats(-170.0, -50.0),
    psi=st.one_of(st.floats(90.0, 180.0), st.floats(-60.0, -30.0)),
    middle=st.sampled_from(["ALA", "GLY", "VAL", "TRP", "ARG"]),
    turn=st.integers(0, 2**31),
    shift=st.floats(-500.0, 500.0),
)
def test_caps_are_peptides_wherever_they_are_built(
    phi: float, psi: float, middle: str, turn: int, shift: float
) -> None:
    peptide = open_peptide(phi, psi, middle)
    moved = peptide.positions @ Rotation.random(random_state=turn).as_matrix() + shift
    peptide = replace(peptide, positions=moved)
    capped = cap_chain(peptide, None, NOTHING)
    names = [residue.name for residue in capped.complex.topology.residues()]
    assert names == ["ACE", "ALA", middle, "ALA", "NME"]
    at = atoms_of(capped.complex)
    assert_peptide_geometry(at, "594", "596")
    for atom in peptide.topology.atoms():
        np.testing.assert_array_equal(at[f"{atom.residue.id}:{atom.name}"], moved[atom.index])
    assert find_stereo_faults(capped.complex) == ()


def test_a_capped_peptide_is_read_by_the_force_field_and_is_not_strained() -> None:
    capped = cap_chain(open_peptide(), None, NOTHING).complex
    whole = relax_hydrogens(place_hydrogens(capped, 7.0, [None] * 5))
    system = create_system(whole.topology)
    assert find_strains(whole.topology, system, whole.positions) == ()


def test_proline_gets_its_acetyl_in_the_plane_of_its_nitrogen() -> None:
    middle = open_peptide(middle="PRO")
    stretch = select_atoms(middle, (a.index for a in middle.topology.atoms() if a.residue.id != "594"))
    at = atoms_of(cap_chain(stretch, None, NOTHING).complex)
    assert np.linalg.norm(at["ACE:C"] - at["PRO:N"]) == pytest.approx(1.338, abs=0.005)
    spread = sum(
        float(angle_degrees(at[a], at["PRO:N"], at[b]))
        for a, b in (("PRO:CA", "PRO:CD"), ("PRO:CD", "ACE:C"), ("ACE:C", "PRO:CA"))
    )
    assert spread == pytest.approx(360.0, abs=3.0)


def test_the_end_of_the_protein_itself_stays_charged() -> None:
    ended = remove_hydrogens(build_peptide(capped=False))
    capped = cap_chain(ended, ResidueId("A", SITE + 1), NOTHING).complex
    assert [residue.name for residue in capped.topology.residues()] == ["ACE", "ALA", "ALA", "ALA"]
    assert "OXT" in {atom.name for atom in capped.topology.atoms()}


def test_an_oxt_where_the_chain_goes_on_becomes_a_cap() -> None:
    capped = cap_chain(remove_hydrogens(build_peptide(capped=False)), None, NOTHING).complex
    assert [residue.name for residue in capped.topology.residues()][-1] == "NME"
    assert "OXT" not in {atom.name for atom in capped.topology.atoms()}
    assert_peptide_geometry(atoms_of(capped), "594", "596")


def test_an_acetyl_turns_away_from_what_stands_there() -> None:
    free = atoms_of(cap_chain(open_peptide(), None, NOTHING).complex)
    obstacle = free["ACE:O"][None] + 0.2
    turned = atoms_of(cap_chain(open_peptide(), None, obstacle).complex)
    assert_peptide_geometry(turned, "594", "596")
    nearest = min(float(np.linalg.norm(turned[f"ACE:{name}"] - obstacle[0])) for name in ("C", "O", "CH3"))
    assert nearest > 1.70 + 1.52 - MODERATE_OVERLAP_ANGSTROM - 0.01


def test_where_the_methyl_has_no_room_the_end_is_charged() -> None:
    free = atoms_of(cap_chain(open_peptide(), None, NOTHING).complex)
    beyond = free["NME:C"] + 1.5 * (free["NME:C"] - free["NME:N"])
    capped = cap_chain(open_peptide(), None, beyond[None])
    at = atoms_of(capped.complex)
    assert "NME:N" not in at
    assert np.linalg.norm(at["596:OXT"] - at["596:C"]) == pytest.approx(1.249, abs=0.005)
    assert capped.loose == frozenset()
    assert "ALA A:596" in capped.notes[0] and "charged" in capped.notes[0]
    system = place_hydrogens(capped.complex, 7.0, [None] * 4)
    assert create_system(relax_hydrogens(system).topology).getNumParticles() == len(system.positions)


def test_where_even_that_has_no_room_the_end_gives_way() -> None:
    free = atoms_of(cap_chain(open_peptide(), None, NOTHING).complex)
    capped = cap_chain(open_peptide(), None, free["NME:N"][None] + 0.3)
    assert capped.loose == {(ResidueId("A", 596), "C"), (ResidueId("A", 596), "O")}
    assert "moved to make room" in capped.notes[0]


def two_pieces(apart_angstrom: float) -> Complex:
    """594 and 596, one residue missing between them, the second moved away from the first."""
    peptide = open_peptide()
    split = select_atoms(peptide, (a.index for a in peptide.topology.atoms() if a.residue.id != str(SITE)))
    later = np.array([atom.residue.id == "596" for atom in split.topology.atoms()])
    away = split.positions[later].mean(axis=0) - split.positions[~later].mean(axis=0)
    positions = split.positions + later[:, None] * away / np.linalg.norm(away) * apart_angstrom
    pieces = rebuilt(split.topology, residue=lambda old: replace(as_it_is(old), segment=int(old.id)), bonds=[])
    return replace(split, topology=pieces, positions=positions)


def test_caps_of_a_narrow_gap_have_identities_of_their_own() -> None:
    capped = cap_chain(two_pieces(8.0), None, NOTHING).complex
    residues = [(residue.name, residue.id, residue.insertionCode) for residue in capped.topology.residues()]
    assert residues == [
        ("ACE", "593", ""), ("ALA", "594", ""), ("NME", "595", ""),
        ("ACE", "595", "A"), ("ALA", "596", ""), ("NME", "597", ""),
    ]  # fmt: skip


def test_two_caps_do_not_share_the_place_of_one_missing_residue() -> None:
    """The methyls of both would be the missing CA: one end at least is left charged, and nothing overlaps."""
    capped = cap_chain(two_pieces(0.0), None, NOTHING)
    assert capped.loose == frozenset()
    names = [residue.name for residue in capped.complex.topology.residues()]
    assert len(names) < 6 and any("charged" in note for note in capped.notes)
