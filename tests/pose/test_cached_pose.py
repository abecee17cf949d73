"""A pose is sought once, kept, and sought again where the file is not what was kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from support.peptides import build_peptide
from trkstruct.case_parts import PoseAssessment
from trkstruct.files.arrays import arrays_content
from trkstruct.files.cache import write_checked
from trkstruct.kinase.kinases import kinase_named
from trkstruct.ligand.reading import load_ligand
from trkstruct.pose import cached_pose
from trkstruct.pose.cached_pose import FoundPose, place_by_docking


def _truncate(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-40])


def _flip_a_bit(entry: Path) -> None:
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 1
    entry.write_bytes(content)


def _keep_another(entry: Path) -> None:
    write_checked(entry, arrays_content(positions=np.zeros((1, 3, 3)), said="[{}]"))


def _keep_no_class(entry: Path) -> None:
    with np.load(entry) as kept:
        write_checked(entry, arrays_content(positions=kept["positions"], said='[{"note": "docked", "assessment": 1}]'))


def _keep_no_words(entry: Path) -> None:
    with np.load(entry) as kept:
        write_checked(entry, arrays_content(positions=kept["positions"], said="{"))


def _keep_none(entry: Path) -> None:
    write_checked(entry, b"not arrays")


def _forget_the_digest(entry: Path) -> None:
    entry.with_name(f"{entry.name}.sha256").unlink()


@pytest.mark.parametrize(
    "damage",
    [_truncate, _flip_a_bit, _keep_another, _keep_no_class, _keep_no_words, _keep_none, _forget_the_digest],
)
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

    assessment = PoseAssessment(pose_class="plausible", reasons=("nothing but a hinge bond",), hinge_bonds=1)

    def find(*found: object) -> list[SimpleNamespace]:
        sought.append(found)
        return [SimpleNamespace(complex=SimpleNamespace(positions=positions), assessment=assessment)]

    def same(found: FoundPose) -> tuple[object, ...]:
        return found.receptor.positions.tolist(), found.ligand, found.note, found.assessment

    monkeypatch.setattr(cached_pose, "find_posed_ligands", find)
    monkeypatch.setattr(cached_pose, "different_poses", lambda poses, _: tuple(poses))
    monkeypatch.setattr(cached_pose, "describe", lambda _: "docked")
    (first,) = place_by_docking(receptor, kinase_named("TRKA"), ligand)
    assert same(place_by_docking(receptor, kinase_named("TRKA"), ligand)[0]) == same(first)
    assert first.assessment == assessment
    assert len(sought) == 1 and not caplog.text
    (entry,) = tmp_path.glob("poses/*.npz")
    whole = entry.read_bytes()
    damage(entry)
    (again,) = place_by_docking(receptor, kinase_named("TRKA"), ligand)
    assert same(again) == same(first) and entry.read_bytes() == whole
    assert len(sought) == 2 and "is not what was kept there" in caplog.text
