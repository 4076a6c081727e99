"""What an administrator may set: `couch.ini` beside the databases' folder, in CouchDB's words."""

import ssl
from configparser import ConfigParser
from configparser import Error as Unreadable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.couch.errors import BadSettings

_SECTION: Final = "replicator"
_KNOWN: Final = {"cert_file", "key_file", "password", "ssl_trusted_certificates_file"}


@dataclass(frozen=True)
class Settings:
    """How replications show who this server is, and whom they trust, over https.

    https://docs.couchdb.org/en/stable/config/replicator.html. A certificate is always verified:
    by `trusted` alone where it is given, else by what the system trusts.
    """

    certificate: Path | None = None
    key: Path | None = None
    password: str | None = None
    trusted: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Made of the files as they are now. Raises OSError (ssl.SSLError is one)."""
        context = ssl.create_default_context(cafile=self.trusted)
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key, self.password or "")
        return context

    def shown(self) -> dict[str, str]:
        """As `_node/_local/_config` tells of them: paths, no password."""
        paths = (self.certificate, self.key, self.trusted)
        names = ("cert_file", "key_file", "ssl_trusted_certificates_file")
        told = {name: str(path) for name, path in zip(names, paths, strict=True) if path}
        return {"verify_ssl_certificates": "true", **told}


def read(file: Path) -> Settings:
    """The settings in `file`, or the usual ones where there is none; a path in it begins at its
    folder. Raises BadSettings."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
    except (Unreadable, UnicodeDecodeError) as error:
        raise BadSettings(f"{file}: {' '.join(str(error).split())}") from error
    given = dict(parser[_SECTION]) if parser.has_section(_SECTION) else {}
    strange = {*parser.sections()} - {_SECTION} | given.keys() - _KNOWN
    if strange:
        raise BadSettings(f"{file}: nothing here is called {', '.join(sorted(strange))}")
    if ("key_file" in given) and "cert_file" not in given:
        raise BadSettings(f"{file}: a key_file goes with a cert_file")
    paths = {name: file.parent / path for name, path in given.items() if name != "password"}
    return Settings(
        paths.get("cert_file"),
        paths.get("key_file"),
        given.get("password"),
        paths.get("ssl_trusted_certificates_file"),
    )
