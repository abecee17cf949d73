"""A table of cases: what a row leaves out the options say, and all that is wrong is told at once, line by line."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trkstruct.cases.case_table import CaseRequest, plan_table
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import InputError
from trkstruct.settings import Settings

NOTHING = CaseRequest()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "cases.csv"


def plan(path: Path, text: str, otherwise: CaseRequest = NOTHING) -> list[tuple[str | None, str, str]]:
    path.write_text(text, encoding="utf-8")
    return [named(spec) for spec in plan_table(path, otherwise, Settings())]


def named(spec: CaseSpec) -> tuple[str | None, str, str]:
    return (spec.kinase, spec.mutation, spec.ligand)


def refusal(path: Path, text: str, otherwise: CaseRequest = NOTHING) -> str:
    with pytest.raises(InputError) as error:
        plan(path, text, otherwise)
    return str(error.value)


def test_rows_are_cases_each_with_its_wild_type(table: Path) -> None:
    assert plan(table, "mutation,ligand\nG595R,larotrectinib\ng639r,selitrectinib\n") == [
        ("TRKA", "WT", "larotrectinib"),
        ("TRKA", "G595R", "larotrectinib"),
        ("TRKB", "WT", "selitrectinib"),
        ("TRKB", "G639R", "selitrectinib"),
    ]


def test_what_a_row_leaves_out_the_options_say(table: Path) -> None:
    options = CaseRequest(kinases=("TRKA",), mutations=("G595R", "G667C"), ligands=("entrectinib",))
    assert plan(table, "mutation,ligand\nF589L,\n,larotrectinib\n", options) == [
        ("TRKA", "WT", "entrectinib"),
        ("TRKA", "F589L", "entrectinib"),
        ("TRKA", "WT", "larotrectinib"),
        ("TRKA", "G595R", "larotrectinib"),
        ("TRKA", "G667C", "larotrectinib"),
    ]


def test_a_row_without_a_mutation_is_the_panel_and_takes_none_from_its_neighbours(table: Path) -> None:
    planned = plan(table, "kinase,ligand,mutation\nTRKB,larotrectinib,\nTRKB,larotrectinib,G639A\n")
    assert {mutation for _, mutation, _ in planned} == {"WT", "G639R", "F633L", "G639A"}


def test_equal_rows_are_computed_once(table: Path) -> None:
    rows = "G595R,larotrectinib\nNTRK1:G595R,larotrectinib\np.Gly595Arg,larotrectinib\n"
    assert len(plan(table, "mutation,ligand\n" + rows)) == 2


def test_a_shipped_model_is_a_structure(table: Path) -> None:
    text = "structure,mutation,ligand\ntrka_4yne_larotrectinib,G595R,larotrectinib\n"
    (_, mutant) = (table.write_text(text), plan_table(table, NOTHING, Settings())[-1])
    assert mutant.structure is not None and mutant.structure.endswith("trka_4yne_larotrectinib.pdb")


def test_every_wrong_row_is_told_with_its_line_whatever_is_wrong_with_it(table: Path) -> None:
    said = refusal(
        table,
        "kinase,ligand,mutation,structure\n"
        "TRKA,larotrectinib,G595R,\n"
        "TRKX,larotrectinib,G595R,\n"
        "TRKA,larotrectinib,A595R,\n"
        "TRKA,nodrug,G595R,\n"
        "\n"
        "TRKA,larotrectinib,bad!,\n"
        "TRKA,larotrectinib,F589L,none.pdb\n"
        "TRKA,none.sdf,F589L,\n"
        "ALK,larotrectinib,G1202R,\n",
    )
    assert "8 of 9 rows cannot be used" not in said and "7 of 8 rows cannot be used" in said
    for line, words in {
        3: "'TRKX' is not a kinase",
        4: "has G (GLY) at 595, not A",
        5: "'nodrug' is no ligand known by name",
        7: "'bad!' is not a mutation",
        8: "structure 'none.pdb' is not there",
        9: "ligand 'none.sdf' is not there",
        10: "No structure of ALK ships",
    }.items():
        assert f"line {line}: " in said and words in said.split(f"line {line}: ")[1].split("\n  line")[0]
    lines = [int(part.split(":")[0]) for part in said.split("\n  line ")[1:]]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has none of the columns kinase, structure"),
        ("name,value\n1,2\n", "It has: name, value"),
        ("mutation,ligand\n", "has a header but no rows"),
        ("mutation,ligand\n,\n", "has a header but no rows"),
        ("mutation,ligand,mutation\nG595R,larotrectinib,G667C\n", "has the column mutation more than once"),
        ("mutaton,ligand\nG595R,larotrectinib\n", "the column 'mutaton' is not read. Is it mutation?"),
        ("Mutation,ligand\nG595R,larotrectinib\n", "Is it mutation?"),
        ("ligand residue,ligand\nG595R,larotrectinib\n", "Is it ligand_residue?"),
        ("mutation,ligand,chain\nG595R,larotrectinib,A\n", "chain and ligand_residue belong to a structure"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(table: Path, text: str, words: str) -> None:
    assert words in refusal(table, text)


def test_many_wrong_rows_are_counted(table: Path) -> None:
    said = refusal(table, "mutation,ligand\n" + "x,larotrectinib\n" * 50)
    assert "50 of 50 rows" in said and "and 30 more" in said and said.count("\n  line") == 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), max_size=5))
def test_whatever_the_table_holds_it_is_planned_or_refused(table: Path, rows: list[list[str]]) -> None:
    text = "mutation,ligand\n" + "\n".join(",".join(row) for row in rows)
    table.write_bytes(text.encode("utf-8", errors="replace"))
    try:
        plan_table(table, NOTHING, Settings())
    except InputError as error:
        assert str(error)
