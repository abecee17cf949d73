#!/usr/bin/env bash
# The main job on what ships here: four states of TRKA with four inhibitors. Writes trkstruct-out/ in the current folder.
# Works from any folder and when run twice; finished cases are then taken as they are.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/scripts/python_venv.sh"

make_venv
echo "Installing trkstruct" >&2
"$python" -m pip install --quiet --disable-pip-version-check "$root" >&2
exec "$python" -P -m trkstruct scan --kinase TRKA \
  --mutation WT --mutation G595R --mutation F589L --mutation G667C \
  --ligand larotrectinib --ligand entrectinib --ligand selitrectinib --ligand repotrectinib \
  --output trkstruct-out "$@"
