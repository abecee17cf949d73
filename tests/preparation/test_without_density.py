"""Atoms that a crystal's model has without density, which their occupancy of 0 says: named where they matter."""

from pathlib import Path

from support.crystal import Edit, chain_lines, ligand_lines, text_of
from trkstruct.preparation.preparation_report import describe_preparation
from trkstruct.preparation.prepared_file import prepare

GATEKEEPER = 589
SIDE_CHAIN = {"CB", "CG", "CD1", "CD2", "CE1", "CE2", "CZ"}


def checks_of(folder: Path, occupancy: str) -> list[str]:
    lines = [
        f"{line[:54]}{occupancy}{line[60:]}"
        if int(line[22:26]) == GATEKEEPER and line[12:16].strip() in SIDE_CHAIN
        else line
        for line in chain_lines(Edit(span=(540, 600)))
    ]
    path = folder / "file.pdb"
    path.write_text(text_of(lines, ligand_lines()))
    return list(describe_preparation(prepare(path)).check)


def test_the_gatekeeper_without_density_is_named_with_its_atoms(tmp_path: Path) -> None:
    (told,) = (check for check in checks_of(tmp_path, "  0.00") if "occupancy 0" in check)
    assert f"PHE A:{GATEKEEPER}" in told
    assert all(name in told for name in SIDE_CHAIN)
    assert not [check for check in checks_of(tmp_path, "  0.30") if "occupancy 0" in check]
