"""Fixtures that several test files share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sources() -> Path:
    """Folder with the source coordinates, which are not part of the repository; skips when it is not named."""
    folder = os.environ.get("TRKSTRUCT_SOURCES")
    if not folder:
        pytest.skip("TRKSTRUCT_SOURCES does not name the folder with the source coordinates")
    return Path(folder)
