"""Named arrays written and read back, whatever the file holds."""

import numpy as np
import pytest

from trkstruct.files.arrays import are_positions, arrays_content, arrays_of

CONTENT = arrays_content(positions=np.eye(3), note="here")


def test_arrays_come_back() -> None:
    arrays = arrays_of(CONTENT, "positions", "note")
    assert arrays is not None
    assert np.array_equal(arrays[0], np.eye(3)) and str(arrays[1]) == "here"


@pytest.mark.parametrize("content", [b"", b"text", CONTENT[:-40], CONTENT[40:], arrays_content(positions=np.eye(3))])
def test_what_holds_no_such_arrays_gives_none(content: bytes) -> None:
    assert arrays_of(content, "positions", "note") is None


def test_nothing_is_unpickled() -> None:
    assert arrays_of(arrays_content(positions=np.array([{}], dtype=object)), "positions") is None


@pytest.mark.parametrize(
    ("array", "are"),
    [
        (np.zeros((4, 3)), True),
        (np.zeros((3, 3)), False),
        (np.zeros((4, 3), dtype=np.float32), False),
        (np.full((4, 3), np.nan), False),
        (np.array("text"), False),
    ],
)
def test_positions_are_finite_and_of_every_atom(array: np.ndarray, are: bool) -> None:
    assert are_positions(array, 4) == are
