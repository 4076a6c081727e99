#!/bin/sh
# Installs what the checks need and runs them all. --full runs the long ones too.
set -eu

full=
case ${1:-} in
"") ;;
--full) full=--full ;;
*) echo "sh installer/test.sh [--full]" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
ROOT=$PWD
. installer/setup.sh
CHECKERS=$BUILD/checkers

# What only Debian has: a browser, whole and without its window, Java for the W3C checker, a screen in
# memory with a window manager and someone who types, one who makes a disk fail, what prints a letter
# and reads its card, the libraries of the window, and Python itself; for the long ones a clone, halls
# cut from each other, clocks gone wrong.
missing_packages() {
    (find_python) 2>/dev/null || printf ' python3 python3-venv'
    command -v chromium >/dev/null || printf ' chromium'
    command -v chromium-headless-shell >/dev/null || printf ' chromium-headless-shell'
    command -v java >/dev/null || printf ' default-jre-headless'
    command -v Xvfb >/dev/null || printf ' xvfb'
    command -v strace >/dev/null || printf ' strace'
    command -v openbox >/dev/null || printf ' openbox'
    command -v xdotool >/dev/null || printf ' xdotool'
    command -v pdftoppm >/dev/null || printf ' poppler-utils'
    command -v zbarimg >/dev/null || printf ' zbar-tools'
    libraries=$(python3 kiosk/shell/needs.py 2>/dev/null) || :
    [ -z "$libraries" ] || printf ' %s' "$libraries"
    [ -z "$full" ] || command -v git >/dev/null || printf ' git'
    [ -z "$full" ] || command -v ip >/dev/null || printf ' iproute2'
    [ -z "$full" ] || command -v faketime >/dev/null || printf ' faketime'
}

install_packages() {
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        die "Il manque des paquets. Installez-les avec :" "  sudo apt-get install$packages"
    fi
    say "apt-get install$packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086 # a list
    apt-get install -q -y --no-install-recommends $packages
}

install_test() { install_python installer/test.lock; }

install_checkers() {
    fetch_npm "$CHECKERS" && mkdir -p tests/vendor &&
        cp "$CHECKERS/node_modules/axe-core/axe.min.js" tests/vendor/ &&
        cp "$CHECKERS/node_modules/vnu-jar/build/dist/vnu.jar" tests/vendor/
}

# The tests write through to the disk many thousand times. Where there is room, what they write lives
# in memory, so that a slow disk measures itself and not us.
write_in_memory() {
    [ -w /dev/shm ] || return 0
    room=$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')
    memory=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
    [ "$room" -gt 3000000 ] && [ "$memory" -gt 6000000 ] || return 0
    TMPDIR=$(mktemp -d /dev/shm/residacoeur.XXXXXX)
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
}

# check WORDS…: shows the command, runs it, remembers what failed.
failed=
check() {
    say "" "== $*"
    "$@" || failed="$failed
  $*"
}

install_packages
install_packages # once more: without Python nobody knew which libraries
find_python
mkdir -p "$BUILD"
forget_missing
[ -f tests/vendor/vnu.jar ] || rm -f "$BUILD/checkers.done"
step "Python packages of the checks" test install_test installer/test.lock pyproject.toml
mark_done python installer/requirements.lock pyproject.toml
mark_done window installer/window.lock pyproject.toml
set_up
step "Checkers from npm" checkers install_checkers installer/package-lock.json

PATH="$ROOT/$VENV/bin:$PATH"
export PATH
check ruff check .
check ruff format --check .
check mypy
check node "$CHECKERS/node_modules/stylelint/bin/stylelint.mjs" --config "$CHECKERS/package.json" \
    --allow-empty-input "static/css/*.css" "kiosk/**/*.css"
check sh installer/catalogs.sh check
write_in_memory
# Half of the time a test waits: for a process to start, a voice to end, a line to heal. So there are
# more workers than processors. They share a machine that may be busy: what fails is tried once more,
# and the summary names it (RERUN) for whoever mends it.
check python -m pytest -n 3 --dist worksteal --reruns 1 $full

[ -z "$failed" ] || die "" "Failed:$failed"
say "" "All checks passed."
