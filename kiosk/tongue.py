"""The language in which a request is answered: its catalog goes by our code, not by its locale."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from babel.support import NullTranslations
from flask import g, has_app_context
from flask_babel import Babel, Domain, force_locale

from i18n.catalogs import catalog
from i18n.languages import Language


class Catalogs(Domain):  # type: ignore[misc] # flask-babel ships no types
    """What Flask-Babel translates by. Two languages may share a locale: French and easy French."""

    def __init__(self, chosen: Callable[[], Language]) -> None:
        """``chosen`` gives the language of this request."""
        super().__init__()
        self._chosen = chosen

    def get_translations(self) -> NullTranslations:
        """The catalog of the language being answered in; outside of the portal the French words."""
        if not has_app_context():
            return NullTranslations()
        language: Language = g.get("tongue") or self._chosen()
        return catalog(language.code)


def speak(babel: Babel, chosen: Callable[[], Language]) -> None:
    """Let ``babel`` translate by the code of the language that ``chosen`` gives."""
    babel.domain_instance = Catalogs(chosen)


@contextmanager
def said_in(language: Language) -> Iterator[None]:
    """Within, sentences, days and numbers come in this language, whoever asks."""
    before = g.get("tongue")
    g.tongue = language
    try:
        with force_locale(language.locale):
            yield
    finally:
        g.tongue = before
