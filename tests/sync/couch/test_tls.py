"""Replications over https: each end shows its certificate, and none trusts a stranger."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.couch import settings
from sync.couch.errors import BadSettings

AUTH = {"basic": {"username": "admin", "password": "secret"}}
PHOTO = bytes(range(256)) * 2000


class Authority:
    """A certificate authority with a folder for what it issues."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        ca = x509.BasicConstraints(ca=True, path_length=None)
        self.own = self._sign(name, self.key.public_key(), ca)
        self.file = self._write(f"{name}.pem", self.own.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, password: str = "") -> tuple[Path, Path]:
        """Files of a certificate, good for 127.0.0.1, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        place = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = self._sign(name, key.public_key(), place)
        locked: Any = serialization.NoEncryption()
        if password:
            locked = serialization.BestAvailableEncryption(password.encode())
        pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return (
            self._write(f"{name}.crt", made.public_bytes(pem)),
            self._write(f"{name}.key", key.private_bytes(pem, form, locked)),
        )

    def _sign(self, name: str, key: Any, extension: Any) -> x509.Certificate:
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def _write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


@contextmanager
def guarded(url: str, certificate: tuple[Path, Path], trusted: Path) -> Iterator[str]:
    """The https URL of a server that is `url` behind mutual TLS, until the block ends."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=trusted)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(*certificate)
    place = urlsplit(url)
    loop = asyncio.new_event_loop()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(place.hostname, place.port)
        await asyncio.gather(pipe(reader, there[1]), pipe(there[0], writer))

    server = loop.run_until_complete(asyncio.start_server(meet, "127.0.0.1", 0, ssl=context))
    loop.set_exception_handler(lambda *_: None)  # a handshake that fails is what is tested
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()


@pytest.fixture
def estate(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "estate")


@pytest.fixture
def far(own: Any, estate: Authority) -> Iterator[str]:
    """The database `own`, behind the estate's TLS."""
    with guarded(own.server.url, estate.issue("far"), estate.file) as url:
        yield f"{url}/{own.name}"


def here(serve: Callable[[Path], Any], folder: Path, **files: Any) -> Any:
    """A server with a database `a` and these settings of its replicator."""
    folder.mkdir()
    lines = [f"{name} = {value}\n" for name, value in files.items()]
    (folder / "couch.ini").write_text("[replicator]\n" + "".join(lines))
    server = serve(folder)
    server.ask("PUT", "/a")
    server.ask("PUT", "/a/mine/photo", data=PHOTO)
    return server


def replicate(server: Any, far: str) -> list[Any]:
    """The answers to a pull and to a push."""
    there = {"url": far, "auth": AUTH}
    pull, push = {"source": there, "target": "a"}, {"source": "a", "target": there}
    return [server.ask("POST", "/_replicate", json=wish) for wish in (pull, push)]


@pytest.mark.parametrize("password", ["", "sésame"])
def test_both_ways_with_certificates(
    serve: Any, own: Any, far: str, estate: Authority, tmp_path: Path, password: str
) -> None:
    own.put("theirs", {"n": 1})
    certificate, key = estate.issue("here", password)
    files = {"cert_file": certificate, "key_file": key}
    files |= {"password": password} if password else {}
    server = here(serve, tmp_path / "b", ssl_trusted_certificates_file=estate.file, **files)
    for answer in replicate(server, far):
        assert answer.ok, answer.text
        assert answer.json()["history"][0]["doc_write_failures"] == 0
    assert server.ask("GET", "/a/theirs").ok
    assert own.ask("GET", "/mine/photo").content == PHOTO


def test_without_a_certificate_nothing_comes_or_goes(
    serve: Any, own: Any, far: str, estate: Authority, tmp_path: Path
) -> None:
    server = here(serve, tmp_path / "b", ssl_trusted_certificates_file=estate.file)
    assert [answer.status_code for answer in replicate(server, far)] == [500, 500]
    assert own.get("")["doc_count"] == 0


@pytest.mark.parametrize("trusts", ["stranger", "system"])
def test_a_peer_that_nobody_vouches_for_gets_nothing(
    serve: Any, own: Any, far: str, estate: Authority, tmp_path: Path, trusts: str
) -> None:
    certificate, key = estate.issue("here")
    files = {"cert_file": certificate, "key_file": key}
    if trusts == "stranger":
        files["ssl_trusted_certificates_file"] = Authority(tmp_path, "stranger").file
    server = here(serve, tmp_path / "b", **files)
    for answer in replicate(server, far):
        assert answer.status_code == 500
        assert "ertificate" in answer.text
    assert own.get("")["doc_count"] == 0


def test_a_certificate_that_comes_later_is_used(
    serve: Any, own: Any, far: str, estate: Authority, tmp_path: Path
) -> None:
    files = {"cert_file": "../later.crt", "key_file": "../later.key"}
    server = here(serve, tmp_path / "b", ssl_trusted_certificates_file=estate.file, **files)
    answer = replicate(server, far)[0]
    assert (answer.status_code, answer.json()["error"]) == (500, "bad_certificate")
    estate.issue("later")
    assert replicate(server, far)[0].ok


def test_the_settings_are_told_without_the_password(
    serve: Any, estate: Authority, tmp_path: Path
) -> None:
    certificate, key = estate.issue("here", "sésame")
    server = here(serve, tmp_path / "b", cert_file=certificate, key_file=key, password="sésame")
    told = server.ask("GET", "/_node/_local/_config/replicator").json()
    assert told["cert_file"] == str(certificate)
    assert "sésame" not in str(server.ask("GET", "/_node/_local/_config").json())


@pytest.mark.parametrize(
    "text", ["[replicator]\ncert_fil = x\n", "[other]\n", "nonsense", "[replicator]\nkey_file=k\n"]
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "couch.ini").write_text(text)
    with pytest.raises(BadSettings):
        settings.read(tmp_path / "couch.ini")


def test_a_server_says_so_and_does_not_start(launch: Any, tmp_path: Path, free_port: Any) -> None:
    (tmp_path / "couch.ini").write_text("nonsense")
    process = launch(tmp_path, free_port(), "admin", "secret")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 6
    assert b"couch.ini" in said
    assert said.count(b"\n") == 1
