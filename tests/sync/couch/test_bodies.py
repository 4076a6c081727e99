"""Large bodies are taken one at a time, so that none fills the memory."""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sync.couch import request
from sync.couch.errors import CouchError

MB = 1024 * 1024


def resident(server: Any, what: str) -> int:
    """Megabytes, as the kernel counts them (proc_pid_status(5))."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(what))
    return int(line.split()[1]) // 1024


def test_many_large_bodies_at_once_cost_the_memory_of_one(
    serve: Callable[[Path], Any], tmp_path: Path
) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    data = base64.b64encode(bytes(range(256)) * (20 * MB // 256)).decode()
    doc = {"_attachments": {"film": {"content_type": "video/mp4", "data": data}}}
    before = resident(server, "VmRSS")

    def put(n: int) -> int:
        auth = ("admin", "secret")
        return int(server.anonymous("PUT", f"/a/d{n}", json=doc, auth=auth).status_code)

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(put, range(5))) == [201] * 5
    # Five at once would cost 460, one at a time with the heads of four that wait 230.
    assert resident(server, "VmHWM") - before < 350


def test_a_large_body_beyond_the_limit_is_refused(own: Any) -> None:
    def body() -> Any:
        for _ in range(300):
            yield b" " * MB

    headers = {"Content-Type": "application/json"}
    answer = own.ask("POST", "/_bulk_docs", data=body(), headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_who_stalls_in_the_middle_of_a_large_body_loses_the_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request, "STALLED", 0.05)

    def asked(rest: bool) -> request.Request:
        left = [request.LARGE + 1, *([0] if rest else [])]

        async def receive() -> dict[str, Any]:
            if not left:
                await asyncio.sleep(60)
            size = left.pop(0)
            return {"type": "http.request", "body": b"x" * size, "more_body": size > 0}

        scope = {"method": "POST", "path": "/a/_bulk_docs", "headers": []}
        return request.Request(scope, receive)

    async def run() -> int:
        slow, quick = asked(rest=False), asked(rest=True)
        with pytest.raises(CouchError) as refused:
            await slow.body()
        assert refused.value.status == 408
        slow.end()
        return len(await asyncio.wait_for(quick.body(), 5))

    assert asyncio.run(run()) == request.LARGE + 1
