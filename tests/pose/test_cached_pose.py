"""A pose is sought once, kept, and sought again where the file is not what was kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from support.peptides import build_peptide
from trkstruct.files.arrays import arrays_content
from trkstruct.files.cache import write_checked
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose import cached_pose
from trkstruct.pose.cached_pose import place_by_docking


def _truncate(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-40])


def _flip_a_bit(entry: Path) -> None:
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 1
    entry.write_bytes(content)


def _keep_another(entry: Path) -> None:
    write_checked(entry, arrays_content(positions=np.zeros((3, 3)), note="of another ligand"))


def _keep_none(entry: Path) -> None:
    write_checked(entry, b"not arrays")


def _forget_the_digest(entry: Path) -> None:
    entry.with_name(f"{entry.name}.sha256").unlink()


@pytest.mark.parametrize("damage", [_truncate, _flip_a_bit, _keep_another, _keep_none, _forget_the_digest])
def test_a_damaged_pose_is_sought_again(
    damage: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("TRKSTRUCT_CACHE", str(tmp_path))
    receptor, ligand = build_peptide(), replace(load_ligand("larotrectinib"), has_pose=False)
    positions = np.random.default_rng(0).normal(size=(len(receptor.positions) + len(ligand.atom_names), 3))
    sought: list[object] = []

    def find(*found: object) -> list[SimpleNamespace]:
        sought.append(found)
        return [SimpleNamespace(complex=SimpleNamespace(positions=positions))]

    monkeypatch.setattr(cached_pose, "find_posed_ligands", find)
    monkeypatch.setattr(cached_pose, "describe", lambda _: "docked")
    first = place_by_docking(receptor, kinase_named("TRKA"), ligand)
    assert place_by_docking(receptor, kinase_named("TRKA"), ligand)[1:] == first[1:]
    assert len(sought) == 1 and not caplog.text
    (entry,) = tmp_path.glob("poses/*.npz")
    whole = entry.read_bytes()
    damage(entry)
    again = place_by_docking(receptor, kinase_named("TRKA"), ligand)
    np.testing.assert_array_equal(again[0].positions, first[0].positions)
    assert again[1:] == first[1:] and entry.read_bytes() == whole
    assert len(sought) == 2 and "is not what was kept there" in caplog.text
