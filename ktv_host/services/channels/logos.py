"""Logos: SVG kept with the channel, or a picture from elsewhere that viewers get through the host."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientSession

from ktv_host.domain.channel import Channel
from ktv_host.errors import FieldError, Invalid, KtvError, NotFound, Unavailable
from ktv_host.hooks import Clock, Logger
from ktv_host.outbound.guarded import GuardedHttp, fetch, web_url
from ktv_host.outbound.sessions import Sessions
from ktv_host.services.channels.logo_svg import clean_svg
from ktv_host.services.library.pictures import SVG, Picture, picture_type

FRESH, STALE, FAILED = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
MOST_BYTES = 1 << 20
KEPT_BYTES = 32 << 20
SECONDS = 10
LONGEST_URL = 2000

IsAdmin = Callable[[str], Awaitable[bool]]
"""Whether the account with this id is an admin."""


def clean_logo(text: str) -> str:
    """What is stored: an http(s) URL as it is, SVG made harmless. Raises Invalid."""
    text = text.strip()
    if text.startswith("<"):
        return clean_svg(text)
    if len(text) > LONGEST_URL:
        raise Invalid("the logo's URL is too long", [FieldError("logo", f"at most {LONGEST_URL} characters")])
    try:
        url = web_url(text)
    except Invalid:
        message = "give an http or https URL, or inline SVG that begins with <svg"
        raise Invalid(f"the logo is neither: {message}", [FieldError("logo", message)]) from None
    if url.user or url.password:
        raise Invalid("a logo's URL carries no password", [FieldError("logo", "remove the user and password from it")])
    return text


@dataclass(frozen=True, slots=True)
class _Kept:
    picture: Picture | None
    until: datetime  # then it is asked for again
    at: datetime


class Logos:
    """``guarded`` reaches the public internet only; ``vouched`` whatever an admin typed, and only its origin."""

    def __init__(
        self, guarded: GuardedHttp, vouched: Sessions, is_admin: IsAdmin, clock: Clock, logger: Logger
    ) -> None:
        self._guarded = guarded
        self._vouched = vouched
        self._is_admin = is_admin
        self._clock = clock
        self._logger = logger
        self._kept: OrderedDict[tuple[str, bool], _Kept] = OrderedDict()
        self._flights: dict[tuple[str, bool], asyncio.Task[Picture | None]] = {}

    async def picture(self, channel: Channel) -> Picture:
        """Raises NotFound without a logo, Unavailable while it cannot be had from where it is."""
        if not channel.logo:
            raise NotFound("this channel has no logo")
        if channel.logo.startswith("<"):
            return Picture(SVG, channel.logo.encode())
        # Only admins can edit an admin's channel, so an admin typed this.
        key = channel.logo, await self._is_admin(channel.owner_id)
        kept = self._kept.get(key)
        if kept is not None and self._clock() < kept.until:
            picture = kept.picture
        else:
            flight = self._flights.get(key)
            if flight is None:
                # A task of its own, so that whoever asked first may hang up without failing the others.
                flight = self._flights[key] = asyncio.create_task(self._renewed(key, kept))
                flight.add_done_callback(lambda _: self._flights.pop(key, None))
            picture = await asyncio.shield(flight)
        if picture is None:
            raise Unavailable("the logo cannot be had from its address", retry_after=60)
        return picture

    async def close(self) -> None:
        for flight in list(self._flights.values()):
            flight.cancel()
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    async def _renewed(self, key: tuple[str, bool], former: _Kept | None) -> Picture | None:
        now = self._clock()
        try:
            picture: Picture | None = await self._fetched(*key)
            self._keep(key, _Kept(picture, now + FRESH, now))
        except KtvError as error:
            self._logger.warning("a logo cannot be had", url=key[0], reason=error.message)
            picture = former.picture if former is not None and now < former.at + STALE else None
            self._keep(key, _Kept(picture, now + FAILED, former.at if picture and former else now))
        return picture

    async def _fetched(self, url: str, vouched: bool) -> Picture:
        session: ClientSession = self._vouched(url) if vouched else self._guarded(url)
        try:
            async with asyncio.timeout(SECONDS):
                fetched = await fetch(session, url, max_bytes=MOST_BYTES)
        except TimeoutError:
            raise Unavailable(f"no answer within {SECONDS} seconds") from None
        kind = picture_type(fetched.body)
        if fetched.status != 200 or kind is None:
            raise Unavailable(f"the answer is {fetched.status} {fetched.media_type}, which is no picture")
        if kind == SVG:
            clean = await asyncio.to_thread(clean_svg, fetched.body.decode("utf-8", "replace"))
            return Picture(SVG, clean.encode())
        return Picture(kind, fetched.body)

    def _keep(self, key: tuple[str, bool], kept: _Kept) -> None:
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while sum(len(one.picture.data) if one.picture else 100 for one in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)
