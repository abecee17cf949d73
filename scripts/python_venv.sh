# Sourced by demo.sh, test.sh and scripts of check/. Needs $root, the repository; leaves $python, the interpreter of its virtual environment.
# Nothing is assumed but a Python 3.11 or newer with venv, and a package index that pip reaches.

find_python() {
  for candidate in "${TRKSTRUCT_PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  cat >&2 <<'MESSAGE'
trkstruct needs Python 3.11 or newer with the venv module, and none was found. Install one, for example
  Debian, Ubuntu:  apt install python3 python3-venv
  Fedora:          dnf install python3
  macOS:           brew install python
  any system:      https://www.python.org/downloads/
or name one: TRKSTRUCT_PYTHON=/path/to/python3.12 bash <this script>
MESSAGE
  return 1
}

make_venv() {
  local venv="$root/.trkstruct-venv" base
  python="$venv/bin/python"
  if "$python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    return
  fi
  base="$(find_python)"
  echo "Creating $venv with $("$base" --version)" >&2
  rm -rf "$venv"
  "$base" -m venv "$venv"
}
