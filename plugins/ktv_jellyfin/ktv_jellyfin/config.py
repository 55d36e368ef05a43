"""The configuration of an instance."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from ktv_jellyfin.address import base_url
from ktv_jellyfin.paths import is_absolute

BASE_URL, API_KEY, USER_ID = "JELLYFIN_BASE_URL", "JELLYFIN_API_KEY", "JELLYFIN_USER_ID"
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class PathMapping(BaseModel):
    """A folder of the server's that this machine has too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: Annotated[
        str,
        Field(title="On the server", description="As Jellyfin names it, e.g. /media, D:\\Media or \\\\nas\\media."),
    ]
    local: Annotated[str, Field(title="Here", description="The absolute path of the same folder on this machine.")]

    @field_validator("server")
    @classmethod
    def _absolute_there(cls, server: str) -> str:
        if not is_absolute(server.strip()):
            raise ValueError(f"{server!r} is not an absolute path; copy it from Jellyfin's library settings")
        return server.strip()

    @field_validator("local")
    @classmethod
    def _absolute_here(cls, local: str) -> str:
        if not local.strip().startswith("/") or "\0" in local:
            raise ValueError(f"{local!r} is not an absolute path of this machine")
        return local.strip()


class JellyfinConfig(BaseModel):
    """A Jellyfin server, 10.8 or newer, by an API key or as one of its users."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: Annotated[
        str,
        Field(title="Address", description="Of the server, with its path prefix, e.g. http://192.168.1.10:8096."),
    ]
    api_key: Annotated[
        SecretStr | None, Field(title="API key", description="Made in Jellyfin's dashboard under API Keys.")
    ] = None
    username: Annotated[
        str | None,
        Field(title="User name", description="Instead of an API key: sign in as this user, with the user's limits."),
    ] = None
    password: Annotated[SecretStr | None, Field(title="Password", description="Of that user; may be empty.")] = None
    user_id: Annotated[
        str | None,
        Field(title="User", description="With an API key: see what this user sees. The user's id or name."),
    ] = None
    libraries: Annotated[
        list[str],
        Field(title="Libraries", description="Names or ids of the libraries to read; none means all with video."),
    ] = []
    verify_tls: Annotated[
        bool,
        Field(
            title="Check the certificate", description="Switch off for a self-signed certificate in your own network."
        ),
    ] = True
    path_mappings: Annotated[
        list[PathMapping],
        Field(title="Path mappings", description="Folders both machines have; such files are read without Jellyfin."),
    ] = []
    delivery: Annotated[
        Literal["proxy", "direct"],
        Field(
            title="Delivery",
            description="proxy: K-TV passes the bytes on. direct: players are sent to Jellyfin itself, and the"
            " address they get shows the key to everybody who watches.",
        ),
    ] = "proxy"
    server_id: Annotated[
        str | None,
        Field(
            title="Server id",
            description="Only after the server was replaced by another: its id says that this is meant.",
        ),
    ] = None

    @field_validator("base_url")
    @classmethod
    def _address(cls, text: str) -> str:
        return base_url(text)

    @field_validator("username", "user_id", "server_id", mode="after")
    @classmethod
    def _blank_is_unset(cls, text: str | None) -> str | None:
        return (text or "").strip() or None

    @field_validator("libraries")
    @classmethod
    def _named(cls, libraries: list[str]) -> list[str]:
        return [name.strip() for name in libraries if name.strip()]

    @field_validator("api_key")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        text = key.get_secret_value().strip() if key is not None else ""
        if text and not _PRINTABLE.fullmatch(text):
            raise ValueError("an API key has no spaces and no letters outside ASCII; copy it again from the dashboard")
        return SecretStr(text) if text else None

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.api_key is None and self.username is None:
            raise ValueError("give an API key, or a user name and its password")
        if self.api_key is not None and self.username is not None:
            raise ValueError("give either an API key or a user name; set the other to null")
        if self.username is not None and self.user_id is not None:
            raise ValueError("user_id goes with an API key; a user name already says who")
        return self


def from_environment(env: Mapping[str, str]) -> Mapping[str, Any] | None:
    """``JELLYFIN_BASE_URL`` describes an instance; the other two belong to it. Empty means unset."""
    address, key, user = (env.get(name, "").strip() for name in (BASE_URL, API_KEY, USER_ID))
    if not address:
        return None
    found: dict[str, Any] = {"base_url": address}
    if key:
        found["api_key"] = key
    if user:
        found["user_id"] = user
    return found
