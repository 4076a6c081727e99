"""The two ends of a replication, as a request or a `_replicator` document names them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from sync.couch.replicator.errors import BadWish
from sync.couch.wire import Json

SCHEMES: Final = ("http", "https")


@dataclass(frozen=True)
class Endpoint:
    """A database somewhere: its URL, without credentials or a slash at its end, and what every
    request to it carries. ``headers`` hold secrets: they are neither shown nor logged."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.url}/"


def endpoint(named: Json, here: Endpoint) -> Endpoint:
    """The endpoint of ``source`` or ``target``: a name, a URL, or ``{url, headers, auth}``.

    ``here``: this server, where a database that is only named lies. Raises BadWish.
    """
    if isinstance(named, str):
        return _of_url(named, {}) if "://" in named else _local(named, here)
    if not isinstance(named, dict) or not isinstance(named.get("url"), str):
        raise BadWish("an endpoint is a name, a URL or an object with a URL")
    headers = named.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadWish("`headers` of an endpoint must be an object")
    given = {str(name): str(value) for name, value in headers.items()}
    url = str(named["url"])
    if "://" not in url:
        return _local(url, here)
    return _of_url(url, given | _basic(named.get("auth")))


def _local(name: str, here: Endpoint) -> Endpoint:
    if not name:
        raise BadWish("a database without a name")
    return Endpoint(f"{here.url}/{quote(name, safe='')}", here.headers)


def _of_url(url: str, headers: Mapping[str, str]) -> Endpoint:
    try:
        parts = urlsplit(url)
        host = parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise BadWish(f"this is no URL: {error}") from error
    if parts.scheme not in SCHEMES or not host:
        raise BadWish("an endpoint's URL begins with http:// or https:// and names a host")
    known = dict(headers)
    if parts.username is not None:
        known |= _authorization(unquote(parts.username), unquote(parts.password or ""))
    place = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    plain = urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", ""))
    return Endpoint(plain, known)


def _basic(auth: Json) -> dict[str, str]:
    if auth is None:
        return {}
    basic = auth.get("basic") if isinstance(auth, dict) else None
    if not isinstance(basic, dict):
        raise BadWish("`auth` of an endpoint must be {basic: {username, password}}")
    name, password = basic.get("username"), basic.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise BadWish("`auth.basic` must have a username and a password")
    return _authorization(name, password)


def _authorization(name: str, password: str) -> dict[str, str]:
    """RFC 7617."""
    token = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {token}"}
