"""Playlists: pure functions of the ledger and the clock."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from ktv_host.domain.airtime import LedgerRow
from ktv_host.streaming.ledger import BACK_MS, LEAD_MS, Listed, listed, unbroken
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.ticks import HZ, PER_MS

TARGET_DURATION = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SegmentUrl = Callable[[Listed], str]
"""The address of a segment on air: the same for everybody, and whatever becomes of the row that airs it."""


def media_playlist(
    rows: Sequence[LedgerRow],
    plans: Mapping[str, Plan],
    now_ms: int,
    segment_url: SegmentUrl,
    *,
    lead_ms: int = LEAD_MS,
    back_ms: int = BACK_MS,
) -> str:
    """The live playlist at ``now``, to the second, so that everybody who asks within one gets the same text.

    ``rows`` are in order and reach from ``now - back`` to ``now + lead``; ``plans`` is by plan id. The list goes on
    30 s into the future: a player that starts three target durations before its end starts *now*, with all of its
    buffer to fill.
    """
    aired = window(rows, plans, now_ms, lead_ms=lead_ms, back_ms=back_ms)
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", f"#EXT-X-TARGETDURATION:{TARGET_DURATION}"]
    if aired:
        lines.append(f"#EXT-X-MEDIA-SEQUENCE:{aired[0][1].msn}")
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{aired[0][1].run}")
    lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    run: int | None = None
    for _, segment in aired:
        if segment.run != run:
            if run is not None:
                lines.append("#EXT-X-DISCONTINUITY")
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{_moment(segment.start)}")
            run = segment.run
        lines.append(f"#EXTINF:{segment.length / HZ:.5f},")
        lines.append(segment_url(segment))
    return "\n".join(lines) + "\n"


def window(
    rows: Sequence[LedgerRow],
    plans: Mapping[str, Plan],
    now_ms: int,
    *,
    lead_ms: int = LEAD_MS,
    back_ms: int = BACK_MS,
) -> list[tuple[LedgerRow, Listed]]:
    """The segments from the one on air at ``now - back`` to the last that ends by ``now + lead``."""
    second = now_ms - now_ms % 1000
    since, until = (second - back_ms) * PER_MS, (second + lead_ms) * PER_MS
    return [
        (row, segment)
        for row in unbroken(rows)
        if row.end_ms * PER_MS > since
        for segment in takewhile(lambda segment: segment.end <= until, listed(row, plans.get(row.plan or ""), since))
        if segment.end > since
    ]


def master_playlist(media_url: str, plans: Iterable[Plan]) -> str:
    """One variant that covers everything on air soon; the first plan is what is on now."""
    known = list(plans)
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    attributes = [f"BANDWIDTH={max((plan.bandwidth for plan in known), default=3_000_000)}"]
    if known:
        codecs = max((plan.codecs for plan in known), key=_level)
        attributes.append(f'CODECS="{codecs}"')
        attributes.append(f"RESOLUTION={known[0].width}x{known[0].height}")
        attributes.append(f"FRAME-RATE={known[0].frame_rate:.3f}")
    lines += [f"#EXT-X-STREAM-INF:{','.join(attributes)}", media_url]
    return "\n".join(lines) + "\n"


def _level(codecs: str) -> tuple[int, int]:
    """What a player must at least decode: the H.264 level, then the profile."""
    digits = codecs.partition(",")[0].rpartition(".")[2]
    return int(digits[4:6], 16), int(digits[0:2], 16)


def _moment(ticks: int) -> str:
    moment = _EPOCH + timedelta(milliseconds=ticks // PER_MS)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
