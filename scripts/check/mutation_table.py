"""Table of the mutants that `mutation_test.sh` made, per package; fails below the share that must be killed.

A survivor counts as equivalent when `equivalent_mutants.toml` says why no test can tell it from the original.
"""

import fnmatch
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT: Final = Path(__file__).parents[2]
EQUIVALENT: Final = Path(__file__).with_name("equivalent_mutants.toml")
SOURCES: Final = Path("src/trkstruct")
KILLED_SHARE: Final = 0.85  # of all mutants of a package, the equivalent ones among them
SURVIVED, NO_TESTS = 0, (5, 33)  # exit codes that mutmut keeps; every other is a failed test, a crash or a time-out


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, the lines before and after, and what became of it."""

    name: str
    module: str
    change: str
    outcome: str

    @property
    def package(self) -> str:
        """``kinase`` of ``kinase/codons.py``."""
        return self.module.split("/")[0]


def main() -> int:
    """Print the table and every survivor that nobody has looked at; 1 when a package is below the limit."""
    mutants = list(read_mutants())
    print(table(mutants))
    for mutant in mutants:
        if mutant.outcome == "survived":
            print(f"\n{mutant.name}\n{mutant.change}")
    missing = sum(mutant.outcome == "not tried" for mutant in mutants)
    if missing:
        print(f"\n{missing} mutants were not tried: run scripts/check/mutation_test.sh again.")
    packages = {mutant.package for mutant in mutants}
    low = [package for package in sorted(packages) if killed_share(mutants, package) < KILLED_SHARE]
    if low:
        print(f"\nFewer than {KILLED_SHARE:.0%} are killed in {', '.join(low)}.")
    return 1 if low or missing else 0


def read_mutants() -> Iterator[Mutant]:
    """Every mutant that mutmut has made, by module."""
    equivalent = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    for meta in sorted((ROOT / "mutants" / SOURCES).rglob("*.meta")):
        path = meta.relative_to(ROOT / "mutants").with_suffix("")
        module = path.relative_to(SOURCES).as_posix()
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            change = _change(name, path) if code in (SURVIVED, *NO_TESTS) else ""
            yield Mutant(name, module, change, _outcome(code, module, change, equivalent))


def _change(name: str, path: Path) -> str:
    lines = get_diff_for_mutant(name, path=path).splitlines()
    changed = (line for line in lines if line[:1] in ("-", "+") and line[:3] not in ("---", "+++"))
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in changed)


def _outcome(code: int | None, module: str, change: str, equivalent: list[dict[str, str]]) -> str:
    if code is None:
        return "not tried"
    if code not in (SURVIVED, *NO_TESTS):
        return "killed"
    known = any(
        fnmatch.fnmatchcase(module, entry["module"]) and fnmatch.fnmatchcase(change, entry["change"])
        for entry in equivalent
    )
    return "equivalent" if known else "survived"


def killed_share(mutants: list[Mutant], package: str) -> float:
    """Killed mutants of a package over all that were tried; 1 where none was."""
    tried = [mutant.outcome for mutant in mutants if mutant.package == package and mutant.outcome != "not tried"]
    return tried.count("killed") / len(tried) if tried else 1.0


def table(mutants: list[Mutant]) -> str:
    """Markdown table, a row for each package and one for all."""
    lines = [
        f"With mutmut {version('mutmut')}:",
        "",
        "| package | mutants | killed | equivalent | survived | killed of all |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    packages = sorted({mutant.package for mutant in mutants})
    for label, inside in [*((f"`{each}`", {each}) for each in packages), ("all", set(packages))]:
        count = Counter(mutant.outcome for mutant in mutants if mutant.package in inside)
        numbers = [count.total(), count["killed"], count["equivalent"], count["survived"]]
        lines.append(f"| {label} | {' | '.join(map(str, numbers))} | {count['killed'] / count.total():.1%} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
