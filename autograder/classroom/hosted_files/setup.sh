#!/usr/bin/env bash
# Runs once, where the image is built: a Python that is new enough, and what grading needs.
set -euo pipefail
cd "$(dirname "$0")"
find_python() {
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c '
import sys, venv, ensurepip
sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
}
if [ -z "$(find_python)" ] && [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  for version in 3.12 3.11; do
    apt-get install -y -qq "python$version" "python$version-venv" && break
  done
fi
python=$(find_python)
[ -n "$python" ] || { echo "Python 3.11 or newer is needed."; exit 1; }
"$python" -m venv .venv
.venv/bin/pip install -q --no-deps --index-url https://download.pytorch.org/whl/cpu \
  -c course/constraints.txt torch || echo "Taking the standard build of PyTorch."
.venv/bin/pip install -q -c course/constraints.txt -e './course[instructor]'
# Rendered once, not for each submission.
.venv/bin/python -c "from course_lib import data; data.shapes('train'); data.shapes('test')"
