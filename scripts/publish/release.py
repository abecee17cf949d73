"""Make a release: version, changelog, citation, sdist, a wheel from the sdist, and both installed and run.

    python scripts/publish/release.py 0.2.0

Needs a clean checkout and the extra ``test``. Writes dist/; tagging and uploading are left to a person.
"""

import datetime
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DIST: Final = ROOT / "dist"
QUICK_RUN: Final = ("scan", "--kinase", "TRKA", "--mutation", "G595R", "--ligand", "larotrectinib", "--preset", "fast")


def set_version(version: str, today: str) -> None:
    """Write the version, the day and the addresses of pyproject.toml where they stand."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    _put("pyproject.toml", r'(?m)^version = ".*"$', f'version = "{version}"')
    _put("recipe/recipe.yaml", r'(?m)^  version: "[^"]*"$', f'  version: "{version}"')
    _put("CITATION.cff", r"(?m)^version: .*$", f"version: {version}")
    _put("CITATION.cff", r"(?m)^date-released: .*$", f'date-released: "{today}"')
    _put("CITATION.cff", r"(?m)^repository-code: .*$", f'repository-code: "{urls["Repository"]}"')
    _put("CITATION.cff", r"(?m)^url: .*$", f'url: "{urls["Homepage"]}"')


def close_changelog(version: str, today: str) -> None:
    """The section of what is unreleased becomes the version's."""
    _put("CHANGELOG.md", r"(?m)^## .*\(unreleased\).*$", f"## {version}, {today}")


def build() -> tuple[Path, Path]:
    """The sdist, and the wheel that it builds from itself in an empty folder."""
    shutil.rmtree(DIST, ignore_errors=True)
    _run(sys.executable, "-m", "build", "--sdist", "--outdir", str(DIST), str(ROOT))
    (sdist,) = DIST.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(sdist, folder, filter="data")
        (source,) = Path(folder).iterdir()
        _run(sys.executable, "-m", "build", "--wheel", "--outdir", str(DIST), str(source))
    (wheel,) = DIST.glob("*.whl")
    return sdist, wheel


def try_out(package: Path, version: str) -> None:
    """Install a package into an environment of its own and run a case with it, away from the checkout."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder) / "venv", with_pip=True)
        python = str(Path(folder) / "venv" / "bin" / "python")
        _run(python, "-m", "pip", "install", "--quiet", str(package))
        said = subprocess.run([python, "-m", "trkstruct", "--version"], cwd=folder, capture_output=True, text=True)
        if version not in said.stdout:
            raise SystemExit(f"{package.name} says {said.stdout.strip()!r}, expected {version}.")
        _run(python, "-m", "trkstruct", *QUICK_RUN, "--output", "out", folder=folder)
        if not (Path(folder) / "out" / "report.html").is_file():
            raise SystemExit(f"{package.name} wrote no report.")


def main(version: str) -> None:
    """All of it; stops at the first thing that is not as it should be."""
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version):
        raise SystemExit(f"{version!r} is no version; write 0.2.0 or 0.2.0rc1.")
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout:
        raise SystemExit("The checkout has changes; commit them first.")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    close_changelog(version, today)
    set_version(version, today)
    for package in build():
        try_out(package, version)
    print(f"dist/ holds {version}, installed and run. Look at git diff, commit, tag v{version}, upload.")


def _put(name: str, pattern: str, text: str) -> None:
    path = ROOT / name
    changed, count = re.subn(pattern, lambda _: text, path.read_text(encoding="utf-8"), count=1)
    if not count:
        raise SystemExit(f"{name} has no line like {pattern}.")
    path.write_text(changed, encoding="utf-8")


def _run(*command: str, folder: str | None = None) -> None:
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
