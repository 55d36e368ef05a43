"""Secrets: the host's own keys, and values encrypted at rest."""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import BaseModel, SecretStr

from ktv_host.errors import ConfigurationError

MARK = "enc:"


def kept_secret(folder: Path, name: str) -> str:
    """The secret that own_secret made there; empty when it made none."""
    path = folder / name
    return path.read_text().strip() if path.is_file() else ""


def own_secret(folder: Path, name: str) -> str:
    """A random secret made once and kept in ``folder`` (mode 0600). Two processes starting at once get the same."""
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # fails when another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


class SecretBox:
    """Encrypts with the first secret, decrypts with any of them."""

    def __init__(self, *keys: str) -> None:
        fernets = [Fernet(_derive(key)) for key in keys if key]
        self._newest = fernets[0]
        self._fernet = MultiFernet(fernets)

    def seal(self, plain: str) -> str:
        return MARK + self._newest.encrypt(plain.encode()).decode()

    def seal_once(self, text: str) -> str:
        """As ``seal``, but a text that is sealed, with whatever key, stays as it is."""
        return text if text.startswith(MARK) else self.seal(text)

    def renew(self, text: str) -> str:
        """Sealed with the first secret, whatever it was sealed with; the same text when it is that already.

        Raises ConfigurationError when it was sealed with a key we do not have.
        """
        if text.startswith(MARK):
            try:
                self._newest.decrypt(text[len(MARK) :].encode())
            except InvalidToken:
                pass
            else:
                return text
        return self.seal(self.open(text))

    def open(self, sealed: str) -> str:
        """Raises ConfigurationError when the value was sealed with a key we do not have."""
        if not sealed.startswith(MARK):
            return sealed  # a row older than encryption
        try:
            return self._fernet.decrypt(sealed[len(MARK) :].encode()).decode()
        except InvalidToken:
            raise ConfigurationError("a stored secret cannot be read: JWT_SECRET has changed") from None


def is_sealed(text: str) -> bool:
    return text.startswith(MARK)


def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """Names of the top-level SecretStr fields of a config model."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    )


def seal_fields(config: Mapping[str, Any], names: frozenset[str], box: SecretBox) -> dict[str, Any]:
    return {k: box.seal(v) if k in names and isinstance(v, str) else v for k, v in config.items()}


def open_fields(config: Mapping[str, Any], names: frozenset[str], box: SecretBox) -> dict[str, Any]:
    return {k: box.open(v) if k in names and isinstance(v, str) else v for k, v in config.items()}


def _derive(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=32, person=b"ktv-at-rest").digest())
