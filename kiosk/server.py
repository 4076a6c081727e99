"""Serves the portal on loopback, by cheroot (https://cheroot.cherrypy.dev)."""

import logging
import signal
import sys
from types import FrameType
from typing import Final

from cheroot import wsgi

from kiosk.config import Config
from kiosk.portal import create_app
from kiosk.preparing import prepare_databases
from kiosk.running import HOST, SERVER
from kiosk.services import Services
from sync.time.estate import follow_kept

log = logging.getLogger(__name__)

THREADS: Final = 24
"""Pages and their files, and one stream for each screen: cheroot's pool never grows."""


def run(config: Config) -> int:
    """Serve until told to stop. 0 when it was, 3 when the port is taken."""
    follow_kept(config.data)
    app = create_app(config)
    services: Services = app.extensions["residacoeur"]
    server = wsgi.Server(
        (HOST, config.port), app, numthreads=THREADS, server_name=SERVER, timeout=30
    )
    server.keep_alive_conn_limit = 2 * THREADS

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    prepare_databases(services.database)
    services.live.follow(services.database)
    services.visits.watch()
    services.line.watch(lambda: services.live.tell("estate", "line"))
    try:
        server.prepare()
    except OSError as error:
        print(f"{HOST}:{config.port}: {error.strerror or error}", file=sys.stderr)
        return 3
    try:
        server.serve()
    except KeyboardInterrupt:
        log.info("told to stop")
    finally:
        services.live.end()
        server.shutdown_timeout = 0.5
        server.stop()
    return 0
