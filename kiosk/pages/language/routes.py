"""The choice of a language, over HTTP: links that set it and lead back to where one was."""

from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask_babel import gettext

from i18n.languages import LANGUAGES, Language
from kiosk.paths import local
from kiosk.tongue import said_in

blueprint = Blueprint("language", __name__)


@blueprint.get("/language/")
def show() -> str:
    """Every language as a window; ``page`` is where one came from, else home."""
    page = local(request.args.get("page", "/"))
    g.here = f"/language/?{urlencode({'page': page})}" if page != "/" else "/language/"
    choices = [(language, greeting(language), _in(page, language)) for language in known()]
    return render_template("pages/language/language.html", choices=choices, back=page)


def known() -> list[Language]:
    """Every language of the portal."""
    return list(LANGUAGES.values())


def greeting(language: Language) -> str:
    """How one says hello in a language: its picture, since a flag is a country's."""
    with said_in(language):
        return str(gettext("Bonjour"))


def _in(page: str, language: Language) -> str:
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'lang': language.code})}"
