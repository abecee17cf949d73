"""Damaged input ends in an answer or in one message: no traceback, no hang, nothing half-written.

More than five thousand inputs by default, always the same ones; ``TRKSTRUCT_FUZZ=full`` runs ten times as many, other
ones each time.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem, rdBase

from support.peptides import build_peptide
from trkstruct.cases.saturation import saturated_positions
from trkstruct.cli import main
from trkstruct.errors import TrkstructError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import parse_mutation
from trkstruct.ligand.molecule import build_3d, read_smiles
from trkstruct.ligand.protonation import protonate
from trkstruct.ligand.reading import load_ligand, split_name
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.pose.attach import attach_ligand
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.numbering import recognise_kinase
from trkstruct.structure.reading import load_complex

FULL = os.environ.get("TRKSTRUCT_FUZZ") == "full"
DEADLINE_MS = 10_000  # a hang, on a machine that does other things too
ODD = (
    "",
    " ",
    "\t",
    "\x00",
    "é",
    "999999999",
    "-0.0",
    "nan",
    "1e400",
    "*",
    "?",
    "'",
    '"',
    "X",
    "ATOM",
    "loop_",
    "$$$$",
)


def examples(count: int) -> settings:
    """So many inputs in the default run, ten times as many in the full one."""
    return settings(
        max_examples=count * (10 if FULL else 1),
        deadline=DEADLINE_MS,
        derandomize=not FULL,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def answer_or_message(work: Callable[[], object]) -> None:
    """Run something that may refuse its input, but only with an error meant for the user, which says something."""
    try:
        work()
    except TrkstructError as refusal:
        assert len(str(refusal)) > 20


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A text with one to four things wrong: lines lost, doubled, swapped or cut, fields replaced, bytes inserted."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    lines = text.splitlines(keepends=True)
    for _ in range(dice.randint(1, 4)):
        if not lines:
            break
        at = dice.randrange(len(lines))
        line = lines[at]
        kind = dice.randrange(8)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, lines[dice.randrange(len(lines))])
        elif kind == 2:
            lines[at] = line[: dice.randint(0, len(line))]
        elif kind == 3:
            start = dice.randint(0, len(line))
            lines[at] = line[:start] + dice.choice(ODD) + line[start + dice.randint(0, 8) :]
        elif kind == 4:
            lines[at] = "".join(dice.sample(line, len(line)))
        elif kind == 5:
            lines = lines[:at]
        elif kind == 6:
            other = dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        else:
            words = line.split(" ")
            words[dice.randrange(len(words))] = dice.choice(ODD)
            lines[at] = " ".join(words)
    content = bytearray("".join(lines).encode())
    if dice.random() < 0.1:
        content[dice.randint(0, len(content)) :] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 40)))
    return bytes(content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def _complex_text(suffix: str) -> str:
    """A peptide with a ligand beside it, as a PDB or mmCIF file."""
    import tempfile

    ligand = load_ligand("para=CC(=O)Nc1ccc(O)cc1", with_parameters=False)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"complex{suffix}"
        write_pdb(attach_ligand(build_peptide(), ligand), path)
        return path.read_text(encoding="utf-8")


PDB, CIF = _complex_text(".pdb"), _complex_text(".cif")
_MOLECULE = build_3d(read_smiles("C[C@H](N)c1ccc(F)cc1")[0])
SDF = Chem.MolToMolBlock(_MOLECULE) + "$$$$\n"
MOL2 = (
    "@<TRIPOS>MOLECULE\nmethanol\n 6 5 1\nSMALL\nNO_CHARGES\n\n@<TRIPOS>ATOM\n"
    " 1 C1 0.0 0.0 0.1 C.3 1 LIG 0.1\n 2 O1 1.4 0.0 0.2 O.3 1 LIG -0.6\n 3 H1 -0.5 0.9 0.0 H 1 LIG 0.0\n"
    " 4 H2 -0.5 -0.9 0.0 H 1 LIG 0.0\n 5 H3 -0.3 0.0 1.1 H 1 LIG 0.0\n 6 H4 1.7 0.9 0.0 H 1 LIG 0.4\n"
    "@<TRIPOS>BOND\n 1 1 2 1\n 2 1 3 1\n 3 1 4 1\n 4 1 5 1\n 5 2 6 1\n"
)


@examples(1000)
@given(content=damaged(PDB))
def test_pdb(content: bytes, folder: Path) -> None:
    _read_structure(folder / "damaged.pdb", content)


@examples(700)
@given(content=damaged(CIF))
def test_mmcif(content: bytes, folder: Path) -> None:
    _read_structure(folder / "damaged.cif", content)


def _read_structure(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    answer_or_message(lambda: recognise_kinase(load_complex(path)))
    answer_or_message(lambda: load_complex(path, chain="A", ligand_residue="LIG"))


@examples(500)
@given(content=damaged(SDF))
def test_sdf(content: bytes, folder: Path) -> None:
    _read_ligand(folder / "damaged.sdf", content)


@examples(300)
@given(content=damaged(MOL2))
def test_mol2(content: bytes, folder: Path) -> None:
    _read_ligand(folder / "damaged.mol2", content)


def _read_ligand(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    answer_or_message(lambda: load_ligand(str(path), with_parameters=False))


_SMILES = [load_ligand(name, with_parameters=False).smiles for name in shipped_ligands()]
_SMILES_LETTERS = "CNOSPFIBrlcnops[]()=#+-@/\\%123456789.:*HKa~$&,; "


@st.composite
def damaged_smiles(draw: st.DrawFn) -> str:
    """A drug's SMILES with a few letters changed."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    letters = list(dice.choice(_SMILES))
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(letters))
        letters[at : at + dice.randint(0, 2)] = dice.choices(_SMILES_LETTERS, k=dice.randint(0, 2))
        letters = letters or ["C"]
    return "".join(letters)


