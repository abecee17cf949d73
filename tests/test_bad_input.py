"""What is wrong with an input is said once, clearly, with exit code 2 and nothing written."""

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

from trkstruct.cli import main
from trkstruct.files.shipped import shipped_path
from trkstruct.structure.formats.writing import write_pdb
from trkstruct.structure.reading import load_complex

SHIPPED = "trka_7vko_repotrectinib.pdb"
SMILES = "C[C@H]1CNC(=O)c2cnn3ccc(nc23)N[C@H](C)c2cc(F)ccc2O1"  # repotrectinib


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Broken and unusual files made from a shipped complex."""
    folder = tmp_path_factory.mktemp("files")
    source = shipped_path("structures") / SHIPPED
    text = source.read_text()
    (folder / "good.pdb").write_text(text)
    (folder / "empty.pdb").write_text("")
    (folder / "garbage.pdb").write_bytes(bytes(range(256)) * 20)
    (folder / "cut.pdb").write_text(text[: len(text) // 3][:-20])
    (folder / "broken.pdb.gz").write_bytes(gzip.compress(text.encode())[:2000])
    (folder / "good.pdb.gz").write_bytes(gzip.compress(text.encode()))
    lines = text.splitlines(keepends=True)
    (folder / "no_595.pdb").write_text("".join(line for line in lines if line[21:26] != "A 595"))
    (folder / "bare_595.pdb").write_text("".join(
        line for line in lines if line[21:26] != "A 595" or line[12:16].strip() in ("N", "CA")
    ))  # fmt: skip
    write_pdb(load_complex(source), folder / "good.cif")
    return folder


def _run(*words: str, cwd: Path) -> tuple[int, str, str]:
    with CliRunner().isolated_filesystem(cwd):
        result = CliRunner().invoke(main, words)
        assert not [path for path in Path().rglob("*") if path.is_file()], "something was written"
    assert "Traceback" not in result.output + result.stderr
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kinase", "TRKB", "--mutation", "G595R"), "G639R"),
        (("--kinase", "TRKA", "--mutation", "F595R"), "595"),
        (("--kinase", "TRKZ", "--mutation", "G595R"), "TRKZ"),
        (("--mutation", "KRAS G12D"), "bypass"),
        (("--mutation", "BRAF V600E"), "bypass"),
        (("--mutation", "p.G595fs"), "frameshift"),
        (("--mutation", "G595"), "G595"),
        (("--mutation", "G595R", "--ligand", "larotrectinob"), "larotrectinib"),
        (("--mutation", "G595R", "--ligand", "C1CC("), "C1CC("),
        (("--mutation", "G595R", "--ligand", "CC(F)(Cl)Br"), "stereo"),
        (("--mutation", "G595R", "--ligand", "nothing.sdf"), "nothing.sdf"),
        (("--mutations-file", "nothing.txt"), "nothing.txt"),
        (("--kinase", "TRKA", "--platform", "HAL"), "HAL"),
    ],
)
def test_scan_refuses(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    code, _, error = _run("scan", *words, cwd=tmp_path)
    assert code == 2
    assert said in error


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("missing.pdb", (), "missing.pdb"),
        ("empty.pdb", (), "empty.pdb"),
        ("garbage.pdb", (), "garbage.pdb"),
        ("cut.pdb", (), "cut.pdb"),
        ("broken.pdb.gz", (), "broken.pdb.gz"),
        ("good.pdb", ("--chain", "Q"), "Q"),
        ("good.pdb", ("--ligand-residue", "XYZ"), "XYZ"),
        ("good.pdb", ("--ligand", "c1ccccc1O"), "heavy atoms"),
        ("good.pdb", ("--ligand", SMILES.replace("C[C@H]1", "C[C@@H]1")), "stereo"),
        ("good.pdb", ("--mutation", "T315I"), "T315I"),
        ("no_595.pdb", (), "595"),
        ("bare_595.pdb", (), "595"),
    ],
)
def test_scan_of_a_file_refuses(files: Path, name: str, options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    words = {
        "--structure": str(files / name),
        "--ligand-residue": "LIG",
        "--ligand": "repotrectinib",
        "--mutation": "G595R",
    }
    words |= dict(zip(options[::2], options[1::2], strict=True))
    code, _, error = _run("scan", *(word for pair in words.items() for word in pair), cwd=tmp_path)
    assert code == 2
    assert said in error


@pytest.mark.parametrize("name", ["good.pdb", "good.pdb.gz", "good.cif"])
def test_formats_give_the_same_clashes(files: Path, name: str, tmp_path: Path) -> None:
    words = ("--ligand-residue", "LIG", "--ligand", "repotrectinib", "--format", "csv")
    code, output, error = _run("clashes", str(files / name), *words, cwd=tmp_path)
    assert code == 0, error
    assert output == _run("clashes", str(files / "good.pdb"), *words, cwd=tmp_path)[1]


def test_a_clash_can_fail_a_script(files: Path, tmp_path: Path) -> None:
    words = (
        "clashes",
        str(files / "good.pdb"),
        "--ligand-residue",
        "LIG",
        "--mutation",
        "A:F589W",
        "--fail-on",
        "moderate",
    )
    assert _run(*words, cwd=tmp_path)[0] == 1
