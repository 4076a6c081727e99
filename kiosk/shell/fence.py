"""What a page in the window may reach: its own portal, and nothing else."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

PORTS: Final = {"http": 80, "https": 443}  # RFC 9110, 4.2: where the address names none
OWN_DATA: Final = frozenset({"blob", "data"})
"""What a page makes for itself, a preview or a picture: it may draw these, never go there."""

REFUSED: Final = (
    "--disable-web-security",
    "--ignore-certificate-errors",
    "--no-sandbox",
    "--remote-debugging",
    "--use-fake-ui-for-media-stream",  # pywebview's own: camera and microphone for everyone
)
WISHED: Final = (
    "--autoplay-policy=no-user-gesture-required",  # the voice may speak first
    "--disable-pinch",
    "--overscroll-history-navigation=0",
)


@dataclass(frozen=True)
class Fence:
    """Around one origin (RFC 6454): a scheme, a host and a port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def around(cls, url: str) -> "Fence":
        """The fence around the site of an http address; ValueError for any other."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(f"{url} is not the address of a site")
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])

    def holds(self, scheme: str, host: str, port: int) -> bool:
        """Whether an address lies within; ``port``: -1 where it names none, as QUrl says it."""
        known = port if port > 0 else PORTS.get(scheme, 0)
        return (scheme, host.lower(), known) == (self.scheme, self.host, self.port)

    def lets(self, scheme: str, host: str, port: int) -> bool:
        """Whether a page inside may ask for this as a part of itself."""
        return scheme in OWN_DATA or self.holds(scheme, host, port)


def flags(given: str) -> list[str]:
    """Chromium's command line: what was ``given`` without what would open the fence, and ours."""
    kept = [flag for flag in given.split() if not flag.startswith(REFUSED)]
    return [*kept, *(flag for flag in WISHED if flag not in kept)]
