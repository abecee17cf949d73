"""The calibration script: what is left out has no say, whether by position or by drug."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "shipped" / "fit_calibration.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fit_calibration", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rows_file(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    raw = rng.normal(2, 2, 40)
    rows = pd.DataFrame(
        {
            "kinase": "ABL1",
            "mutation": [f"T{300 + i % 8}{'AV'[i % 2]}" for i in range(40)],
            "ligand": [("a", "b", "c")[i % 3] for i in range(40)],
            "measured_ddg_kcal_mol": 0.5 * raw + rng.normal(scale=0.1, size=40),
            "ddg_raw_kcal_mol": raw,
            "noise": rng.normal(size=40),
        }
    )
    rows.loc[len(rows)] = ["ABL1", "F317L", "a", 1.0, np.nan, 0.0]
    path = tmp_path / "rows.csv"
    rows.to_csv(path, index=False)
    return path


def test_substitutions_of_one_position_stay_together(script: ModuleType, rows_file: Path) -> None:
    rows = script.load_rows([rows_file])
    assert len(rows) == 40
    assert set(rows["position"]) == {f"ABL1 {n}" for n in range(300, 308)}


@pytest.mark.parametrize("column", ["position", "ligand"])
def test_a_group_is_predicted_without_its_own_measurements(script: ModuleType, rows_file: Path, column: str) -> None:
    rows = script.load_rows([rows_file])
    formula = script.read_formula("scaled: ddg_raw_kcal_mol")
    matrix, measured = script.design_matrix(rows, formula), rows["measured_ddg_kcal_mol"].to_numpy()
    group = rows[column].iloc[0]
    altered = np.where(rows[column] == group, 100.0, measured)
    before, _ = script.predict_left_out(matrix, measured, rows[column].tolist(), None)
    after, _ = script.predict_left_out(matrix, altered, rows[column].tolist(), None)
    inside = (rows[column] == group).to_numpy()
    np.testing.assert_array_equal(before[inside], after[inside])
    assert not np.allclose(before[~inside], after[~inside])


def test_coefficients_come_back_and_are_not_negative(script: ModuleType, rows_file: Path) -> None:
    rows = script.load_rows([rows_file])
    formula = script.read_formula("two: ddg_raw_kcal_mol; -1 * ddg_raw_kcal_mol; 1")
    assert formula.intercept
    coefficients = script.fit_coefficients(script.design_matrix(rows, formula), rows["measured_ddg_kcal_mol"], None)
    assert coefficients[0] == pytest.approx(0.5, abs=0.05)
    assert (coefficients >= 0).all()


def test_ridge_is_least_squares_at_strength_zero(script: ModuleType, rows_file: Path) -> None:
    rows = script.load_rows([rows_file])
    matrix = script.design_matrix(rows, script.read_formula("x: ddg_raw_kcal_mol; noise; 1"))
    measured = rows["measured_ddg_kcal_mol"].to_numpy()
    expected = np.linalg.lstsq(matrix, measured, rcond=None)[0]
    np.testing.assert_allclose(script.fit_coefficients(matrix, measured, 0.0), expected, atol=1e-9)
    assert np.abs(script.fit_coefficients(matrix, measured, 1e6)).max() < 0.01


def test_a_table_of_formulas_is_printed(
    script: ModuleType, rows_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fit_calibration.py", str(rows_file), "--formula", "scaled: ddg_raw_kcal_mol"])
    script.main()
    captured = capsys.readouterr()
    for scheme in script.SCHEMES:
        assert scheme in captured.out
    assert "1 of 41 rows" in captured.err
