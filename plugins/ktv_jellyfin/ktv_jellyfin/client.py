"""Authorised requests: JSON, or an error somebody can act on."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientWebSocketResponse

from ktv_jellyfin.answers import Overburdened, Refused, understand
from ktv_jellyfin.authorization import authorization
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

    async def items(self, params: Params, *, patience: Patience = NORMAL) -> tuple[list[dict[str, Any]], int]:
        """``GET /Items``: the items and the total it tells, which is only right where it was asked for."""
        return listed(await self.get("/Items", params, patience=patience))

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

    async def _json(
        self, method: str, path: str, params: Params, body: Mapping[str, Any] | None, patience: Patience
    ) -> Any:
        signed = await self.login.signed()
        try:
            return await self._once(signed, method, path, params, body, patience)
        except Refused:
            signed = await self.login.renewed(signed)
        return await self._once(signed, method, path, params, body, patience)

    async def _once(  # noqa: PLR0917  a request and who asks
        self,
        signed: Signed,
        method: str,
        path: str,
        params: Params,
        body: Mapping[str, Any] | None,
        patience: Patience,
    ) -> Any:
        header = authorization(self.login.device_id, signed.token)
        answer = await self.wire.ask(method, path, params=params, body=body, authorization=header, patience=patience)
        return understand(answer, path)


def listed(found: Any) -> tuple[list[dict[str, Any]], int]:
    """The items of a query result. Raises Overburdened for something else."""
    items = found.get("Items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise Overburdened("the answer of Jellyfin is no list of items")
    total = found.get("TotalRecordCount")
    return [item for item in items if isinstance(item, dict)], total if isinstance(total, int) else 0
