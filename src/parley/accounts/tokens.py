"""Tokens of devices and keys of programs: shown once when made, kept only as a hash."""

import hashlib
import secrets
from typing import Final

DEVICE: Final = "pd_"
KEY: Final = "pk_"


def new(kind: str) -> str:
    """A token of 256 random bits, with its kind in front so that one lost in a file can be recognised."""
    return kind + secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """The hash that is kept. No salt and no slow hash: nobody can try 2^256 tokens, and a look-up needs an index."""
    return hashlib.sha256(token.encode()).hexdigest()
