"""What the lists of the package name, a scan takes."""

import pytest

import trkstruct
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import PANEL


def test_the_lists_hold_what_a_scan_takes() -> None:
    assert trkstruct.kinases()[:3] == ("TRKA", "TRKB", "TRKC")
    assert all(kinase_named(name).name == name for name in trkstruct.kinases())
    assert "larotrectinib" in trkstruct.ligands() and len(set(trkstruct.ligands())) == len(trkstruct.ligands())
    assert len(trkstruct.mutations()) == len(PANEL)
    assert trkstruct.mutations("ntrk2") == ("NTRK2:G639R", "NTRK2:F633L") == trkstruct.mutations("TRKB")
    assert trkstruct.mutations("ALK") == ()
    for mutation in trkstruct.mutations():
        assert trkstruct.parse_mutation(mutation).kinase is not None


def test_a_kinase_that_nobody_knows_has_no_panel() -> None:
    with pytest.raises(trkstruct.InputError, match="not a kinase known here"):
        trkstruct.mutations("TRKX")


def test_what_a_person_looks_for_is_at_the_top_and_nothing_else() -> None:
    named = set(dir(trkstruct))
    assert {"scan", "prepare", "fetch", "PRESETS", "Case", "TrkstructError", "LigandError", "RunError"} <= named
    assert set(trkstruct.PRESETS) == {"fast", "standard", "careful"}
    assert not {name for name in named - {"__version__"} if name.startswith("_")}
    assert len(named) < 40
