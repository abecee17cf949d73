"""A run can be repeated from the file that it leaves, and a settings file that is wrong is refused by name."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from support.made_records import make_case
from trkstruct.cases.run_case import CaseResult
from trkstruct.cases.spec import CaseSpec
from trkstruct.cli import main
from trkstruct.files.toml_text import toml_text

TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.dictionaries(
    st.from_regex("[a-z][a-z-]{0,10}", fullmatch=True),
    st.one_of(TEXT, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.lists(TEXT)),
)


@given(VALUES)
def test_what_is_written_python_reads_back(values: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(values, "a comment\nof two lines")) == values  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def computed(monkeypatch: pytest.MonkeyPatch) -> list[CaseSpec]:
    """The cases that were run, in no time."""
    ran: list[CaseSpec] = []

    def run(spec: CaseSpec, *_: object) -> CaseResult:
        ran.append(spec)
        case = make_case(
            kinase=spec.kinase, mutation=spec.mutation, ligand=spec.ligand, clashes_before=(), clashes_after=()
        )
        return CaseResult(case, None, None, None)

    monkeypatch.setattr("trkstruct.cases.run_case.run_case", run)
    return ran


def scan(*words: object) -> Result:
    return CliRunner().invoke(main, ["scan", "--workers", "0", *map(str, words)])


def ok(*words: object) -> Result:
    result = scan(*words)
    assert result.exit_code == 0, result.stderr
    return result


def wanted(specs: Sequence[CaseSpec]) -> list[tuple[object, ...]]:
    return [(spec.kinase, spec.mutation, spec.ligand, spec.settings) for spec in specs]


def test_a_run_is_repeated_from_the_file_it_leaves(tmp_path: Path, computed: list[CaseSpec]) -> None:
    words = ("--kinase", "TRKA", "--mutation", "G595R", "--ligand", "larotrectinib", "--preset", "fast", "--seed", 7)
    ok(*words, "--platform", "CPU", "-o", tmp_path / "first")
    first = wanted(computed)
    computed.clear()
    ok("--config", tmp_path / "first" / "run.toml", "-o", tmp_path / "again")
    assert wanted(computed) == first and len(first) == 2
    settings = [tomllib.loads((tmp_path / name / "run.toml").read_text("utf-8")) for name in ("first", "again")]
    assert settings[0] == settings[1]
    assert settings[0]["seed"] == 7 and "output" not in settings[0] and "config" not in settings[0]


def test_files_are_recorded_by_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computed: list[CaseSpec]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cases.csv").write_text("mutation,ligand\nG595R,larotrectinib\n")
    ok("--table", "cases.csv", "-o", "out")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    computed.clear()
    ok("--config", "../out/run.toml", "-o", "again")
    assert [spec.mutation for spec in computed] == ["WT", "G595R"]


def test_the_command_line_comes_first_and_paths_are_relative_to_the_file(
    tmp_path: Path, computed: list[CaseSpec]
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "cases.csv").write_text("mutation,ligand\nF589L,\n")
    (folder / "my.toml").write_text('table = "cases.csv"\nligand = "entrectinib"\npreset = "careful"\n')
    ok("--config", folder / "my.toml", "--preset", "fast", "-o", tmp_path / "out")
    assert [(spec.mutation, spec.ligand, spec.settings.preset) for spec in computed] == [
        ("WT", "entrectinib", "fast"),
        ("F589L", "entrectinib", "fast"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('mutaton = "G595R"', "no option is called 'mutaton' (did you mean mutation?)"),
        ('colour = 1\nshape = "x"', "'colour'; 'shape'"),
        ("[scan]\nseed = 1", "no option is called 'scan'"),
        ('seed = "x"', "seed is 'x'; it takes a number"),
        ("seed = true", "seed is True; it takes a number"),
        ("seed = -1", "-1 is not in the range"),
        ('preset = "quick"', "'quick' is not one of"),
        ("preset = 3", "it takes a text"),
        ("ligand = 3", "ligand is 3; it takes a list of texts"),
        ("ligand = [3]", "it takes a list of texts"),
        ('complexes = "no"', "it takes true or false"),
        ("seed = ", "must be TOML"),
        ('config = "other.toml"', "no option is called 'config'"),
        ('structure = "none.pdb"', "none.pdb"),
    ],
)
def test_a_wrong_settings_file_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    result = scan("--config", path, "-o", tmp_path / "out")
    assert result.exit_code == 2 and words in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()


def test_dashes_and_underscores_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    for key in ("case_limit", "case-limit"):
        path.write_text(f"{key} = 5.0\n")
        ok("--config", path, "--mutation", "G595R", "--ligand", "larotrectinib", "-o", tmp_path / key)
        assert tomllib.loads((tmp_path / key / "run.toml").read_text("utf-8"))["case-limit"] == 5.0


def test_a_dry_run_lists_the_cases_and_writes_nothing(tmp_path: Path, computed: list[CaseSpec]) -> None:
    out = tmp_path / "out"
    words = ("--kinase", "TRKA", "--mutation", "G595R", "--ligand", "larotrectinib", "-o", out)
    result = ok(*words, "--dry-run")
    assert [line.split()[1] for line in result.stdout.splitlines()] == ["mutation", "WT", "G595R"]
    assert "2 cases, 0 of them finished" in result.stderr and "Estimated from" in result.stderr
    assert computed == [] and not out.exists()
    ok(*words)
    again = ok(*words, "--dry-run", "--json")
    assert '"finished": "yes"' in again.stdout and "2 of them finished" in again.stderr


def test_what_contradicts_itself_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    table.write_text("mutation,ligand\nG595R,larotrectinib\n")
    for words in (("--saturate", "pocket"), ("--enumerate-stereo",)):
        result = scan("--table", table, *words)
        assert result.exit_code == 2 and "--table lists its own cases" in result.stderr
