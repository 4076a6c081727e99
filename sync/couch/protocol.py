"""HTTP as uvicorn reads it, with a bound on what stands before the body."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers. CouchDB bounds each line to 8 KiB, and answers 400 too."""


class Protocol(HttpToolsProtocol):
    """The parser collects a head until it is whole: one without end would fill the memory."""

    _in_head = True
    _received = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._received += len(data)
            if self._received > MAX_HEAD and not self.transport.is_closing():
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._received = True, 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        if sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            raise ValueError("the headers are too long")
        super().on_headers_complete()
