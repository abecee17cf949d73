"""What is missing between two residues, by the sequence that the file gives."""

from pathlib import Path

import numpy as np
import pytest

from support.crystal import Edit, chain_lines, seqres, text_of
from trkstruct.kinase.kinases import kinase_named
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.preparation.gaps import missing_between, order_of_chain
from trkstruct.preparation.prepared_file import prepare
from trkstruct.residues import ONE_TO_THREE, ResidueId
from trkstruct.structure.complex import residue_id
from trkstruct.structure.reading import load_complex

TRKA = kinase_named("TRKA")
SPAN = (505, 560)  # the P-loop: GEGAFGKV


@pytest.mark.parametrize("length", range(1, 9))
def test_a_gap_is_named_whatever_stands_beside_it(tmp_path: Path, length: int) -> None:
    """G517 before a gap of E518 and G519 fits after it as well: so 2XP2 lost two residues of its P-loop to caps."""
    names = [ONE_TO_THREE[TRKA.sequence[number - TRKA.first_number]] for number in range(SPAN[0], SPAN[1] + 1)]
    for start in range(SPAN[0] + 3, SPAN[1] - length - 2):
        path = tmp_path / "gap.pdb"
        gap = frozenset(range(start, start + length))
        path.write_text(text_of(chain_lines(Edit(span=SPAN, without=gap, shift=-500))))
        order = order_of_chain(read_chain_and_ligand(path).complex, names)
        ends = ResidueId("A", start - 501), ResidueId("A", start + length - 500)
        missing = missing_between(order, *ends)
        assert missing == tuple(names[start - SPAN[0] : start - SPAN[0] + length]), start


def test_what_gave_way_to_a_built_loop_is_said(tmp_path: Path) -> None:
    span, gap = (560, 588), frozenset(range(570, 576))
    names = [ONE_TO_THREE[TRKA.sequence[number - TRKA.first_number]] for number in range(span[0], span[1] + 1)]
    path = tmp_path / "gap.pdb"
    path.write_text(text_of(seqres(names), chain_lines(Edit(span=span, without=gap, shift=-500))))
    raw, prepared = load_complex(path), prepare(path).preparation
    given = {(residue_id(atom.residue), atom.name): raw.positions[atom.index] for atom in raw.topology.atoms()}
    apart = {
        atom: float(np.linalg.norm(prepared.complex.positions[place.index] - given[atom]))
        for place in prepared.complex.topology.atoms()
        if (atom := (residue_id(place.residue), place.name)) in given
    }
    gave_way = dict.fromkeys(str(residue.number) for (residue, _), far in apart.items() if far > 0.3)
    assert gave_way.keys() <= {"68", "69", "76", "77"}
    assert [note for note in prepared.notes if "gave way" in note] == [
        f"Beside what was built, residues of the source gave way by up to {max(apart.values()):.1f} Å: "
        f"{' '.join(gave_way)}."
    ]
