#!/bin/sh
# Writes the lock files anew from pyproject.toml and package.json (needs uv, npm and a network).
#   sh installer/lock.sh             keeps the versions that still fit
#   sh installer/lock.sh --upgrade   takes the newest ones
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --custom-compile-command "sh installer/lock.sh" "$@"
}

compile "$@" --extra build -o installer/requirements.lock pyproject.toml
compile "$@" --extra build --extra window -c installer/requirements.lock \
    -o installer/window.lock pyproject.toml
compile "$@" --extra build --extra window --extra test -c installer/window.lock \
    -o installer/test.lock pyproject.toml
cd installer
npm install --package-lock-only --ignore-scripts --loglevel=error
