"""What is scored where a measurement is no energy, and where it is not known what an answer was made from."""

import io
from dataclasses import replace

import numpy as np
from rich.console import Console

from support.made_records import make_case
from trkstruct.case_parts import DdgParts
from trkstruct.validation.accuracy import ENERGIES_NAME, GEOMETRY_NAME, NULL_NAME, OWN_NAME, Outcome, assess
from trkstruct.validation.accuracy_table import accuracy_report
from trkstruct.validation.entry_sets import GROWTH
from trkstruct.validation.sets import Benchmark, BenchmarkRow

MEASURED = (2.6, 2.3, 0.7, -0.1, 1.7, 0.3)
ROWS = tuple(
    BenchmarkRow("TRKA", None, None, "larotrectinib", "larotrectinib", None, f"G{595 + i}R", value, "test")
    for i, value in enumerate(MEASURED)
)
BENCHMARK = Benchmark("mine", "six mutations", ROWS)


def _outcomes(parts: DdgParts | None = None) -> list[Outcome]:
    return [Outcome(row, make_case(mutation=row.mutation, ddg_kcal_mol=row.measured, ddg_parts=parts)) for row in ROWS]


def test_what_the_answer_was_made_from_is_scored_only_where_it_is_known() -> None:
    assert [each.name for each in assess(BENCHMARK, _outcomes()).scores] == [OWN_NAME, NULL_NAME]
    parts = DdgParts(
        geometry_kcal_mol=1.0, geometry_error_kcal_mol=1.0, energies_kcal_mol=3.0, energies_error_kcal_mol=2.0,
        energy_weight=0.2, contacts=23,
    )  # fmt: skip
    scores = {each.name: each for each in assess(BENCHMARK, _outcomes(parts)).scores}
    for name, said in ((GEOMETRY_NAME, 1.0), (ENERGIES_NAME, 3.0)):
        expected = np.sqrt(np.mean((np.array(MEASURED) - said) ** 2))
        assert np.isclose(scores[name].measures["rmse"].value, expected)


def test_growth_is_ranked_and_nothing_is_said_in_kcal() -> None:
    accuracy = assess(replace(BENCHMARK, scale=GROWTH), _outcomes())
    assert (accuracy.error_bars, accuracy.groups) == (None, ())
    assert set(accuracy.scores[0].measures) == {"spearman", "auroc", "auprc"}
    assert accuracy.scores[0].n_resistant == 3
    written = io.StringIO()
    Console(file=written, width=150).print(accuracy_report(accuracy, []))
    assert "growth with the drug minus without above 0.85" in written.getvalue()
    assert "Error bars, mean" not in written.getvalue()
