"""What lies within a portal's own origin, and what Chromium is told."""

import pytest

from kiosk.shell.fence import REFUSED, WISHED, Fence, flags

FENCE = Fence.around("http://127.0.0.1:8080/news?page=2")


@pytest.mark.parametrize(
    ("scheme", "host", "port"),
    [
        ("http", "127.0.0.1", 8081),
        ("http", "127.0.0.1", -1),
        ("http", "localhost", 8080),
        ("http", "127.0.0.1.example.org", 8080),
        ("https", "127.0.0.1", 8080),
        ("file", "", -1),
        ("chrome", "version", -1),
        ("view-source", "127.0.0.1", 8080),
        ("blob", "", -1),
        ("data", "", -1),
    ],
)
def test_nothing_but_the_very_origin_is_a_page(scheme: str, host: str, port: int) -> None:
    assert not FENCE.holds(scheme, host, port)
    assert FENCE.holds("http", "127.0.0.1", 8080)


def test_a_page_may_draw_what_it_made_itself() -> None:
    assert FENCE.lets("blob", "", -1)
    assert FENCE.lets("data", "", -1)
    assert not FENCE.lets("file", "", -1)
    assert not FENCE.lets("ws", "127.0.0.1", 8080)


def test_a_port_that_goes_without_saying_is_known() -> None:
    assert Fence.around("http://portal.local").holds("http", "PORTAL.local", -1)
    assert Fence.around("https://portal.local").holds("https", "portal.local", 443)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:1", "portal", "http://", ""])
def test_only_a_site_has_a_fence(url: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        Fence.around(url)


def test_no_flag_opens_the_fence() -> None:
    given = " ".join(["--lang=fr", *(f"{flag}=1" for flag in REFUSED), *REFUSED])
    assert flags(given) == ["--lang=fr", *WISHED]
    assert flags(" ".join(flags(given))) == flags(given)
