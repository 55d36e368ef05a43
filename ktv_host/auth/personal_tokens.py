"""Personal tokens: ``ktv_`` and 256 random bits; only their hash is kept.

The bits are random, so a plain hash is enough: there is no dictionary to try.
"""

import hashlib
import secrets

PREFIX = "ktv_"
HINT_LENGTH = len(PREFIX) + 4


def new_personal_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def is_personal_token(token: str) -> bool:
    return token.startswith(PREFIX)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def hint_of(token: str) -> str:
    return token[:HINT_LENGTH]
