"""AutoDock's PDBQT has types where PDB has elements, one column to the right."""

from pathlib import Path

import pytest

from trkstruct.errors import StructureError
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file

TYPES = {
    "C": "C", "A": "C", "N": "N", "NA": "N", "NS": "N", "OA": "O", "O": "O", "OS": "O", "S": "S", "SA": "S", "P": "P",
    "H": "H", "HD": "H", "HS": "H", "F": "F", "Cl": "Cl", "CL": "Cl", "Br": "Br", "BR": "Br", "I": "I", "Zn": "Zn",
    "MG": "Mg", "CG0": "C",
}  # fmt: skip


def pdbqt_line(serial: int, type_: str, charge: float = 0.123) -> str:
    position = f"{serial * 2.0:8.3f}   0.000   0.000"
    return f"HETATM{serial:5d}  X{serial:<2d} LIG A   1    {position}  1.00  0.00    {charge:6.3f} {type_:<2s}"


def elements(path: Path) -> list[str]:
    (residue,) = load_structure_file(path).residues
    return [atom.element for atom in residue.atoms]


def test_every_type_is_read_as_its_element(tmp_path: Path) -> None:
    path = tmp_path / "pose.pdbqt"
    lines = [pdbqt_line(serial, type_, -0.5 if serial % 2 else 12.25) for serial, type_ in enumerate(TYPES, 1)]
    path.write_text("\n".join(["REMARK VINA RESULT", "ROOT", *lines, "ENDROOT", "TORSDOF 3", "END", ""]))
    assert elements(path) == list(TYPES.values())


def test_the_name_of_the_file_does_not_matter_and_pdb_stays_pdb(tmp_path: Path) -> None:
    path = tmp_path / "pose.pdb"
    path.write_text(pdbqt_line(1, "Cl") + "\nEND\n")
    assert elements(path) == ["Cl"]
    path.write_text("HETATM    1  C1  LIG A   1       2.000   0.000   0.000  1.00  0.00      0.12 C1-\nEND\n")
    assert elements(path) == ["C"]
    path.write_text(f"{pdbqt_line(1, 'C')[:76]}CL\n{pdbqt_line(2, 'C')}\nEND\n")  # a charge, and PDB's element
    assert elements(path) == ["Cl", "C"]


def test_what_is_no_element_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hydrated.pdbqt"
    for type_ in ("W", "G0", ""):
        path.write_text("\n".join([pdbqt_line(1, "C"), pdbqt_line(2, type_), "END", ""]))
        with pytest.raises(StructureError, match=rf"line 2: AutoDock type '{type_}' .*remove the atom"):
            load_structure_file(path)
