"""The node as one of a cluster of one: `/_membership`, `/_node`, `/_dbs_info`, `/_db_updates`."""

import os
import time
from pathlib import Path

from sync.couch import updates
from sync.couch.databases import READERS
from sync.couch.document import MAX_ATTACHMENT, MAX_DOCUMENT
from sync.couch.errors import CouchError, bad_request, not_found
from sync.couch.gzip import LEVEL
from sync.couch.handlers.changes import heartbeat_of, seconds
from sync.couch.handlers.database import describe
from sync.couch.node import Node
from sync.couch.request import MAX_REQUEST, Request
from sync.couch.response import Answer, Stream, answer
from sync.couch.users import ITERATIONS, PRF
from sync.couch.wire import Json

NAME = "nonode@nohost"
"""What a CouchDB that is in no cluster calls itself."""
MAX_KEYS = 100
"""Databases in one `_dbs_info`: CouchDB's `chttpd/max_db_number_for_dbs_info_req`."""
_STARTED = time.monotonic()


async def membership(node: Node, request: Request) -> Answer:
    return answer({"all_nodes": [NAME], "cluster_nodes": [NAME]})


async def name(node: Node, request: Request) -> Answer:
    _check_node(request)
    return answer({"name": NAME})


def _check_node(request: Request) -> None:
    if request.path[1] not in ("_local", NAME):
        raise not_found("no such node: " + request.path[1])


async def config(node: Node, request: Request) -> Answer:
    """The settings that hold here, under CouchDB's names; they cannot be changed, and names and
    passwords are not among them."""
    _check_node(request)
    value: Json = _settings(node)
    for key in request.path[3:]:
        if not isinstance(value, dict) or key not in value:
            raise not_found("unknown_config_value")
        value = value[key]
    return answer(value)


def _settings(node: Node) -> dict[str, dict[str, str]]:
    return {
        "attachments": {
            "compression_level": str(LEVEL),
            "compressible_types": "text/*, application/javascript, application/json, "
            "application/xml",
        },
        "chttpd": {"bind_address": "127.0.0.1", "max_http_request_size": str(MAX_REQUEST)},
        "chttpd_auth": {
            "iterations": str(ITERATIONS),
            "pbkdf2_prf": PRF,
            "require_valid_user": "true",
        },
        "couchdb": {
            "default_security": "admin_only",
            "max_attachment_size": str(MAX_ATTACHMENT),
            "max_document_size": str(MAX_DOCUMENT),
            "uuid": node.uuid,
        },
        "replicator": node.settings.shown(),
        "vendor": {"name": "Résidacœur, embedded"},
    }


async def system(node: Node, request: Request) -> Answer:
    """Seconds since the start, bytes of memory, threads that read."""
    _check_node(request)
    pages = Path("/proc/self/statm")
    used = int(pages.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") if pages.exists() else None
    return answer(
        {
            "uptime": int(time.monotonic() - _STARTED),
            "memory": {"resident": used},
            "readers": READERS,
            "databases_open": node.databases.count_open(),
        }
    )


async def dbs_info(node: Node, request: Request) -> Answer:
    if request.method == "POST":
        keys = (await request.fields()).get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise bad_request("`keys` member must exist.")
        if len(keys) > MAX_KEYS:
            raise bad_request(f"`keys` exceeds the limit of {MAX_KEYS} databases")
    else:
        keys = node.databases.names()
    return answer([_about(node, key) for key in keys])


def _about(node: Node, name: str) -> Json:
    try:
        return {"key": name, "info": describe(node.databases.get(name))}
    except CouchError as error:
        return {"key": name, "error": error.error}


async def db_updates(node: Node, request: Request) -> Answer:
    log, kind = node.databases.updates, request.query.get("feed", "normal")
    if kind not in ("normal", "longpoll", "continuous"):
        raise bad_request("Supported `feed` types: normal, continuous, longpoll")
    since = log.parse(request.query.get("since", "0"))
    limit, timeout = request.number("limit"), seconds(request, "timeout", 60_000)
    if kind == "continuous":
        heartbeat = heartbeat_of(request)
        return Stream(updates.continuous(log, since, limit, timeout, heartbeat))
    descending = request.flag("descending")
    wait = timeout if kind == "longpoll" else 0
    return Stream(updates.normal(log, since, limit, descending, wait))
