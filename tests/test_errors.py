"""What is said of errors that trkstruct did not raise itself."""

import errno

import numpy as np
import openmm
import pytest

from trkstruct.errors import LigandError, is_out_of_memory, reason_of


def numpy_error() -> Exception:
    with pytest.raises(MemoryError) as caught:
        np.empty(2**55)
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("Allocation failed (probably too large)."),
        numpy_error(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        openmm.OpenMMException("std::bad_alloc"),
        openmm.OpenMMException("Error creating array posq: CUDA_ERROR_OUT_OF_MEMORY (2)"),
        openmm.OpenMMException("Error creating array bonds: clCreateBuffer (-4) CL_OUT_OF_RESOURCES"),
        openmm.OpenMMException("Error initializing Context: out of memory"),
        RuntimeError("CL_MEM_OBJECT_ALLOCATION_FAILURE"),
    ],
)
def test_out_of_memory_says_so_and_what_to_do(error: Exception) -> None:
    assert is_out_of_memory(error)
    said = reason_of(error)
    assert said.startswith("Memory ran out")
    assert "--workers" in said and "\n" not in said
    assert "--" not in reason_of(error, ("--chain", "--ligand"))


def test_other_errors_keep_their_words_and_none_is_empty() -> None:
    assert reason_of(ValueError("no such thing")) == "no such thing"
    assert reason_of(AssertionError()) == "AssertionError"
    assert not is_out_of_memory(LigandError("The worker ran out of memory; the ligand is too large."))
    assert reason_of(LigandError("Too large.")) == "Too large."
