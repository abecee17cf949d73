"""Fixtures that several test files share."""

import os
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("any machine", deadline=None)  # how long an example takes is not what is tested
hypothesis.settings.load_profile("any machine")


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
