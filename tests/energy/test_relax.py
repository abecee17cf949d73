"""A file relaxed: where it ends is said, and an end that no pocket has is not called converged."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from support.peptides import build_peptide
from trkstruct.cli import main
from trkstruct.structure.complex import Complex
from trkstruct.structure.formats.writing import write_pdb


def with_torn_cap(complex_: Complex) -> Complex:
    """The methyl of NME 0.6 Å too far out; caps do not move in a relaxation."""
    at = {(a.residue.name, a.name): a.index for a in complex_.topology.atoms()}
    methyl = [index for (residue, name), index in at.items() if residue == "NME" and name not in ("N", "H")]
    along = complex_.positions[at["NME", "CH3"]] - complex_.positions[at["NME", "N"]]
    positions = complex_.positions.copy()
    positions[methyl] += 0.6 * along / np.linalg.norm(along)
    return replace(complex_, positions=positions)


def relaxed(complex_: Complex, folder: Path) -> tuple[int, str]:
    write_pdb(complex_, folder / "in.pdb")
    result = CliRunner().invoke(main, ["relax", str(folder / "in.pdb"), "-o", str(folder / "out.pdb")])
    assert (folder / "out.pdb").exists()
    return result.exit_code, result.output


def test_a_good_peptide_ends_well(tmp_path: Path) -> None:
    code, said = relaxed(build_peptide(), tmp_path)
    assert code == 0
    assert ", converged." in said and "Not at rest" not in said


def test_a_torn_cap_is_not_called_converged_and_is_named(tmp_path: Path) -> None:
    code, said = relaxed(with_torn_cap(build_peptide()), tmp_path)
    assert code == 3
    assert "not converged" in said
    assert "Not at rest" in said and "A:NME597:N" in said
    assert "bond A:NME597:N" in said and "2.06 Å instead of 1.45 Å" in said
