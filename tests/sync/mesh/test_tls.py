"""What a TLS connection costs a hall that has hundreds of them."""

import asyncio
import asyncio.sslproto
import ssl

import pytest

from sync.mesh.tls import BUFFER, spare


def test_a_connection_holds_room_for_two_records(monkeypatch: pytest.MonkeyPatch) -> None:
    made = asyncio.sslproto.SSLProtocol
    monkeypatch.setattr(made, "max_size", made.max_size)  # as it was, for the tests after

    async def held() -> int:
        loop = asyncio.get_running_loop()
        context = ssl.create_default_context()
        protocol = made(loop, asyncio.Protocol(), context, None)
        protocol._get_app_transport().close()
        return len(protocol._ssl_buffer)

    assert asyncio.run(held()) > BUFFER
    spare()
    assert asyncio.run(held()) == BUFFER
