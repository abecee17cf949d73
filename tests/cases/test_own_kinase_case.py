"""A user's own kinase in a case: its definition travels, counts in the key, and no other is known where it runs."""

import pickle
from pathlib import Path

import pytest
from click.testing import CliRunner

import trkstruct
from support.own_kinase import csf1r_text, kinase_toml, page_text
from trkstruct.cases.spec import CaseSpec, failed_case, repeat_command
from trkstruct.cases.user_file import read_parts
from trkstruct.cli import main
from trkstruct.errors import InputError
from trkstruct.kinase.described_kinase import load_own_kinase
from trkstruct.kinase.kinases import knowing
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.kinase.recognition import identify_kinase
from trkstruct.structure.complex import protein_sequence

DDR1_POCKET = (
    *(*range(614, 627), *range(652, 658), *range(668, 681), *range(682, 691), *range(698, 716)),
    *(*range(756, 775), *range(782, 789)),
)  # KLIFS, UniProt Q08345


@pytest.fixture
def own(tmp_path: Path) -> OwnKinase:
    path = tmp_path / "csf1r.toml"
    path.write_text(csf1r_text(), encoding="utf-8")
    return load_own_kinase(path)


def spec_of(*own: OwnKinase) -> CaseSpec:
    return CaseSpec(kinase="CSF1R", mutation="T663I", ligand="imatinib", structure="x.pdb", own_kinases=own)


def test_the_definition_counts_in_the_key_and_the_name_of_its_file_does_not(own: OwnKinase) -> None:
    key = spec_of(own).key()
    assert spec_of(own.model_copy(update={"file": "elsewhere.toml"})).key() == key
    moved = own.model_copy(update={"pocket": (own.pocket[0] - 1, *own.pocket[1:])})
    assert len({key, spec_of(moved).key(), spec_of().key()}) == 3
    assert spec_of(own).wild_type_key() != spec_of(moved).wild_type_key()


def test_the_definition_travels_and_a_failed_case_says_how_to_repeat_it(own: OwnKinase) -> None:
    spec = pickle.loads(pickle.dumps(spec_of(own)))
    assert spec == spec_of(own) and spec.gene == "CSF1R"
    assert failed_case(spec, stage="s", error_type="e", message="m").gene == "CSF1R"
    assert f"--kinase-file {own.file}" in repeat_command(spec)


def ddr1(sources: Path, tmp_path: Path) -> Path:
    lines = (sources / "kinases" / "3ZOS.pdb").read_text(encoding="utf-8").splitlines()
    names = [name for line in lines if line.startswith("SEQRES") and line[11] == "A" for name in line[19:].split()]
    from trkstruct.residues import THREE_TO_ONE

    sequence = "".join(THREE_TO_ONE[name] for name in names)
    start = sequence.index("FKEKLGEGQFGEVHL")  # F612
    path = tmp_path / "ddr1.toml"
    values = {"name": "DDR1", "gene": "DDR1", "sequence": sequence[start:], "pocket": list(DDR1_POCKET)}
    path.write_text(kinase_toml(**values, first_number=612), encoding="utf-8")
    return path


@pytest.mark.shared
def test_a_file_is_read_again_when_other_kinases_are_known(sources: Path, tmp_path: Path) -> None:
    structure = str(sources / "kinases" / "3ZOS.pdb")
    assert read_parts(structure, None, None).match is None
    with knowing([load_own_kinase(ddr1(sources, tmp_path))]):
        match = read_parts(structure, None, None).match
        assert match is not None and match.kinase.name == "DDR1"
    parts = read_parts(structure, None, None)
    assert parts.match is None and len(protein_sequence(parts.complex)) > 250


@pytest.mark.shared
def test_prepare_names_it_and_its_dfg_state(sources: Path, tmp_path: Path) -> None:
    words = ["prepare", str(sources / "kinases" / "3ZOS.pdb"), "--kinase-file", str(ddr1(sources, tmp_path))]
    result = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "ready.pdb")])
    assert result.exit_code == 0, result.output
    assert "3ZOS.pdb: DDR1, chain A" in result.stdout and "DFG-out" in result.stdout  # ponatinib is of type II


def test_the_page_of_the_documentation_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRKSTRUCT_DATA", str(tmp_path / "data"))
    Path("csf1r.toml").write_text(csf1r_text(), encoding="utf-8")
    said = {}
    commands = [line[2:] for line in page_text().splitlines() if line.startswith("$ trkstruct ")]
    for command in commands:
        result = CliRunner().invoke(main, command.split()[1:])
        assert result.exit_code == 0, (command, result.output)
        said[command.split()[1] + " " + command.split()[2]] = result.stdout
    assert len(commands) == 6
    assert "T663" in said["kinase list"] and "G669" in said["kinase list"] and "D796" in said["kinase list"]
    assert "gatekeeper" in said["show CSF1R:T663I"] and "KIT T670" in said["show CSF1R:T663I"]
    assert "P07333" in said["list kinases"]
    again = CliRunner().invoke(main, ["show", "CSF1R:T663I"])
    assert again.exit_code == 2 and "Traceback" not in again.output
    python = page_text().split("```python\n")[1].split("```")[0]
    printed: list[object] = []
    exec(python, {"print": printed.append})
    assert printed == ["gatekeeper"]
    assert identify_kinase("".join(csf1r_text().split())) is None


def test_python_takes_the_file_of_a_kinase_and_forgets_it_after(tmp_path: Path) -> None:
    path = tmp_path / "csf1r.toml"
    path.write_text(csf1r_text(), encoding="utf-8")
    for files in (path, str(path), [path], (str(path),)):
        with pytest.raises(InputError, match="CSF1R") as known:
            trkstruct.score("CSF1R:T663I", "larotrectinib", kinase="CSF1R", kinase_files=files)
        with pytest.raises(InputError) as scanned:
            trkstruct.scan("CSF1R", "T663I", "larotrectinib", kinase_files=files, out_dir=tmp_path / "out")
        assert "No structure of CSF1R ships" in str(known.value) and str(scanned.value) == str(known.value)
    with pytest.raises(InputError) as unknown:
        trkstruct.score("T663I", "larotrectinib", kinase="CSF1R")
    assert str(unknown.value) != str(known.value)
    with pytest.raises(InputError, match=r"missing\.toml"):
        trkstruct.scan(
            "TRKA", "G595R", "larotrectinib", kinase_files=tmp_path / "missing.toml", out_dir=tmp_path / "out"
        )
    assert not (tmp_path / "out").exists()
