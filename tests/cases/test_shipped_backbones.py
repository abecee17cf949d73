"""The backbones that ship belong to the shipped complexes, and are what short dynamics makes of them."""

from pathlib import Path

import numpy as np
import pytest

from trkstruct.cases import shipped_backbones
from trkstruct.cases.shipped_backbones import backbones_content, shipped_backbone
from trkstruct.errors import StructureError
from trkstruct.settings import PRESETS
from trkstruct.structure.complex import without_ligand
from trkstruct.structure.shipped_models import StructureEntry, manifest, read_model

COMPLEXES = [entry for entry in manifest() if entry.ligand]


@pytest.mark.parametrize("entry", COMPLEXES, ids=lambda entry: entry.name)
def test_every_complex_has_those_of_the_standard_preset_and_they_are_whole(entry: StructureEntry) -> None:
    complex_ = read_model(entry)
    bonds = np.array([(first.index, second.index) for first, second in complex_.topology.bonds()])
    carbons = [atom.index for atom in complex_.topology.atoms() if atom.name == "CA"]
    for number in range(1, PRESETS["standard"].backbones):
        moved = shipped_backbone(entry.name, complex_, number)
        assert moved is not None
        lengths = np.linalg.norm(np.subtract(*(moved.positions[bonds[:, end]] for end in (0, 1))), axis=1)
        assert lengths.min() > 0.7 and lengths.max() < 2.4
        shifts = np.linalg.norm(moved.positions[carbons] - complex_.positions[carbons], axis=1)
        assert 0.2 < shifts.max() < 4
    assert shipped_backbone(entry.name, complex_, 100) is None


def test_other_atoms_and_other_names_have_none() -> None:
    complex_ = read_model(COMPLEXES[0])
    assert shipped_backbone(COMPLEXES[0].name, without_ligand(complex_), 1) is None
    assert shipped_backbone("mine", complex_, 1) is None


def test_written_backbones_are_read_again_and_a_damaged_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complex_ = read_model(COMPLEXES[0])
    moving = np.array([3, 5])
    monkeypatch.setattr(shipped_backbones, "backbones_path", lambda name: tmp_path / name)
    (tmp_path / "good").write_bytes(backbones_content(complex_, moving, np.arange(12.0).reshape(2, 2, 3)))
    second = shipped_backbone("good", complex_, 2)
    assert second is not None
    assert second.positions[moving].tolist() == [[6, 7, 8], [9, 10, 11]]
    still = np.setdiff1d(np.arange(len(complex_.positions)), moving)
    assert np.array_equal(second.positions[still], complex_.positions[still])
    (tmp_path / "bad").write_bytes((tmp_path / "good").read_bytes()[:100])
    with pytest.raises(StructureError, match=r"bad is damaged; reinstall"):
        shipped_backbone("bad", complex_, 1)
