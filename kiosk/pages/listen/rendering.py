"""A page of this portal as its visitor sees it now, for being read aloud."""

from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from kiosk.arrival import UNTOUCHED
from kiosk.paths import local


def page_of(address: str) -> str:
    """A page of this portal; "/" for anything else, and for the sound of a sound.

    What an address opens is asked of the portal itself: "/%6Cive" is the stream, too, and a stream
    read to its end would never let go of its thread.
    """
    page = local(address)
    adapter = current_app.create_url_adapter(request)
    path = unquote(urlsplit(page).path, errors="replace")
    try:
        endpoint, _ = adapter.match(path, method="GET") if adapter else ("", {})
    except HTTPException:  # no page, or a redirection to one: it says so itself
        return page
    return page if endpoint.partition(".")[0] not in UNTOUCHED else "/"


def html_of(address: str) -> str:
    """The page as this very visitor sees it; "" for what is no page, as a picture."""
    client = current_app.test_client(use_cookies=False)
    cookie = request.headers.get("Cookie", "")
    headers = {"Cookie": cookie, "Host": request.host, "X-Live": "1"}  # a sound is no act
    with client.get(page_of(address), headers=headers, follow_redirects=False) as answer:
        return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
