"""Why a node is out of reach, in the words that pages have for it."""

import socket
import ssl
from typing import Literal

from sync.mesh.tls import NotThem, cause

Why = Literal["", "off", "firewall", "estate", "certificate", "revoked", "clock", "address"]


def reason(error: BaseException, seen: bool) -> Why:
    """Why nobody answered, as it is told to people. ``seen``: the node announces itself."""
    them = cause(error, NotThem)
    if them is not None:
        return word(str(them))
    if cause(error, ssl.SSLCertVerificationError) is not None:
        return "estate"
    if cause(error, ssl.SSLError) is not None:
        return "certificate"
    if cause(error, socket.gaierror) is not None:
        return "address"
    if cause(error, ConnectionRefusedError) is not None:
        return "off"
    return "firewall" if seen else "off"


def word(said: str) -> Why:
    """What a refusal that a node gives in words comes down to."""
    words: dict[str, Why] = {"revoked": "revoked", "expired": "clock", "early": "clock"}
    words |= {"estate": "estate", "address": "address"}
    return next((why for word, why in words.items() if word in said), "certificate")
