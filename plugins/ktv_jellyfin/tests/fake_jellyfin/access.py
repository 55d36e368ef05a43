"""Who asks: tokens in the forms a version accepts."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote
from uuid import uuid4

from aiohttp import web

_PAIR = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class User:
    """``folders`` None: all libraries."""

    name: str
    password: str
    id: str
    admin: bool = False
    folders: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Caller:
    """``user`` None: an API key."""

    token: str
    user: User | None = None

    @property
    def elevated(self) -> bool:
        return self.user is None or self.user.admin


@dataclass
class Access:
    """``sessions`` holds one token per device: a new sign-in of a device replaces its older token."""

    api_key: str
    users: list[User]
    legacy: bool
    sessions: dict[str, tuple[str, User]] = field(default_factory=dict)  # device → token, user

    def caller(self, request: web.Request) -> Caller | None:
        token = self.token(request)
        if token is None:
            return None
        if token == self.api_key:
            return Caller(token)
        return next((Caller(token, user) for known, user in self.sessions.values() if known == token), None)

    def token(self, request: web.Request) -> str | None:
        header = request.headers.get("Authorization", "")
        if header.startswith("MediaBrowser ") or (self.legacy and header.startswith("Emby ")):
            return parts(header).get("Token")
        query = {name.lower(): value for name, value in request.query.items()}
        found = query.get("apikey")
        if found is None and self.legacy:
            found = request.headers.get("X-Emby-Token") or request.headers.get("X-MediaBrowser-Token")
            found = found or query.get("api_key")
        return found

    def sign_in(self, device: str, user: User) -> str:
        token = uuid4().hex
        self.sessions[device] = token, user
        return token

    def sign_out(self, token: str) -> None:
        for device, (known, _) in list(self.sessions.items()):
            if known == token:
                del self.sessions[device]


def parts(header: str) -> dict[str, str]:
    """The values of an authorisation header, decoded as the server does."""
    return {name: unquote(value) for name, value in _PAIR.findall(header)}
