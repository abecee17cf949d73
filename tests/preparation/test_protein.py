"""Preparing a kinase chain: numbers, tags, modified residues, gaps, stereochemistry, protonation."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openmm import app
from scipy.spatial.distance import pdist

from support.trka_domain import numbers_of, trka_heavy_atoms, without_residues
from trkstruct.energy.forcefield import create_system
from trkstruct.errors import StructureError
from trkstruct.kinase.kinases import kinase_named, residue_at
from trkstruct.preparation import gaps
from trkstruct.preparation.caps import cap_chain
from trkstruct.preparation.distorted import drop_distorted
from trkstruct.preparation.gaps import LONGEST_BUILT_LOOP, Loop, fill_missing, order_of_kinase
from trkstruct.preparation.graft import aligned_numbers
from trkstruct.preparation.homology import retype_crystal, thread_sequence
from trkstruct.preparation.model_relaxation import relax_model
from trkstruct.preparation.protonation import add_hydrogens, find_titrations
from trkstruct.residues import ResidueId, one_letter
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.bonds import with_bonds
from trkstruct.structure.complex import Complex, protein_sequence, residue_id, select_atoms, without_ligand
from trkstruct.structure.dfg import measure_conformation
from trkstruct.structure.hydrogens import remove_hydrogens
from trkstruct.structure.modified import revert_modified
from trkstruct.structure.numbering import clinical_match, recognise_kinase
from trkstruct.structure.reading import load_complex
from trkstruct.structure.renumbered import number_clinically
from trkstruct.structure.shipped_models import load_shipped
from trkstruct.structure.stereo import find_stereo_faults
from trkstruct.structure.topology import rebuilt

TRKA, TRKB, TRKC = (kinase_named(name) for name in ("TRKA", "TRKB", "TRKC"))
ORDER = order_of_kinase(TRKA, "A")


@pytest.fixture(scope="module")
def model() -> Complex:
    return trka_heavy_atoms()


def renamed(complex_: Complex, shift: int = 0, names: dict[int, tuple[str, dict[str, str]]] | None = None) -> Complex:
    """The complex with shifted numbers and some residues (and atoms of theirs) under other names."""
    topology = app.Topology()
    for chain in complex_.topology.chains():
        new_chain = topology.addChain(chain.id)
        for residue in chain.residues():
            name, atoms = (names or {}).get(int(residue.id), (residue.name, {}))
            new = topology.addResidue(name, new_chain, str(int(residue.id) + shift))
            for atom in residue.atoms():
                element = app.element.selenium if atoms.get(atom.name) == "SE" else atom.element
                topology.addAtom(atoms.get(atom.name, atom.name), element, new)
    return replace(complex_, topology=with_bonds(topology, complex_.positions))


def is_inside(residue: app.topology.Residue) -> bool:
    return residue.name not in ("ACE", "NME")


@pytest.mark.parametrize("shift", [0, -6, 1000])
def test_whatever_the_file_numbers_the_model_is_clinical(model: Complex, shift: int) -> None:
    raw = renamed(model, shift)
    numbered = number_clinically(raw, recognise_kinase(raw))
    assert numbered.match == clinical_match(model, TRKA)
    assert protein_sequence(numbered.complex) == protein_sequence(model)
    assert numbered.shifts == (-shift,)


def test_another_protein_is_refused(model: Complex) -> None:
    with pytest.raises(StructureError, match="no known kinase"):
        number_clinically(model, None)


def test_a_mutation_is_noted(model: Complex) -> None:
    mutant = substitute(model, ResidueId("A", 595), "ARG")
    assert number_clinically(mutant, recognise_kinase(mutant)).differences == ("G595R",)


def test_selenomethionine_becomes_methionine_where_it_was(model: Complex) -> None:
    selenium = renamed(model, names={592: ("MSE", {"SD": "SE"})})
    reverted, notes = revert_modified(selenium)
    assert notes == ("MSE 592 was taken back to MET.",)
    names = {atom.name: atom for atom in reverted.topology.atoms() if atom.residue.id == "592"}
    assert names["SD"].element is app.element.sulfur
    np.testing.assert_array_equal(reverted.positions, model.positions)


def test_short_gaps_and_side_chains_are_built_and_long_gaps_capped(model: Complex) -> None:
    stretch = select_atoms(model, (a.index for a in model.topology.atoms() if 516 <= int(a.residue.id) <= 600))
    holes = without_residues(without_residues(stretch, range(535, 537)), range(560, 574))
    stub = select_atoms(holes, (a.index for a in holes.topology.atoms() if (a.residue.id, a.name) != ("538", "NZ")))
    result = fill_missing(stub, ORDER)
    filled = result.complex
    assert result.loops == (Loop(535, 536),)
    assert list(map(str, result.side_chains)) == ["LYS 538 (NZ)"]
    assert [gap.span for gap in result.gaps] == ["560-573"]
    assert "".join(map(one_letter, result.gaps[0].missing)) == "".join(residue_at(TRKA, n) for n in range(560, 574))
    names = {int(r.id): r.name for r in cap_chain(filled, None, np.empty((0, 3))).complex.topology.residues()}
    assert (names[560], names[573]) == ("NME", "ACE")
    assert [names[n] for n in (535, 536)] == ["GLU", "GLN"]
    kept = {(residue_id(a.residue), a.name): filled.positions[a.index] for a in filled.topology.atoms()}
    for atom in stub.topology.atoms():
        np.testing.assert_allclose(kept[residue_id(atom.residue), atom.name], stub.positions[atom.index], atol=1e-3)


def mirrored(complex_: Complex, number: int) -> Complex:
    """The complex with one CB reflected to the other side of the N-CA-C plane."""
    atoms = {a.name: a.index for a in complex_.topology.atoms() if a.residue.id == str(number)}
    positions = complex_.positions.copy()
    origin = positions[atoms["CA"]]
    normal = np.cross(positions[atoms["N"]] - origin, positions[atoms["C"]] - origin)
    normal /= np.linalg.norm(normal)
    beta = positions[atoms["CB"]] - origin
    positions[atoms["CB"]] -= 2 * np.dot(beta, normal) * normal
    return replace(complex_, positions=positions)


def test_a_left_handed_residue_is_found_and_dropped(model: Complex) -> None:
    faults = find_stereo_faults(mirrored(model, 540))
    assert [(f.residue.number, f.kind) for f in faults if f.kind == "chirality"] == [(540, "chirality")]
    sound = drop_distorted(mirrored(model, 540))
    assert set(numbers_of(model)) - set(numbers_of(sound.complex)) == {540}
    assert sound.dropped == (ResidueId("A", 540),)
    untouched = drop_distorted(model)
    assert (untouched.complex, untouched.dropped, untouched.loose) == (model, (), frozenset())


def test_a_distorted_stretch_too_long_to_build_stays_to_be_relaxed(model: Complex) -> None:
    stretch = range(540, 540 + LONGEST_BUILT_LOOP + 1)
    wrong = model
    for number in stretch:
        wrong = mirrored(wrong, number)
    sound = drop_distorted(wrong)
    assert numbers_of(sound.complex) == numbers_of(model)
    assert {identity.number for identity in sound.loose} == set(stretch)


def test_stereo_faults_ignore_where_the_model_lies(model: Complex) -> None:
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    rotation *= np.sign(np.linalg.det(rotation))
    moved = replace(model, positions=model.positions @ rotation + 10.0)
    assert [str(f) for f in find_stereo_faults(moved)] == [str(f) for f in find_stereo_faults(model)]
    mirror = replace(model, positions=model.positions * np.array([-1.0, 1.0, 1.0]))
    wrong = {f.residue for f in find_stereo_faults(mirror) if f.kind == "chirality"}
    assert wrong == {identity for identity, letter in protein_sequence(model).items() if letter != "G"}


@pytest.fixture(scope="module")
def piece(model: Complex) -> Complex:
    """Thirty capped residues around the P-loop: enough for hydrogens, and quick."""
    stretch = select_atoms(model, (a.index for a in model.topology.atoms() if 515 <= int(a.residue.id) <= 544))
    return cap_chain(fill_missing(stretch, ORDER).complex, None, np.empty((0, 3))).complex


def test_hydrogens_follow_the_ph_and_leave_heavy_atoms_alone(piece: Complex) -> None:
    counts = {}
    for ph in (1.0, 7.4, 13.5):
        hydrogenated, _ = add_hydrogens(piece, ph)
        heavy = remove_hydrogens(hydrogenated)
        np.testing.assert_allclose(heavy.positions, piece.positions, atol=1e-5)
        counts[ph] = hydrogenated.topology.getNumAtoms() - heavy.topology.getNumAtoms()
        create_system(hydrogenated.topology)
    assert counts[1.0] > counts[7.4] > counts[13.5]
    acids = [t for t in find_titrations(piece, 1.0) if t.name in ("ASP", "GLU") and t.pka > 2.0]
    assert acids
    assert {t.variant for t in acids} == {"ASH", "GLH"}


def test_hydrogens_are_the_same_twice_and_keep_their_distance(piece: Complex) -> None:
    first, second = add_hydrogens(piece, 7.4, seed=3)[0], add_hydrogens(piece, 7.4, seed=3)[0]
    np.testing.assert_array_equal(first.positions, second.positions)
    assert pdist(first.positions).min() > 0.9, "no hydrogen may fall into another atom"


def test_residues_named_keep_their_usual_state(piece: Complex) -> None:
    glutamates = {identity for identity, letter in protein_sequence(piece).items() if letter == "E"}
    _, unusual = add_hydrogens(piece, 1.0, usual=glutamates)
    assert not glutamates & {titration.residue for titration in unusual}


def test_relaxation_makes_a_badly_built_loop_natural(model: Complex) -> None:
    loop = range(549, 554)
    stretch = select_atoms(model, (a.index for a in model.topology.atoms() if 516 <= int(a.residue.id) <= 575))
    filled = fill_missing(without_residues(stretch, loop), ORDER, seed=0).complex
    built = cap_chain(filled, None, np.empty((0, 3))).complex
    known = {fault.residue for fault in find_stereo_faults(stretch)}
    assert {fault.residue for fault in find_stereo_faults(built)} - known, "the builder did well; take another seed"
    given = frozenset(
        (residue_id(a.residue), a.name) for a in stretch.topology.atoms() if int(a.residue.id) not in loop
    )
    relaxed = relax_model(add_hydrogens(built, 7.4)[0], given, stages=((10.0, 50),))
    assert {fault.residue for fault in find_stereo_faults(relaxed.complex)} <= known
    assert relaxed.energy_kcal_mol < 0
    assert relaxed.heavy_rmsd_angstrom < 0.4


@pytest.mark.slow
def test_threading_gives_the_target_sequence_on_the_template_backbone() -> None:
    template = without_ligand(load_shipped("TRKA"))
    threaded = thread_sequence(template, TRKA, TRKC)
    sequence = protein_sequence(threaded.complex)
    assert all(residue_at(TRKC, identity.number) == letter for identity, letter in sequence.items())
    assert not set(range(712, 726)) & {identity.number for identity in sequence}, "TRKC's insert has no template"
    assert len(threaded.notes) == 2
    backbone = [
        [c.positions[a.index] for a in c.topology.atoms() if a.name in ("N", "CA", "C", "O") and is_inside(a.residue)]
        for c in (template, threaded.complex)
    ]
    np.testing.assert_allclose(backbone[1], backbone[0], atol=1e-6)
    assert not [f for f in find_stereo_faults(threaded.complex) if f.kind == "chirality"]
    create_system(threaded.complex.topology)


def test_a_crystal_of_one_kinase_becomes_another_with_what_differs_to_be_built(model: Complex) -> None:
    retyped, changed = retype_crystal(model, TRKA, TRKC)
    before, after = protein_sequence(model), protein_sequence(retyped)
    numbers = aligned_numbers(TRKA, TRKC)
    assert {identity.number for identity in after} == {numbers[i.number] for i in before if i.number in numbers}
    assert all(residue_at(TRKC, identity.number) == letter for identity, letter in after.items())
    pairs = {(letter, numbers[i.number]) for i, letter in before.items() if i.number in numbers}
    assert changed == tuple(f"{old}{n}{residue_at(TRKC, n)}" for old, n in sorted(pairs, key=lambda p: p[1])
                            if old != residue_at(TRKC, n))  # fmt: skip
    assert "W542R" in changed, "W514 of TRKA is R542 of TRKC: KLIFS 1"
    itself, nothing = retype_crystal(model, TRKA, TRKA)
    assert not nothing
    np.testing.assert_array_equal(itself.positions, model.positions)


def test_a_side_chain_built_with_the_wrong_hand_becomes_a_rotamer_unless_it_is_linked(model: Complex) -> None:
    """CB mirrored at N, CA and C, as PDBFixer may leave it where the file ends at the backbone."""
    chosen = [r for r in model.topology.residues() if r.name in ("CYS", "LEU")]
    places = {(residue_id(atom.residue), atom.name): atom for atom in model.topology.atoms()}
    wrong = model.positions.copy()
    for residue in chosen:
        n, alpha, carbon, beta = (places[residue_id(residue), name].index for name in ("N", "CA", "C", "CB"))
        normal = np.cross(wrong[n] - wrong[alpha], wrong[carbon] - wrong[alpha])
        normal /= np.linalg.norm(normal)
        wrong[beta] -= 2 * np.dot(wrong[beta] - wrong[alpha], normal) * normal
    topology = rebuilt(model.topology)
    cysteines = [residue for residue in chosen if residue.name == "CYS"][:2]
    atoms = list(topology.atoms())
    topology.addBond(*(atoms[places[residue_id(residue), "SG"].index] for residue in cysteines))
    filled = replace(model, topology=topology, positions=wrong)
    source = select_atoms(model, (a.index for a in model.topology.atoms() if a.name in ("N", "CA", "C", "O")))
    natural = gaps._with_natural_side_chains(filled, source)
    left = {fault.residue for fault in find_stereo_faults(natural) if fault.kind == "chirality"}
    assert left == {residue_id(residue) for residue in cysteines}
    untouched = gaps._with_natural_side_chains(filled, model)
    np.testing.assert_array_equal(untouched.positions, wrong)


@pytest.mark.parametrize(
    ("path", "kinase", "state", "helix", "lysine"),
    [
        ("uni_fep_ntrk1_7vko/protein.pdb", TRKA, "DFG-in", 6.3, 13.8),
        ("openkinome_ntrk/docking_4AT3_protein.pdb", TRKB, "DFG-in", 7.0, 14.7),
        ("ensembler_4GT5/NTRK1_HUMAN_4GT5_A.pdb", TRKA, "DFG-out", 12.6, 7.3),
        ("openkinome_ntrk/docking_6KZD_protein.pdb", TRKC, "DFG-out", 12.8, 11.3),
    ],
)
@pytest.mark.shared
def test_dfg_state_of_crystals(
    sources: Path, path: str, kinase: object, state: str, helix: float, lysine: float
) -> None:
    raw = revert_modified(load_complex(sources / path))[0]
    match = recognise_kinase(raw)
    assert match is not None
    assert match.kinase == kinase
    measured = measure_conformation(number_clinically(raw, match).complex, match.kinase)
    assert measured.state == state
    assert (measured.helix_angstrom, measured.lysine_angstrom) == pytest.approx((helix, lysine), abs=0.06)


@pytest.mark.shared
def test_canonical_trkb_numbers_are_moved_by_sixteen(sources: Path) -> None:
    path = sources / "openkinome_ntrk" / "NTRK2_larotrectinib_protein.pdb"
    raw = revert_modified(load_complex(path))[0]
    numbered = number_clinically(raw, recognise_kinase(raw))
    assert numbered.match == clinical_match(numbered.complex, TRKB)
    assert protein_sequence(numbered.complex)[ResidueId("A", 639)] == "G"
    assert numbered.shifts == (16,)


@pytest.mark.shared
def test_tags_are_dropped(sources: Path) -> None:
    raw = revert_modified(load_complex(sources / "uni_fep_ntrk1_7vko/protein.pdb"))[0]
    numbered = number_clinically(raw, recognise_kinase(raw))
    assert numbers_of(numbered.complex) == list(range(502, 794))
    assert numbered.tags == ("G497", "S498", "G499", "I500", "R501")
