"""The one form of authorisation that works from 10.8 to 12. Pure."""

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import quote

from ktv_jellyfin import __version__


def authorization(device_id: str, token: str | None = None) -> str:
    """The value of the ``Authorization`` header. The server decodes each value as in a URL."""
    values = {"Token": token} if token else {}
    values |= {"Client": "K-TV", "Device": "K-TV", "DeviceId": device_id, "Version": __version__}
    return "MediaBrowser " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in values.items())


def device_id(seed: str, parts: Sequence[str]) -> str:
    """Another one for another instance, installation or configuration.

    A new sign-in with the id of an older one would revoke the token that is in use.
    """
    digest = blake2b(digest_size=12, key=seed.encode()[:64])
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part.encode())
    return f"k-tv-{digest.hexdigest()}"
