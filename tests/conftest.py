"""Fixtures that several test files share."""

import os
import sys
from pathlib import Path

import hypothesis
import pytest

MUTANTS = "MUTANT_UNDER_TEST" in os.environ  # scripts/check/mutation_test.sh; each mutant runs in a fork of one process
LEARNING = "stats"  # value of the variable while mutmut notes which test calls which function
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,  # how long an example takes is not what is tested
    derandomize=MUTANTS,  # so that the same mutants survive again
)
hypothesis.settings.load_profile("any machine")


def pytest_sessionstart() -> None:
    """A mutant must not find in a cache what the original code put there before the fork."""
    if MUTANTS:
        _forget()


def pytest_runtest_setup() -> None:
    """A test that finds its answer in a cache would not be noted as one that calls the function."""
    if os.environ.get("MUTANT_UNDER_TEST") == LEARNING:
        _forget()


def _forget() -> None:
    """Empty every cache of the package and of the tests' builders."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("trkstruct", "support")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _no_ligands_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Ligands that whoever runs the tests has stored are not seen, and none are added to them."""
    os.environ["TRKSTRUCT_DATA"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def sources() -> Path:
    """Folder with the source coordinates, which are not part of the repository; skips when it is not named."""
    folder = os.environ.get("TRKSTRUCT_SOURCES")
    if not folder:
        pytest.skip("TRKSTRUCT_SOURCES does not name the folder with the source coordinates")
    return Path(folder)
