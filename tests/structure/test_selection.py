"""Chain, ligand and solvent of a file, by name and by place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trkstruct.errors import InputError, StructureError
from trkstruct.residues import ResidueId
from trkstruct.structure.chain_choice import find_chain
from trkstruct.structure.formats.header import StructureHeader
from trkstruct.structure.formats.records import FileAtom, FileChain, FileResidue, StructureFile
from trkstruct.structure.selection import find_ligand, find_solvent, is_polymer, protein_chains

HERE = Path("file.pdb")


def residue(name: str, chain: str, number: int, x: float, atoms: str = "CA") -> FileResidue:
    """Atoms named in ``atoms`` at one place on the x axis."""
    made = tuple(FileAtom(0, atom, atom[0], (x, 0.0, 0.0), 1.0, 20.0) for atom in atoms.split())
    return FileResidue(ResidueId(chain, number), name, name != "ALA", made)


def file_of(*residues: FileResidue) -> StructureFile:
    names = dict.fromkeys(each.identity.chain for each in residues)
    chains = tuple(FileChain(n, tuple(r for r in residues if r.identity.chain == n)) for n in names)
    return StructureFile(chains, (), StructureHeader(), ())


TWO = file_of(
    residue("ALA", "A", 1, 0.0),
    residue("ALA", "B", 1, 50.0),
    residue("STI", "A", 600, 3.0),
    residue("STI", "B", 600, 53.0),
    residue("HOH", "A", 700, 6.0, "O"),
    residue("HOH", "B", 700, 56.0, "O"),
    residue("ZN", "A", 800, 20.0, "ZN"),
)


def named(found: FileResidue | None) -> str:
    return str(found)


def test_a_ligand_is_found_by_name_in_its_chain_or_by_place() -> None:
    assert named(find_ligand(TWO, "STI", "A", HERE)) == "STI A:600"
    assert named(find_ligand(TWO, "STI", "B", HERE)) == "STI B:600"
    assert named(find_ligand(TWO, "B:600", None, HERE)) == "STI B:600"
    assert named(find_ligand(TWO, " ZN ", None, HERE)) == "ZN A:800"
    assert find_ligand(TWO, None, None, HERE) is None


def test_without_a_wish_the_one_called_lig_is_the_ligand() -> None:
    one = file_of(residue("ALA", "A", 1, 0.0), residue("LIG", "L", 1, 3.0))
    assert named(find_ligand(one, None, None, HERE)) == named(find_ligand(one, None, "A", HERE)) == "LIG L:1"


@pytest.mark.parametrize(
    ("wanted", "chain", "words"),
    [
        ("STI", None, "has 2 residues 'STI'; choose one as chain:number from STI A:600, ZN A:800, STI B:600"),
        ("STI", "C", "has 2 residues 'STI'"),
        ("A:601", None, "no ligand residue 'A:601'; its hetero residues: STI A:600, ZN A:800, STI B:600"),
        ("HOH", "A", "no ligand residue 'HOH'"),
        ("ALA", "A", "no ligand residue 'ALA'"),
    ],
)
def test_none_or_several_are_refused_with_what_there_is(wanted: str, chain: str | None, words: str) -> None:
    with pytest.raises(StructureError) as refused:
        find_ligand(TWO, wanted, chain, HERE)
    assert words in str(refused.value)


def test_a_chain_is_found_by_name_at_the_ligand_or_first() -> None:
    ligand = find_ligand(TWO, "B:600", None, HERE)
    assert find_chain(TWO, "A", ligand, HERE).id == "A"
    assert find_chain(TWO, None, ligand, HERE).id == "B"
    assert find_chain(TWO, None, None, HERE).id == "A"
    with pytest.raises(StructureError, match="no protein chain 'C'; its protein chains: 'A', 'B'"):
        find_chain(TWO, "C", None, HERE)


def test_a_chain_without_amino_acids_is_no_protein() -> None:
    solvent = file_of(residue("HOH", "W", 1, 0.0, "O"), residue("ALA", "A", 1, 9.0))
    assert [chain.id for chain in protein_chains(solvent)] == ["A"]
    with pytest.raises(StructureError, match="no protein chain 'W'"):
        find_chain(solvent, "W", None, HERE)
    with pytest.raises(StructureError, match="holds no amino acids"):
        find_chain(file_of(residue("HOH", "W", 1, 0.0, "O")), None, None, HERE)


@given(places=st.lists(st.floats(-500, 500), min_size=1, max_size=6), ligand=st.floats(-500, 500))
def test_the_chain_at_the_ligand_is_the_nearest_one(places: list[float], ligand: float) -> None:
    chains = [residue("ALA", "ABCDEF"[index], 1, x) for index, x in enumerate(places)]
    wanted = residue("STI", "L", 1, ligand)
    found = find_chain(file_of(*chains, wanted), None, wanted, HERE)
    apart = [abs(x - ligand) for x in places]
    assert apart["ABCDEF".index(found.id)] == pytest.approx(min(apart))


def test_solvent_is_none_what_is_near_the_ligand_or_all() -> None:
    protein, ligand = [TWO.chains[0].residues[0], TWO.chains[1].residues[0]], find_ligand(TWO, "A:600", None, HERE)
    assert find_solvent(TWO, protein, ligand, "none") == []
    assert list(map(named, find_solvent(TWO, protein, ligand, "pocket"))) == ["HOH A:700"]  # 3 Å from the ligand
    everything = ["HOH A:700", "ZN A:800", "STI B:600", "HOH B:700"]
    assert list(map(named, find_solvent(TWO, protein, ligand, "all"))) == everything
    assert "STI A:600" in map(named, find_solvent(TWO, protein, None, "all"))
    with pytest.raises(InputError, match="needs a ligand"):
        find_solvent(TWO, protein, None, "pocket")


def test_what_has_a_backbone_is_of_the_chain() -> None:
    assert is_polymer(residue("TPO", "A", 1, 0.0, "N CA C O CB P"))
    assert is_polymer(residue("HIE", "A", 1, 0.0)) and is_polymer(residue("ACE", "A", 1, 0.0, "CH3 C O"))
    assert not is_polymer(residue("STI", "A", 1, 0.0, "N1 C2 O3"))
