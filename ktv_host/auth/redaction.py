"""Masks credentials in text that goes to a log."""

import re

_IN_ADDRESS = re.compile(r"((?:api_?key|token|sig|password|secret|access_token)=)[^&\s\"']+", re.IGNORECASE)
_IN_HEADER = re.compile(r"((?:Bearer|Token=\"?)\s*)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_IN_PATH = re.compile(r"(/seg/[^/]+/\d+-)[A-Za-z0-9_-]+")
_IN_USERINFO = re.compile(r"(://[^/:@\s]+:)[^@/\s]+@")


def redact(text: str) -> str:
    """The text with tokens, keys, signatures and passwords replaced by ``***``."""
    text = _IN_ADDRESS.sub(r"\1***", text)
    text = _IN_HEADER.sub(r"\1***", text)
    text = _IN_PATH.sub(r"\1***", text)
    return _IN_USERINFO.sub(r"\1***@", text)
