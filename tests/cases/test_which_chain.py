"""Which chain of a file is meant: one rule for `scan`, `prepare`, `clashes`, `mutate` and `--saturate`."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.crystal import Edit, chain_lines, ligand_lines, molecule_lines, text_of
from trkstruct.cases.mutate import mutate, mutate_file
from trkstruct.cases.one_file import find_file_clashes
from trkstruct.cases.plan import plan_and_check
from trkstruct.cases.saturation import saturate_structure
from trkstruct.cli import main
from trkstruct.errors import InputError, StructureError
from trkstruct.preparation import chain_and_ligand
from trkstruct.preparation.chain_and_ligand import read_chain_and_ligand
from trkstruct.residues import ResidueId
from trkstruct.settings import PRESETS
from trkstruct.structure.chain_choice import most_complete_kinase, named_chain, nearest_chain
from trkstruct.structure.complex import protein_residue
from trkstruct.structure.reading import load_assembly

APART = 60.0  # Å between the kinases: neither touches the other's ligand
PEPTIDE = (510, 516)


def moved(lines: list[str], along_x: float = APART) -> list[str]:
    return [f"{line[:30]}{float(line[30:38]) + along_x:8.3f}{line[38:]}" for line in lines]


def peptide(chain: str) -> list[str]:
    return moved(chain_lines(Edit(span=PEPTIDE, chain=chain)), -APART)


def parts_of(chains: str, *, gap: int = 594) -> list[list[str]]:
    """A peptide, a whole kinase and one that lacks a residue, each with its ligand; ``chains`` names the three."""
    first, second, third = chains
    whole = [*chain_lines(Edit(chain=second)), *ligand_lines(residue=f"{second} 801")]
    lacking = [*chain_lines(Edit(chain=third, without=frozenset({gap}))), *ligand_lines(residue=f"{third} 802")]
    return [peptide(first), whole, moved(lacking)]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chains P (a peptide), A and B (kinases, B without 594), ligands at A:801 and B:802."""
    path = tmp_path_factory.mktemp("chains") / "three.pdb"
    path.write_text(text_of(*parts_of("PAB")), encoding="utf-8")
    return path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def test_a_mutation_in_a_chain_that_the_ligand_is_not_at_is_refused(three: Path) -> None:
    words = ("clashes", str(three), "--ligand-residue", "B:802", "--fail-on", "moderate")
    code, said = run(*words, "--mutation", "A:G595R")
    assert code == 2
    assert "Chain A of" in said and "does not reach the ligand 7GI B:802" in said and "It lies at chain B" in said
    assert run(*words, "--mutation", "G595R")[0] == 1  # the arginine clashes, in the chain at the ligand
    assert run(*words, "--chain", "A")[0] == 2


def test_the_same_in_what_prepares_and_plans(three: Path) -> None:
    with pytest.raises(StructureError, match="does not reach the ligand 7GI B:802"):
        read_chain_and_ligand(three, chain="A", ligand_residue="B:802")
    with pytest.raises(StructureError, match="does not reach"):
        plan_and_check(
            (), ("A:G595R",), ("repotrectinib",), PRESETS["fast"], structure=str(three), ligand_residue="B:802"
        )


def test_a_ligand_that_no_chain_reaches_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "astray.pdb"
    path.write_text(text_of(chain_lines(), moved(ligand_lines())), encoding="utf-8")
    with pytest.raises(StructureError, match="No protein chain does"):
        find_file_clashes(path, ligand_residue="7GI")


def test_a_residue_called_lig_at_another_chain_is_not_taken(tmp_path: Path) -> None:
    path, lacking = tmp_path / "lig.pdb", chain_lines(Edit(chain="B", without=frozenset({594})))
    path.write_text(text_of(chain_lines(), moved([*lacking, *ligand_lines("LIG", "B 802")])), encoding="utf-8")
    parts = read_chain_and_ligand(path)
    assert parts.complex.ligand is None
    assert parts.notes[-1] == "LIG B:802 lies elsewhere than chain A: --chain or --ligand-residue chooses."
    assert read_chain_and_ligand(path, chain="B").complex.ligand == ResidueId("B", 802)


@pytest.mark.parametrize("command", ["clashes", "scan"])
def test_a_mutation_and_an_option_that_name_two_chains_are_refused(three: Path, command: str, tmp_path: Path) -> None:
    words = {
        "clashes": ("clashes", str(three), "--ligand-residue", "A:801"),
        "scan": ("scan", "--structure", str(three), "--ligand", "repotrectinib", "-o", str(tmp_path / "out")),
    }[command]
    code, said = run(*words, "--mutation", "A:G595R", "--chain", "B")
    assert code == 2 and "name chains A, B of" in said
    with pytest.raises(InputError, match="name chains A, B"):
        mutate_file(three, "A:G595A", chain="B")
    with pytest.raises(InputError, match="name chains A, B"):
        mutate(load_assembly(three), "A:G595A", chain="B")


