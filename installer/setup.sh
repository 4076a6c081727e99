# What run.sh and test.sh share: everything that is installed. Sourced, with ROOT as the current
# directory. Each step leaves a stamp when it is done, and is skipped while its stamp is true.

VENV=.venv
BUILD=.build
LOG=$BUILD/install.log
# Where it is set, each process of ours compiles the whole program anew: a second of processor each.
unset PYTHONDONTWRITEBYTECODE
NEWEST_PYTHON_FIRST="python3 python3.14 python3.13 python3.12 python3.11"

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$@" >&2
    exit 1
}

# The one line for apt-get, said before anything else is tried.
find_python() {
    for candidate in $NEWEST_PYTHON_FIRST; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
            >/dev/null 2>&1; then
            PYTHON=$candidate
            return
        fi
    done
    die "Il manque Python 3.11 ou plus récent, avec venv. Installez-le avec :" \
        "  sudo apt-get install python3 python3-venv"
}

# fingerprint FILE…: changes when one of them does, or when the folder moves.
fingerprint() {
    { pwd; "$VENV/bin/python" --version 2>/dev/null || :; cat "$@"; } | sha256sum | cut -d ' ' -f 1
}

# done_already NAME FILE…
done_already() {
    stamp=$BUILD/$1.done
    shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$@")" ]
}

# mark_done NAME FILE…
mark_done() {
    stamp=$BUILD/$1.done
    shift
    fingerprint "$@" >"$stamp.new"
    mv "$stamp.new" "$stamp"
}

# patiently COMMAND…: a dot every two seconds, its words into the log.
patiently() {
    while sleep 2 && kill -0 $$ 2>/dev/null; do printf '.'; done &
    dots=$!
    trap 'kill $dots 2>/dev/null; exit 130' INT TERM
    result=0
    "$@" >>"$LOG" 2>&1 || result=$?
    kill $dots 2>/dev/null || :
    trap - INT TERM
    [ $result -eq 0 ] && say " fait" || say " non"
    return $result
}

# step LABEL NAME COMMAND FILES…: does COMMAND unless NAME's stamp is true for FILES. When it fails
# and NAME was there before, what is there is used: a node without a network still starts.
step() {
    label=$1 name=$2 command=$3
    shift 3
    done_already "$name" "$@" && return
    printf '%s ' "$label"
    if patiently "$command"; then
        mark_done "$name" "$@"
    elif [ -f "$BUILD/$name.done" ]; then
        say "    La mise à jour attend le réseau. Le nœud démarre avec ce qui est déjà là."
    else
        say "" "Cette étape n’a pas abouti. Les dernières lignes de $LOG :" >&2
        tail -n 15 "$LOG" >&2
        die "" "Recommencez la même commande : elle reprend ici. Il faut le réseau la première fois."
    fi
}

make_venv() {
    if ! "$VENV/bin/python" -m pip --version; then
        "$PYTHON" -m venv --clear "$VENV"
    fi
}

# install_python LOCK: the pinned packages of LOCK and the project itself.
install_python() {
    make_venv && pip_install --require-hashes -r "$1" &&
        pip_install --no-index --no-deps --no-build-isolation -e .
}

pip_install() {
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --retries 2 "$@"
}

# fetch_npm DIR OPTION…: what package-lock.json pins, into DIR/node_modules; no script of theirs runs.
# The machine's certificates count too: an office may look into its own connections.
fetch_npm() {
    mkdir -p "$1" && cp installer/package.json installer/package-lock.json installer/.npmrc "$1/" &&
        (
            cd "$1" && shift &&
                PATH="$ROOT/$VENV/bin:$PATH" NODE_OPTIONS=--use-system-ca npm ci --ignore-scripts \
                    --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 "$@"
        )
}

install_run() { install_python installer/requirements.lock; }

install_window() { pip_install --require-hashes -r installer/window.lock; }

install_assets() {
    fetch_npm "$BUILD/assets" --omit=dev &&
        "$VENV/bin/python" installer/assets.py "$BUILD/assets/node_modules" static/vendor
}

compile_catalogs() { PATH="$ROOT/$VENV/bin:$PATH" sh installer/catalogs.sh compile; }

# A deleted result is made again, whatever the stamp says.
forget_missing() {
    [ -x "$VENV/bin/residacoeur" ] ||
        rm -f "$BUILD/python.done" "$BUILD/test.done" "$BUILD/window.done"
    ls "$VENV"/lib/python*/site-packages/PyQt6/__init__.py >/dev/null 2>&1 ||
        rm -f "$BUILD/window.done"
    [ -f static/vendor/htmx.min.js ] || rm -f "$BUILD/assets.done"
    for catalog in i18n/catalogs/*/LC_MESSAGES/messages.po; do
        [ -f "${catalog%.po}.mo" ] || rm -f "$BUILD/catalogs.done"
    done
}

set_up() {
    mkdir -p "$BUILD"
    forget_missing
    step "1/4 Bibliothèques Python (une à trois minutes)" python install_run \
        installer/requirements.lock pyproject.toml
    step "2/4 Images et lettres des pages" assets install_assets \
        installer/package-lock.json installer/assets.py
    step "3/4 Langues" catalogs compile_catalogs i18n/catalogs/*/LC_MESSAGES/messages.po
}

# Where there is a screen, its window; in a shell of its own, since a node starts without one too.
set_up_window() {
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    (step "    Fenêtre (Qt, un demi-gigaoctet)" window install_window \
        installer/window.lock pyproject.toml) || say "Le nœud démarre sans sa fenêtre."
}

# tell_window: what only the administrator of the machine can add for it.
tell_window() {
    packages=$("$VENV/bin/python" kiosk/shell/needs.py)
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -n "$packages" ]; then
        say "Pour la fenêtre, il manque des paquets. Installez-les avec :"
        say "  sudo apt-get install $packages"
    fi
}
