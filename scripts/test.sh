#!/usr/bin/env bash
# Every check: style, types, import layers and tests. Works from any folder; arguments go to pytest.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/scripts/python_venv.sh"

make_venv
echo "Installing trkstruct with its tests" >&2
cd "$root"
"$python" -m pip install --quiet --disable-pip-version-check --editable ".[test,ambertools]" >&2
export OPENMM_CPU_THREADS=1
bin="$root/.trkstruct-venv/bin"
"$bin/ruff" check
"$bin/ruff" format --check
"$bin/mypy"
"$bin/lint-imports"
"$python" -m pytest -n auto --dist loadgroup "$@"
