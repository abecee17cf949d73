#!/usr/bin/env bash
# The README's example of a SMILES, in a fresh environment with nothing but the package: no extras, no tests, an empty cache.
#   bash scripts/check/bare_install.sh [FOLDER]        FOLDER (default: a temporary one) gets the environment and the results
# Exit code 0 when an answer came; says how long the installation and the answer took.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
source "$root/scripts/python_venv.sh"

base="$(find_python)"
folder="${1:-}"
if [ -z "$folder" ]; then
  folder="$(mktemp -d)"
  trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
"$base" -m venv "$folder/env"
started=$SECONDS
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check "$root" >&2
echo "installed in $((SECONDS - started)) s, $(du -sm "$folder/env" | cut -f1) MB" >&2

example="$(grep -m1 -o "^trkstruct scan .*--ligand 'mine=[^']*'" "$root/README.md")"
echo "$example --preset fast" >&2
cd "$folder" # so that the installed package runs, and not the one in the repository
unset PYTHONPATH
export PATH="$folder/env/bin:$PATH" TRKSTRUCT_CACHE="$folder/cache"
started=$SECONDS
eval "$example --preset fast -o '$folder/out'"
echo "answered in $((SECONDS - started)) s" >&2
python - "$folder/out/results.csv" <<'PYTHON'
import csv, sys

rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
said = [row["verdict"] for row in rows if row["verdict"]]
print(f"{len(rows)} cases: {', '.join(said)}", file=sys.stderr)
sys.exit(0 if said and "pose unreliable" not in said else "The example has no verdict.")
PYTHON
