"""What a browser carries: a random token in its cookie, and in its forms a word that fits it."""

import hmac
import secrets
from hashlib import sha256
from typing import Final

TOKEN_BYTES: Final = 32


def new_token() -> str:
    """A token for a cookie: 32 random bytes, URL-safe. A passer-by has one too, and no session."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """Under what a token is kept, in hex: whoever reads it cannot come back with the cookie."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def form_word(key: bytes, boot: str, token: str) -> str:
    """The word, in hex, that a form carries to show that it was drawn for this cookie.

    An HMAC, so that nothing is kept: it stays good over a killed portal, and ends with the boot.
    """
    return hmac.digest(key, f"csrf\0{boot}\0{token}".encode("utf-8", "replace"), sha256).hex()