@examples(1500)
@given(text=damaged_smiles() | st.text(_SMILES_LETTERS, max_size=40) | st.text(max_size=20))
def test_smiles(text: str) -> None:
    def work() -> None:
        molecule, _ = read_smiles(split_name(text)[1])
        protonate(molecule, 7.4)

    with rdBase.BlockLogs():
        answer_or_message(work)


_FORMS = ["G595R", "p.Gly595Arg", "NTRK1:G595R", "TRKA G595R", "A:G595R", "F589L+G595R", "WT", "MET D1228N", "G595*"]


@st.composite
def damaged_mutation(draw: st.DrawFn) -> str:
    """A mutation as people write it, with letters changed."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    letters = list(dice.choice(_FORMS))
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(letters) + 1)
        letters[at : at + dice.randint(0, 2)] = dice.choices("GRXZ059:+/. -_*>ñ\u2192()", k=dice.randint(0, 2))
    return "".join(letters)


@examples(1500)
@given(text=damaged_mutation() | st.text(max_size=25), generic=st.booleans())
def test_mutations_and_positions(text: str, generic: bool) -> None:
    trka = kinase_named("TRKA")
    answer_or_message(lambda: parse_mutation(text, generic=generic))
    answer_or_message(lambda: parse_mutation(text, trka))
    answer_or_message(lambda: saturated_positions(trka, text))


@examples(40)
@given(content=damaged(PDB), mutation=st.just("A:A595V") | damaged_mutation())
def test_commands_leave_a_whole_output_or_none(content: bytes, mutation: str, folder: Path) -> None:
    path, out, mutant = folder / "in.pdb", folder / "out", folder / "mutant.pdb"
    path.write_bytes(content)
    mutant.unlink(missing_ok=True)
    commands = (
        ["scan", "--structure", str(path), "--ligand", "larotrectinib", "--ligand-residue", "LIG", "-o", str(out)],
        ["clashes", str(path), "--ligand-residue", "LIG", "--mutation", mutation],
        ["mutate", str(path), mutation, "-o", str(mutant)],
    )
    for words in commands:
        result = CliRunner().invoke(main, words)
        assert result.exit_code in (0, 2) and "Traceback" not in result.output, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert not out.exists()  # the ligand of the file is another molecule
    if mutant.exists():
        assert mutant.read_text(encoding="utf-8").rstrip().endswith("END")
    assert not list(folder.glob(".mutant*"))
