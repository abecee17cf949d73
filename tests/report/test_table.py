"""The table: it fits, marks what it should, and never treats user text as markup."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from support.made_records import make_case, make_clash, make_results
from trkstruct.case_parts import CaseError, Evidence
from trkstruct.errors import InputError
from trkstruct.report.case_rows import worst_clash
from trkstruct.report.console import open_console
from trkstruct.report.table import TABLE_COLUMNS, clash_table, results_markdown, results_report


def test_a_change_that_rounds_to_nothing_has_no_minus() -> None:
    text = results_markdown(make_results(make_case(ddg_kcal_mol=-0.01)))
    assert "+0.0 ± 3.2" in text and "-0.0" not in text


def test_a_row_says_what_the_case_says() -> None:
    fold = Evidence(
        kind="fold_change",
        gene="NTRK1",
        mutation="G595R",
        ligand="larotrectinib",
        text="",
        citation="",
        fold_change=76.67,
    )
    row = next(line for line in str(make_results(make_case(evidence=(fold,)))).splitlines() if line.startswith("TRKA"))
    values = ["1.54**", "solvent", "front", "0.54*", "93%", "+11.0", "±", "3.2", "resistant", "·", "76.7x"]
    assert row.split() == ["TRKA", "G595R", "larotrectinib", *values]


def test_wild_type_and_unknown_values_are_dots() -> None:
    case = make_case(mutation="WT", regions=(), clashes_before=(), clashes_after=(), occlusion=None, ddg_kcal_mol=0.0,
                     ddg_error_kcal_mol=None, verdict=None)  # fmt: skip
    row = next(line for line in str(make_results(case)).splitlines() if line.startswith("TRKA"))
    assert row.split() == ["TRKA", "WT", "larotrectinib", *"········"]


def test_the_worst_clash_is_that_of_the_mutated_region_if_it_has_one() -> None:
    near, far = make_clash(0.5, "moderate"), make_clash(1.9, "severe", "P-loop")
    assert worst_clash((near, far), ("solvent front",)) == near
    assert worst_clash((near, far), ("xDFG",)) == far
    assert worst_clash((), ("xDFG",)) is None


@given(
    ligand=st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1, max_size=120),
    mutation=st.sampled_from(["WT", "G595R", "F589L+G595R", "F589L+G595R+G667C"]),
    region=st.sampled_from(["solvent front", "activation loop", "outside pocket"]),
    ddg=st.floats(-99, 99),
)
def test_the_table_fits_and_shows_the_whole_name(ligand: str, mutation: str, region: str, ddg: float) -> None:
    clash = make_clash(1.5, "severe", region)
    case = make_case(ligand=ligand, mutation=mutation, clashes_before=(clash,), ddg_kcal_mol=ddg)
    lines = str(make_results(case)).splitlines()
    assert max(map(len, lines)) <= TABLE_COLUMNS
    start = lines[0].index("ligand")
    width = lines[0].index("before") - start
    shown = "".join(line[start : start + width].strip() for line in lines[1 : lines.index("")] if line.strip())
    assert set(ligand) - {" "} <= set(shown)


def test_the_legend_fits_on_its_lines() -> None:
    text = str(make_results(make_case()))
    assert "A model's answer, not clinical advice." in text
    assert not re.search("\x1b", text)


def test_a_sentence_per_mutation_stands_beneath_the_table() -> None:
    text = " ".join(str(make_results(make_case(), make_case(ligand="selitrectinib"))).split())
    assert text.count("TRKA G595R (solvent front): the new Arg") == 1


def test_there_is_colour_on_a_terminal_only() -> None:
    report = results_report(make_results(make_case()))
    for terminal in (True, False):
        console = Console(file=io.StringIO(), force_terminal=terminal, color_system="standard" if terminal else "auto")
        console.print(report)
        assert ("\x1b[" in console.file.getvalue()) is terminal  # type: ignore[attr-defined]


def test_markdown_has_a_row_per_case_and_names_are_text() -> None:
    lines = results_markdown(make_results(make_case(), make_case(ligand="C[N+]|*<b>`x`\n# y"))).splitlines()
    header, rule, *rows = lines[: lines.index("")]
    assert [len(re.split(r"(?<!\\)\|", line)) for line in (header, rule, *rows)] == [13] * 4
    assert r"| 1.54\*\* | solvent front |" in rows[0]
    assert r"| C\[N+\]\|\*\<b\>\`x\` \# y |" in rows[1]
    assert "- A model's answer, not clinical advice." in lines


def test_failed_cases_are_listed_with_the_command_that_repeats_them() -> None:
    command = "trkstruct scan --kinase TRKA --mutation G595R --ligand " + "C" * 120
    error = CaseError(stage="relax", error_type="RelaxationError", message="it exploded", repeat_command=command)
    text = str(make_results(make_case(), make_case(status="failed", error=error, mutation="G667C")))
    assert "1 of 2 cases failed" in text
    assert f"repeat with: {command}" in text


def test_results_as_data_frame_and_by_name() -> None:
    results = make_results(make_case(), make_case(ligand="selitrectinib", ddg_kcal_mol=0.5))
    frame = results.to_dataframe()
    assert list(frame["ligand"]) == ["larotrectinib", "selitrectinib"]
    assert list(frame["clash_before_severe"]) == [2, 2]
    assert results.find_case("G595R", "selitrectinib").ddg_kcal_mol == pytest.approx(0.5)
    with pytest.raises(InputError, match="0 cases are G595R imatinib"):
        results.find_case("G595R", "imatinib")


def test_what_the_charges_are_stands_under_the_table_and_a_mixture_is_warned_of() -> None:
    shipped = make_case(ligand_parameters="GAFF2/AM1-BCC (shipped)")
    same = make_case(ligand="asked", ligand_parameters="GAFF2/AM1-BCC")
    other = make_case(ligand="mine", ligand_parameters="Sage 2.3.0/NAGL AM1-BCC")
    warning = "Force fields or charges differ between these ligands"
    for written in (str, results_markdown):
        alone = written(make_results(shipped, same))
        assert "GAFF2/AM1-BCC" in alone and warning not in alone
        assert warning in written(make_results(shipped, other))
    assert "Sage 2.3.0/NAGL AM1-BCC  mine" in str(make_results(shipped, other))


@pytest.mark.parametrize("name", ["[red]", "[/x]", "C[1]", "[link=https://example.org]", ":o:", ":warning:", "\\[b]"])
def test_an_atom_is_called_what_its_file_calls_it(name: str) -> None:
    clash = make_clash(0.5, "moderate").model_copy(update={"ligand_atom": name, "protein_atom": f"A:B:{name}1:CZ"})
    console = open_console()
    console.width = 200
    with console.capture() as seen:
        console.print(clash_table([clash]))
        console.print(f"at {name}, A:B:N")
    assert f"A:B:{name}1:CZ" in seen.get() and f" {name} " in seen.get()
    assert f"at {name}, A:B:N" in seen.get()
