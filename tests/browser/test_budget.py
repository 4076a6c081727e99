"""What a first view fetches, counted in the browser: scripts, sheets, fonts of a slow machine."""

import gzip
from typing import Any, Final

import pytest

LATIN: Final = {"fr": "fr-FR", "ar": "ar-DZ", "en": "en-GB"}
MOST: Final = {"css": 16_384, "js": 25_600}
"""Bytes compressed by gzip -9, together."""

FONTS: Final = {"fr": 60_000, "en": 60_000, "ar": 110_000}
VIEWS: Final = ("/", "/works/", "/signin/code?staircase=figuiers-b&door=31")

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["fr", "ar"])
@pytest.mark.parametrize("mode", ["kiosk", "home", "tv"])
def test_a_first_view_fetches_little(browser: Any, demo: Any, mode: str, lang: str) -> None:
    for path in VIEWS:
        got = fetched(browser, demo.urls[mode] + path, LATIN[lang])
        sizes = {
            kind: sum(len(gzip.compress(body, 9)) for url, body in got if url.endswith(f".{kind}"))
            for kind in MOST
        }
        assert all(sizes[kind] <= MOST[kind] for kind in MOST), (path, sizes)
        fonts = {url.rpartition("/")[2]: len(body) for url, body in got if "/fonts/" in url}
        assert fonts
        assert sum(fonts.values()) <= FONTS[lang], fonts
        assert any("arabic" in name for name in fonts) == (lang == "ar"), fonts


def fetched(browser: Any, url: str, locale: str) -> list[tuple[str, bytes]]:
    """Every file that a new browser fetches for its first page, which it says is done."""
    context = browser.new_context(locale=locale, viewport={"width": 1080, "height": 1080})
    page = context.new_page()
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url)
    page.wait_for_function(
        "() => document.fonts.ready.then(() => document.fonts.status === 'loaded')"
    )
    got = [
        (answer.url.partition("?")[0], answer.body())
        for answer in answers
        if "/static/" in answer.url and answer.request.method == "GET" and answer.ok
    ]
    context.close()
    return got
