"""Signing in: with an API key, or as a user whose token is kept over restarts."""

import asyncio
import hashlib
from abc import ABC, abstractmethod
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

from ktv_host.hooks import ProviderAuthFailed, ProviderUnavailable, State
from ktv_jellyfin.answers import Refused, understand
from ktv_jellyfin.authorization import authorization
from ktv_jellyfin.ids import item_key
from ktv_jellyfin.wire import Patience, Wire

STATE_KEY = "login"


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in. ``user_id`` is None for an API key; ``admin`` may start scans and see all libraries."""

    token: str
    user_id: str | None = None
    admin: bool = False


class Login(ABC):
    """``device_id`` goes with every request."""

    def __init__(self, device_id: str) -> None:
        self.device_id = device_id

    @abstractmethod
    async def signed(self) -> Signed:
        """Raises ProviderAuthFailed, ProviderUnavailable."""

    @abstractmethod
    async def renewed(self, refused: Signed) -> Signed:
        """After a 401: another token, or ProviderAuthFailed with what a person has to do."""

    @abstractmethod
    async def close(self) -> None:
        """End what nobody will use again."""


class KeyLogin(Login):
    def __init__(self, device_id: str, key: str) -> None:
        super().__init__(device_id)
        self._signed = Signed(key, admin=True)

    async def signed(self) -> Signed:
        return self._signed

    async def renewed(self, refused: Signed) -> Signed:  # noqa: ARG002  there is no other key
        raise ProviderAuthFailed(
            "Jellyfin refused the API key; was it deleted? Make one in its dashboard under API Keys"
        )

    async def close(self) -> None:
        """A key is nobody's session."""


class UserLogin(Login):
    """The token lies in ``state``, sealed with the password it was got for; so several processes share one session.

    Two of them signing in with one device id would revoke each other's token again and again. Without a ``state`` the
    session lasts until ``close``.
    """

    def __init__(self, wire: Wire, state: State | None, device_id: str, username: str, password: str) -> None:
        super().__init__(device_id)
        self._wire = wire
        self._state = state
        self._username = username
        self._password = password
        self._signed: Signed | None = None
        self._one = asyncio.Lock()
        self._box: Fernet | None = None

    async def signed(self) -> Signed:
        async with self._one:
            if self._signed is None:
                self._signed = await self._stored() or await self._sign_in()
            return self._signed

    async def renewed(self, refused: Signed) -> Signed:
        async with self._one:
            if self._signed is None or self._signed.token == refused.token:
                stored = await self._stored()
                other = stored is not None and stored.token != refused.token
                self._signed = stored if other else await self._sign_in()
            assert self._signed is not None
            return self._signed

    async def close(self) -> None:
        """Signs out when a newer configuration (with a device id of its own) took over, or the instance was deleted."""
        if self._signed is None:
            return
        stored = await self._state.get(STATE_KEY) if self._state is not None else None
        if not isinstance(stored, dict) or stored.get("device_id") != self.device_id:
            await sign_out(self._wire, self.device_id, self._signed.token)

    async def _sign_in(self) -> Signed:
        found = await sign_in(self._wire, self.device_id, self._username, self._password)
        if self._state is None:
            return found
        sealed = (await self._sealing()).encrypt(orjson.dumps(asdict(found))).decode()
        await self._state.set(STATE_KEY, {"device_id": self.device_id, "sealed": sealed})
        return found

    async def _stored(self) -> Signed | None:
        stored: Any = await self._state.get(STATE_KEY) if self._state is not None else None
        if not isinstance(stored, dict) or stored.get("device_id") != self.device_id:
            return None
        try:
            return Signed(**orjson.loads((await self._sealing()).decrypt(str(stored.get("sealed")).encode())))
        except (InvalidToken, ValueError, TypeError):
            return None

    async def _sealing(self) -> Fernet:
        if self._box is None:
            self._box = await asyncio.to_thread(_sealed_with, self._password, self.device_id)
        return self._box


async def sign_in(wire: Wire, device_id: str, username: str, password: str) -> Signed:
    """Raises ProviderAuthFailed when user and password do not fit, ProviderUnavailable."""
    answer = await wire.ask(
        "POST",
        "/Users/AuthenticateByName",
        body={"Username": username, "Pw": password},
        authorization=authorization(device_id),
        patience=Patience(read=30),
    )
    try:
        found = understand(answer, "the sign-in")
    except Refused:
        raise ProviderAuthFailed(f"Jellyfin refused the user {username}: name or password is wrong") from None
    found = found if isinstance(found, dict) else {}
    user = found.get("User") or {}
    token, user_id = found.get("AccessToken"), item_key(user.get("Id"))
    if not isinstance(token, str) or user_id is None:
        raise ProviderAuthFailed("Jellyfin signed the user in but gave no token")
    return Signed(token, user_id, admin=bool((user.get("Policy") or {}).get("IsAdministrator")))


async def sign_out(wire: Wire, device_id: str, token: str) -> None:
    """A session that stays does no harm: a server that does not answer is no failure."""
    with suppress(ProviderUnavailable):
        await wire.ask(
            "POST",
            "/Sessions/Logout",
            authorization=authorization(device_id, token),
            patience=Patience(connect=2, read=3),
        )


def _sealed_with(password: str, salt: str) -> Fernet:
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=1 << 14, r=8, p=1, dklen=32)
    return Fernet(urlsafe_b64encode(key))