def test_a_ligand_between_chains_is_told(tmp_path: Path) -> None:
    x, y, z = (float(ligand_lines()[0][start : start + 8]) for start in (30, 38, 46))
    beside = [line.replace(" O  ", " CA ", 1) for line in molecule_lines("ALA", "C   1", [(x + 2.0, y, z)], "C")]
    path = tmp_path / "between.pdb"
    path.write_text(text_of(chain_lines(), beside, ligand_lines()), encoding="utf-8")
    (note,) = read_chain_and_ligand(path, chain="A", ligand_residue="7GI").notes
    assert note.startswith("7GI A:801 is nearer to chain C (")


def test_mutate_takes_the_kinase_and_not_the_peptide_before_it(three: Path) -> None:
    built = mutate_file(three, "G595A", platform="CPU")
    assert protein_residue(built, ResidueId("A", 595)).name == "ALA"
    assert built.notes[0] == "Chain A was taken (TRKA); others in the file: P, B."


def test_mutate_takes_the_chain_at_the_ligand_asked_for(three: Path) -> None:
    built = mutate_file(three, "G595A", ligand_residue="B:802", platform="CPU")
    assert [protein_residue(built, ResidueId(chain, 595)).name for chain in "AB"] == ["GLY", "ALA"]
    assert built.notes[0] == "Chain B was taken (nearest the ligand 7GI B:802); others in the file: P, A."


@pytest.mark.parametrize(("ligand", "chain"), [(None, "A"), ("B:802", "B")])
def test_a_complex_of_several_chains_is_understood_as_its_file_is(three: Path, ligand: str | None, chain: str) -> None:
    built = mutate(load_assembly(three, ligand_residue=ligand), "G595A", platform="CPU")
    assert protein_residue(built, ResidueId(chain, 595)).name == "ALA"


def test_saturation_takes_the_chain_that_the_plan_takes(three: Path) -> None:
    def positions(**where: str) -> set[str]:
        return {mutation[:-1] for mutation in saturate_structure(three, "solvent front", **where)[0]}

    assert positions() == positions(ligand_residue="A:801") == {"R593", "H594", "G595", "D596"}
    assert positions(ligand_residue="B:802") == positions(chain="B") == {"R593", "G595", "D596"}


def test_the_file_of_a_saturation_is_read_and_recognised_once(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again = three.with_name("again.pdb")
    again.write_text(three.read_text(encoding="utf-8"), encoding="utf-8")
    read: list[Path] = []
    load = chain_and_ligand.load_structure_file
    monkeypatch.setattr(chain_and_ligand, "load_structure_file", lambda path: read.append(path) or load(path))
    mutations, _ = saturate_structure(again, "gatekeeper", ligand_residue="B:802")
    plan_and_check((), mutations, ("repotrectinib",), PRESETS["fast"], structure=str(again), ligand_residue="B:802")
    assert read == [again]


def test_a_modified_residue_is_no_position_to_saturate(tmp_path: Path) -> None:
    path = tmp_path / "modified.pdb"
    renamed = {592: ("MSE", {"SD": "SE"})}
    path.write_text(text_of(chain_lines(Edit(renamed=renamed)), ligand_lines()), encoding="utf-8")
    mutations, (note,) = saturate_structure(path, "M592, G595")
    assert {mutation[:-1] for mutation in mutations} == {"G595"} and note.endswith("M592.")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.sampled_from(list(permutations(range(3)))), names=st.permutations("ABX"), ligand=st.booleans())
def test_neither_order_nor_names_of_chains_decide(
    order: tuple[int, ...], names: list[str], ligand: bool, tmp_path: Path
) -> None:
    parts, path = parts_of("".join(names)), tmp_path / "shuffled.pdb"
    path.write_text(text_of(*(parts[index] for index in order)), encoding="utf-8")
    asked = f"{names[2]}:802" if ligand else None
    chosen = read_chain_and_ligand(path, ligand_residue=asked)
    assert chosen.match is not None
    assert {identity.chain for identity in chosen.match.numbers} == {names[2] if ligand else names[1]}


def test_the_rules_on_plain_values() -> None:
    assert named_chain(("G595R", "B:F589L"), None, "x") == named_chain((), "B", "x") == "B"
    assert named_chain(("G595R",), None, "x") is None
    assert most_complete_kinase({"A": None, "B": None}, {"A": 5, "B": 9}) == "B"
    near, far = np.array([[1.0, 0, 0]]), np.array([[9.0, 0, 0], [8.0, 0, 0]])
    assert nearest_chain({"A": far, "B": near}, np.zeros((1, 3))) == "B"
