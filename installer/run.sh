#!/bin/sh
# Installs what is missing, then runs a node in the foreground; Ctrl-C ends all of it.
set -eu

usage() {
    cat <<'TEXT'
sh installer/run.sh [options]

Installe ce qui manque, puis lance Résidacœur. Ctrl-C arrête tout.

  --data DIR         dossier des données (~/.local/share/residacoeur)
  --port N           port des pages (8080)
  --couch-port N     port de la base de données (5984)
  --mode MODE        kiosk, home ou tv (home)
  --node FICHIER     le fichier de ce nœud, fait par le bailleur (au premier démarrage)
  --gateway ADRESSE:PORT  où les autres nœuds le trouvent (0.0.0.0:6984)
  --egress-port N    port par lequel sa base les atteint (6985)
  --peer ADRESSE:PORT     la passerelle d’un autre nœud ; peut être répété
  --no-window        n’ouvre pas de fenêtre
  --setup-only       installe, puis s’arrête
  -h, --help         ce texte
TEXT
}

setup_only=no
mode=home
data=${XDG_DATA_HOME:-$HOME/.local/share}/residacoeur
port=8080
couch_port=5984
node=
window=
mesh=
while [ $# -gt 0 ]; do
    case $1 in
    --data | --port | --couch-port | --mode | --node | --gateway | --egress-port | --peer)
        [ $# -ge 2 ] || { echo "Il manque une valeur après $1." >&2; exit 2; }
        case $1 in
        --data) data=$2 ;;
        --port) port=$2 ;;
        --couch-port) couch_port=$2 ;;
        --mode) mode=$2 ;;
        --node) node=$2 ;;
        --gateway | --egress-port | --peer)
            case $2 in '' | *[!0-9A-Za-z.:_\[\]-]*) echo "Ce n’est pas une adresse : $2" >&2; exit 2 ;; esac
            mesh="$mesh $1 $2"
            ;;
        esac
        shift
        ;;
    --no-window) window=--no-window ;;
    --setup-only) setup_only=yes ;;
    -h | --help) usage; exit ;;
    *) echo "Option inconnue : $1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done
case $data in /*) ;; *) data=$PWD/$data ;; esac
case $node in '' | /*) ;; *) node=$PWD/$node ;; esac
if [ -n "$node" ] && [ ! -f "$node" ] && [ ! -d "$data/identity" ]; then
    echo "Le fichier $node n’est pas là." >&2; exit 2
fi
case $mode in kiosk | home | tv) ;; *) echo "Mode inconnu : $mode" >&2; exit 2 ;; esac
for number in "$port" "$couch_port"; do  # now: the codes of the first start are written once
    case $number in '' | *[!0-9]*) echo "Ce n’est pas un port : $number" >&2; exit 2 ;; esac
done

cd "$(dirname "$0")/.."
ROOT=$PWD
. installer/setup.sh
find_python
set_up
[ -n "$window" ] || set_up_window
[ $setup_only = no ] || { [ -n "$window" ] || tell_window; say "Tout est installé."; exit; }

# A node of an estate has its own: the demonstration is for a machine on its own.
[ -n "$node" ] || [ -d "$data/identity" ] || "$VENV/bin/python" installer/estate.py --data "$data" --mode "$mode" \
    --port "$port" --couch-port "$couch_port"
# shellcheck disable=SC2086 # a list, without spaces in it
exec "$VENV/bin/residacoeur" serve --data "$data" --port "$port" --couch-port "$couch_port" \
    --mode "$mode" ${node:+--node "$node"} $mesh $window
