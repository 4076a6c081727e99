#!/bin/sh
# The catalogs of i18n/catalogs/, one folder a language.
#   sh installer/catalogs.sh update    after a sentence was added or changed: extract, merge, compile
#   sh installer/catalogs.sh compile   makes every .mo; fails when one is missing afterwards
#   sh installer/catalogs.sh check     fails when a catalog is stale, missing or not all translated
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
catalogs=i18n/catalogs
template=.build/messages.pot
# What the portal speaks besides French, as folders.
folders=$(python -c 'from i18n import languages as l
print(*(known.folder for known in l.LANGUAGES.values() if known is not l.SOURCE))')

extract() {
    mkdir -p .build
    pybabel --quiet extract --mapping=i18n/babel.cfg --output="$template" --add-comments=i18n: \
        --add-location=file --no-wrap --sort-by-file --project=Résidacœur --version=1 --copyright-holder=Résidacœur \
        --keywords="_ _l gettext ngettext:1,2 lazy_gettext pgettext:1c,2 lazy_pgettext:1c,2" .
}

case ${1:-} in
update)
    extract
    pybabel --quiet update --input-file="$template" --output-dir="$catalogs" --no-wrap \
        --no-fuzzy-matching --ignore-pot-creation-date
    exec sh installer/catalogs.sh compile
    ;;
compile)
    pybabel --quiet compile --directory="$catalogs"
    exec python installer/catalogs.py compiled "$catalogs" $folders
    ;;
check)
    extract
    pybabel update --check --input-file="$template" --output-dir="$catalogs" --no-wrap \
        --no-fuzzy-matching --ignore-pot-creation-date
    exec python installer/catalogs.py translated "$catalogs" $folders
    ;;
*)
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
