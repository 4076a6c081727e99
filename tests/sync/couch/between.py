"""Somebody between a replicator and a peer, who hands on what is asked, and sometimes does not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

SKIPPED = {"transfer-encoding", "connection", "content-length", "content-encoding"}


@dataclass
class Asked:
    """One request, and what the peer would answer it."""

    method: str
    path: str
    body: bytes
    handler: BaseHTTPRequestHandler
    peer: str

    def answer(self) -> requests.Response:
        headers = {name: value for name, value in self.handler.headers.items() if name != "Host"}
        return requests.request(
            self.method, self.peer + self.path, data=self.body, headers=headers, timeout=120
        )

    def say(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Content-Length", str(len(body)))
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def hand_on(self) -> None:
        answer = self.answer()
        self.say(answer.status_code, answer.content, answer.headers["Content-Type"])


@dataclass
class Between:
    """`rules`: each is asked in turn, and returns whether it answered; else the peer's answer is
    handed on. `seen`: what was asked."""

    url: str
    rules: list[Callable[[Asked], bool]] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)

    def count(self, word: str) -> int:
        return sum(word in path for _, path in self.seen)


@contextmanager
def between(peer: str) -> Iterator[Between]:
    """A Between before the server at `peer`, until the block ends."""
    told = Between("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (OSError, requests.RequestException):
                self.close_connection = True

        def any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                body = b"".join(chunks(self.rfile))
            told.seen.append((self.command, self.path))
            asked = Asked(self.command, self.path, body, self, peer)
            if not any(rule(asked) for rule in list(told.rules)):
                asked.hand_on()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = any

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chunks(file: Any) -> Iterator[bytes]:
    """RFC 9112, section 7.1."""
    while size := int(file.readline(), 16):
        yield file.read(size)
        file.readline()
    file.readline()
