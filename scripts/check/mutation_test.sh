#!/usr/bin/env bash
# Changes the science in one place at a time and asks whether a test notices. Takes hours on one core.
# What was done is kept in mutants/: a run that was stopped goes on, and only functions that changed are done again.
# Arguments are mutants to ask again, after a test was written: 'trkstruct.kinase.codons*'. To begin anew, and after a change
# of data/, remove mutants/; a file that is new in only_mutate must be younger than its copy there (touch it).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
source "$root/scripts/python_venv.sh"

make_venv
echo "Installing trkstruct with its tests and mutmut" >&2
cd "$root"
"$python" -m pip install --quiet --disable-pip-version-check --editable ".[test,ambertools]" "mutmut>=3.8.1,<4" >&2
export OPENMM_CPU_THREADS=1
"$root/.trkstruct-venv/bin/mutmut" run --max-children "${TRKSTRUCT_MUTANTS_AT_ONCE:-1}" "$@"
"$python" scripts/check/mutation_table.py
