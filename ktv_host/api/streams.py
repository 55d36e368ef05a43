"""/admin/streams: who watches what, and how well it goes."""

from datetime import datetime

from typing_extensions import TypedDict

from ktv_host.api.guard import Admin
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.streaming.modes import Mode


class StreamBody(TypedDict):
    """A channel somebody read in the last half minute, from this process.

    ``viewers`` are the different players seen in that time. ``mode`` is how the picture of now is made. Of the
    ``segments`` sent to them ``hits`` lay in the cache, and ``slates`` stood in for some that could not be made.
    """

    channel_id: str
    name: str
    viewers: int
    mode: Mode | None
    playlists: int
    segments: int
    hits: int
    hit_rate: float | None
    slates: int
    last_at: datetime


class TroubleBody(TypedDict):
    """Why something was slate."""

    at: datetime
    reason: str
    item_id: str | None
    channel_ids: list[str]


class StreamsBody(TypedDict):
    """The sums are those of this process since its start; ``errors`` are the last fifty, newest first."""

    channels: list[StreamBody]
    segments: int
    hits: int
    hit_rate: float | None
    slates: int
    errors: list[TroubleBody]


async def streams(call: Call[None, None]) -> Reply:
    host, watching = call.host, call.host.live.watching
    names = {channel.id: channel.name for channel in await host.channels.all()}
    totals = watching.totals
    return Reply(
        StreamsBody(
            channels=[
                StreamBody(
                    channel_id=key,
                    name=names.get(key, ""),
                    viewers=len(audience.readers),
                    mode=audience.mode,
                    playlists=audience.playlists,
                    segments=audience.segments,
                    hits=audience.hits,
                    hit_rate=_rate(audience.hits, audience.segments),
                    slates=audience.slates,
                    last_at=audience.last_at,
                )
                for key, audience in watching.audiences().items()
            ],
            segments=totals.segments,
            hits=totals.hits,
            hit_rate=_rate(totals.hits, totals.segments),
            slates=totals.slates,
            errors=[
                TroubleBody(at=one.at, reason=one.reason, item_id=one.item_id, channel_ids=list(one.channel_ids))
                for one in watching.troubles()
            ],
        )
    )


def _rate(hits: int, segments: int) -> float | None:
    return round(hits / segments, 4) if segments else None


ROUTES = (
    Route("GET", "/admin/streams", streams, "Who watches what, as this process saw it", Admin(), {200: StreamsBody}),
)
