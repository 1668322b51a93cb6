#!/bin/sh
# Makes the virtual environment of the training peers beside this script; what it installs is pinned in requirements.txt.
set -eu
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements.txt
