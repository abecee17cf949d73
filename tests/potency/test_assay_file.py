"""A table of responses becomes curves, or says what is wrong and where."""

from pathlib import Path

import pytest

from support.made_curves import write_table
from trkstruct.errors import InputError
from trkstruct.potency.assay_file import load_dose_responses


def test_table_is_read_into_curves(tmp_path: Path) -> None:
    curves = load_dose_responses(write_table(tmp_path))
    assert [(data.compound, data.variant, len(data.response)) for data in curves] == [
        ("larotrectinib", "WT", 20),
        ("larotrectinib", "G595R", 20),
        ("larotrectinib", "G667C", 20),
    ]
    again = load_dose_responses(write_table(tmp_path, "ligand,variant,concentration_nm,response,replicate"))
    assert [data.variant for data in again] == ["WT", "G595R", "G667C"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("compound,mutation,response\n", "lacks the column concentration_nm"),
        ("compound,ligand,mutation,concentration_nm,response\n", "more than one of the columns compound or ligand"),
        ("compound,mutation,concentration_nm,response\n", "no rows"),
        ("compound,mutation,concentration_nm,response\nx,WT,-1,5\n", "line 2: concentration_nm is -1"),
        ("compound,mutation,concentration_nm,response\nx,WT,1,5\nx,WT,10,\n", "line 3: response is ''"),
        ("compound,mutation,concentration_nm,response\nx,G595,1,5\n", "G595"),
        ("compound,mutation,concentration_nm,response\n,WT,1,5\n", "compound is empty"),
        ("compound,mutation,concentration_nm,response,weight\nx,WT,1,5,0\n", "weight is 0"),
    ],
)
def test_a_table_that_cannot_be_used_says_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "assay.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        load_dose_responses(path)
    assert message in str(error.value)
