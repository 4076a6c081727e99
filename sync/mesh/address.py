"""Where a node may listen."""

from typing import NamedTuple


class Address(NamedTuple):
    """Where a node may listen."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> "Address":
        """The address written as "host:port"; an IPv6 host stands in brackets."""
        host, _, port = text.rpartition(":")
        return cls(host.strip("[]"), int(port))

    @property
    def url(self) -> str:
        """The root of its gateway."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"
