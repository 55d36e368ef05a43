"""Authorised requests: JSON, or an error somebody can act on."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import ClientWebSocketResponse

from ktv_jellyfin.answers import Answer, Overburdened, Refused, understand
from ktv_jellyfin.authorization import authorization
from ktv_jellyfin.dto import Dto, Listing, read_listing
from ktv_jellyfin.login import Login, Signed
from ktv_jellyfin.wire import Params, Patience, Wire

NORMAL = Patience()


class Client:
    """A token that is refused is renewed once. Raises what ``understand`` and ``Wire.ask`` raise."""

    def __init__(self, wire: Wire, login: Login) -> None:
        self.wire = wire
        self.login = login

    async def get(self, path: str, params: Params = (), *, patience: Patience = NORMAL) -> Any:
        return await self._json("GET", path, params, None, patience)

    async def post(self, path: str, params: Params = (), body: Mapping[str, Any] | None = None) -> Any:
        return await self._json("POST", path, params, body, NORMAL)

    async def delete(self, path: str, params: Params, *, patience: Patience = NORMAL) -> None:
        await self._json("DELETE", path, params, None, patience)

    async def items(self, params: Params, *, patience: Patience = NORMAL) -> tuple[list[Dto], int]:
        """``GET /Items``: the items and the total it tells, which is only right where it was asked for."""
        found = await self._json("GET", "/Items", params, None, patience, read_listing)
        if not isinstance(found, Listing):
            raise Overburdened("the answer of Jellyfin is no list of items")
        total = found.total_record_count
        return [item for item in found.items if item is not None], total if isinstance(total, int) else 0

    async def header(self) -> str:
        """For those who read media themselves."""
        return authorization(self.login.device_id, (await self.login.signed()).token)

    async def socket(self, path: str) -> ClientWebSocketResponse:
        """As a user: an API key has no session that anything is sent to."""
        device = [("deviceId", self.login.device_id)]
        signed = await self.login.signed()
        try:
            return await self.wire.socket(path, device, authorization(self.login.device_id, signed.token))
        except Refused:
            signed = await self.login.renewed(signed)
        return await self.wire.socket(path, device, authorization(self.login.device_id, signed.token))

    async def _json(  # noqa: PLR0917  a request, and how its answer is read
        self,
        method: str,
        path: str,
        params: Params,
        body: Mapping[str, Any] | None,
        patience: Patience,
        decode: Callable[[bytes], Any] = orjson.loads,
    ) -> Any:
        signed = await self.login.signed()
        try:
            return understand(await self._once(signed, method, path, params, body, patience), path, decode)
        except Refused:
            signed = await self.login.renewed(signed)
        return understand(await self._once(signed, method, path, params, body, patience), path, decode)

    async def _once(  # noqa: PLR0917  a request and who asks
        self,
        signed: Signed,
        method: str,
        path: str,
        params: Params,
        body: Mapping[str, Any] | None,
        patience: Patience,
    ) -> Answer:
        header = authorization(self.login.device_id, signed.token)
        return await self.wire.ask(method, path, params=params, body=body, authorization=header, patience=patience)


def listed(found: Any) -> list[dict[str, Any]]:
    """The items of a query result that are no media. Raises Overburdened for something else."""
    items = found.get("Items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise Overburdened("the answer of Jellyfin is no list of items")
    return [item for item in items if isinstance(item, dict)]
