"""Input is hostile until proven otherwise: names, XML, stored ligands, results of others; and what the code may do."""

import ast
import json
import pickle
import re
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import fake_pipeline
from support.fake_pipeline import FakeSpec
from support.run_and_load import run_and_load
from trkstruct.cases.relaxed_wild_type import wild_type_path
from trkstruct.errors import InputError, LigandError
from trkstruct.ligand.parameter_check import LARGEST_CHARACTERS, check_forcefield_xml
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.stored_ligands import stored_text
from trkstruct.report.results import load_results

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
HOSTILE = (
    "../../evil",
    "/tmp/evil",
    "a/../../b",
    "..",
    ".hidden",
    "nul\0",
    "C:\\evil",
    "x" * 400,
    "-o",
    "\u202e",
    "a\nb",
    " ",
)


HOSTILE_FILES = (
    "../outside.pdb",
    "/etc/passwd",
    "a/../../b.pdb",
    "..\\b.pdb",
    "C:/b.pdb",
    "",
    "nul\0.pdb",
    "a.pdb\n",
    "a.pdb; rm -r .",
    ".ssh/config",
)


def files_below(folder: Path) -> set[Path]:
    return {path.resolve() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_writes_outside_the_output_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "out"
    plan = [FakeSpec("WT", ligand=name), FakeSpec(name, kinase=name)]
    results = run_and_load(plan, folder, run=fake_pipeline.run_well, workers=0)
    assert [case.status for case in results.cases] == ["ok", "ok"]
    written = files_below(tmp_path)
    assert len(written) >= 8
    assert all(path.is_relative_to(folder.resolve()) for path in written)


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_results_of_others_cannot_name_files_outside_their_folder(name: str, tmp_path: Path) -> None:
    run_and_load([FakeSpec("WT")], tmp_path, run=fake_pipeline.run_well, workers=0)
    document = json.loads((tmp_path / "results.json").read_text())
    document["cases"][0]["files"]["complex"] = name
    (tmp_path / "results.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"files\.complex"):
        load_results(tmp_path)


ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
XML = {
    "external entity": '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><ForceField><Info>&x;</Info></ForceField>',
    "external DTD": '<!DOCTYPE f SYSTEM "http://127.0.0.1:9/x.dtd"><ForceField/>',
    "billion laughs": f'<!DOCTYPE f [<!ENTITY e0 "ha">{ENTITIES}]><ForceField><Info>&e9;</Info></ForceField>',
    "script": "<ForceField><Script>import os; os.abort()</Script></ForceField>",
    "initialization script": "<ForceField><InitializationScript>1</InitializationScript></ForceField>",
    "include": '<ForceField><Include file="/etc/passwd"/></ForceField>',
    "other root": "<System/>",
    "cut off": "<ForceField><Info>",
    "not XML": "hello",
    "size": f"<ForceField><Info>{'x' * LARGEST_CHARACTERS}</Info></ForceField>",
}


@pytest.mark.parametrize("text", XML.values(), ids=XML.keys())
def test_force_field_xml_that_could_do_something_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(LigandError, match=r"The parameters in mine\.json"):
        check_forcefield_xml(text, "mine.json")
    mine = replace(load_ligand("larotrectinib"), name="mine", parameters_xml=text)
    (tmp_path / "mine.json").write_text(stored_text(asdict(mine)))
    with pytest.raises(LigandError, match="The parameters in"):
        load_ligand(str(tmp_path / "mine.json"))


def test_shipped_parameters_pass(tmp_path: Path) -> None:
    for path in (ROOT / "ligands").glob("*.xml"):
        check_forcefield_xml(path.read_text(encoding="utf-8"), path.name)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../evil"},
        {"name": 7},
        {"formal_charge": "many"},
        {"atom_names": ["C1"]},
        {"molblock": "no molecule"},
        {"smiles": None},
    ],
)
def test_a_stored_ligand_that_is_not_whole_is_refused(change: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(stored_text(asdict(replace(load_ligand("larotrectinib"), name="mine")) | change))
    with pytest.raises(LigandError):
        load_ligand(str(path))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_bytes_as_a_stored_ligand_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "any.json").write_bytes(content)
    with pytest.raises(LigandError):
        load_ligand(str(tmp_path / "any.json"))


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_a_pickle_in_a_relaxed_wild_type_is_not_loaded(tmp_path: Path) -> None:
    from trkstruct.cases.relaxed_wild_type import load_relaxed_wild_type
    from trkstruct.cases.spec import CaseSpec
    from trkstruct.cases.wild_type import load_wild_type

    spec, wild_type = (
        CaseSpec(kinase="TRKA", mutation="WT", ligand="larotrectinib"),
        load_wild_type("TRKA", "larotrectinib"),
    )
    path = wild_type_path(tmp_path, spec, 0)
    path.parent.mkdir()
    bombs = np.array([Bomb(tmp_path / "exploded")], dtype=object)
    for content in ("array", "pickle"):
        if content == "array":
            np.savez(path, bound=bombs, apo=bombs)
        else:
            path.write_bytes(pickle.dumps(bombs))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("trkstruct.cases.relaxed_wild_type.relax_end_states", _relaxed_anew)
            with pytest.raises(AnewError):
                load_relaxed_wild_type(spec, wild_type, tmp_path, 0)
        assert not (tmp_path / "exploded").exists()


class AnewError(Exception):
    """The wild type would be relaxed anew."""


def _relaxed_anew(*_: object) -> None:
    raise AnewError


UNPICKLING = {"pickle", "shelve", "marshal", "dill", "joblib"}
NETWORK = {"urllib", "requests", "httpx", "aiohttp", "http", "socket", "ftplib", "smtplib", "telnetlib"}
DOWNLOADS = ROOT / "src" / "trkstruct" / "files" / "download.py"  # over https with limits: test_fetch.py
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "np.fromfile"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src" / "trkstruct").as_posix())
def test_the_code_neither_unpickles_nor_evaluates_and_downloads_in_one_place(path: Path) -> None:
    forbidden = UNPICKLING if path == DOWNLOADS else UNPICKLING | NETWORK
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not {name.name.partition(".")[0] for name in node.names} & forbidden
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in forbidden
        elif isinstance(node, ast.Call):
            called, options = ast.unparse(node.func), {each.arg: ast.unparse(each.value) for each in node.keywords}
            assert called not in FORBIDDEN_CALLS
            assert options.get("shell", "False") == "False"
            assert options.get("allow_pickle", "False") == "False"


def requirements() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        document = tomllib.load(stream)
    extras = document["project"]["optional-dependencies"].values()
    return [
        *document["build-system"]["requires"],
        *document["project"]["dependencies"],
        *(each for extra in extras for each in extra if not each.startswith("trkstruct[")),  # its own other extras
    ]


@pytest.mark.parametrize("requirement", requirements())
def test_every_dependency_has_a_lower_and_an_upper_bound(requirement: str) -> None:
    bounds = requirement.partition(";")[0]
    assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?>=[\d.]+,<[\d.]+", bounds), requirement
