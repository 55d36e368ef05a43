"""The whole guide."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv import xmltv
from ktv_iptv.ids import tvg_id
from lxml import etree

from ktv_host.hooks import ContentType, Document, GuideChannel, MediaItem, Slot
from ktv_host.testing import FakeGuide, FakeLinks, guide_channel, rendered

Rows = Callable[..., list[Slot]]
Valid = Callable[[FakeGuide], Awaitable[etree._Element]]
Seen = tuple[int, int, str | None]
Watch = Callable[..., Awaitable[list[Seen]]]

NOW = datetime(2026, 11, 23, 9, 30, 17, tzinfo=UTC)
PILOT = MediaItem(
    key="ep-1",
    title="Pilot <one>",
    content_type=ContentType.EPISODE,
    duration_ms=1_425_600,
    series_name="Lost & Found",
    season_number=1,
    episode_number=1,
    genres=("Comedy", "Drama"),
    description="They meet.\n\nThey part.",
    rating="TV-PG",
    air_date=date(2004, 9, 22),
    artwork=True,
)
SPECIAL = MediaItem(
    key="sp-3",
    title="Making of",
    content_type=ContentType.EPISODE,
    duration_ms=600_000,
    series_name="Lost & Found",
    season_number=0,
    episode_number=3,
)
NIGHT = MediaItem(
    key="film-9",
    title="Nachtfahrt",
    content_type=ContentType.MOVIE,
    duration_ms=5_400_000,
    year=1977,
    genres=("Thriller",),
    rating="FSK-16",
    artwork=True,
)
ANY_TEXT = st.text(st.characters(), max_size=30)
ITEMS = st.builds(
    MediaItem,
    key=st.from_regex(r"[A-Za-z0-9._~-]{1,20}", fullmatch=True),
    title=ANY_TEXT,
    content_type=st.sampled_from(ContentType),
    duration_ms=st.none() | st.integers(0, 10**8),
    series_name=st.none() | ANY_TEXT,
    season_number=st.none() | st.integers(-1, 100),
    episode_number=st.none() | st.integers(-1, 2000),
    year=st.none() | st.integers(-1, 20_000),
    genres=st.lists(ANY_TEXT, max_size=3).map(tuple),
    description=st.none() | ANY_TEXT,
    rating=st.none() | ANY_TEXT | st.just("PG"),
    air_date=st.none() | st.dates(),
    artwork=st.booleans(),
)
PARTS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.0, 0.4, 1.0, 59.0, 7200.0]), st.sampled_from([1.0, 1425.0, 5400.0]), ITEMS),
    max_size=5,
)
CHANNELS = st.lists(
    st.tuples(
        st.builds(guide_channel, st.integers(1, 9999), ANY_TEXT, logo=st.booleans()), PARTS, st.floats(-4e3, 4e3)
    ),
    max_size=3,
    unique_by=lambda channel: channel[0].number,
)


def moment(text: object) -> datetime:
    assert isinstance(text, str)
    assert text.endswith(" +0000")
    return datetime.strptime(text, "%Y%m%d%H%M%S %z")


def times(root: etree._Element, channel: GuideChannel) -> list[tuple[datetime, datetime, etree._Element]]:
    """Start and stop of a channel's programmes."""
    return [
        (moment(found.attrib["start"]), moment(found.attrib["stop"]), found)
        for found in root.iterfind("programme")
        if found.attrib["channel"] == tvg_id(channel)
    ]


@pytest.fixture
def watch(row_of: Rows, valid_xmltv: Valid) -> Watch:
    """The programmes of one channel as seconds after now, from (pause, length) parts that start at ``offset``."""

    async def programmes(parts: Sequence[tuple[float, float]], offset: float = 0) -> list[Seen]:
        channel = guide_channel(1, "Retro")
        slots = row_of(channel, [(*part, None) for part in parts], NOW + timedelta(seconds=offset))
        root = await valid_xmltv(FakeGuide({channel: slots}, NOW))
        return [
            (int((start - NOW).total_seconds()), int((stop - NOW).total_seconds()), found.findtext("title"))
            for start, stop, found in times(root, channel)
        ]

    return programmes


async def test_the_guide_is_as_it_was(
    epg: Document, row_of: Rows, valid_xmltv: Valid, golden: Callable[[str, bytes], None]
) -> None:
    retro, noir = guide_channel(1, "Retro", logo=True), guide_channel(2, 'Crime, "Noir" & Drama')
    start = NOW - timedelta(minutes=10)
    guide = FakeGuide(
        {
            retro: row_of(retro, [(0, 1425, PILOT), (0, 600, SPECIAL), (3600, 5400, NIGHT)], start),
            noir: row_of(noir, [(1800, 5400, NIGHT)], NOW.replace(second=0)),
            guide_channel(10, "New"): (),
        },
        NOW,
    )
    await valid_xmltv(guide)
    golden("epg.xml", await rendered(epg, guide))


async def test_a_channel_has_three_names(epg: Document) -> None:
    root = etree.fromstring(await rendered(epg, FakeGuide({guide_channel(12, "Retro"): ()})))
    assert [name.text for name in root.iterfind("channel/display-name")] == ["12 Retro", "12", "Retro"]


async def test_slots_that_follow_each_other_do_so_in_the_guide(watch: Watch) -> None:
    assert await watch([(0, 60), (0, 30)], offset=-20) == [(-20, 40, "A film"), (40, 70, "A film")]


async def test_time_between_slots_is_no_signal(watch: Watch) -> None:
    assert await watch([(0, 60), (40, 30)], offset=-20) == [
        (-20, 40, "A film"),
        (40, 80, "No signal"),
        (80, 110, "A film"),
    ]


async def test_time_before_the_first_slot_is_no_signal_from_the_minute_it_is_now(watch: Watch) -> None:
    assert await watch([(0, 60)], offset=100) == [(-17, 100, "No signal"), (100, 160, "A film")]


async def test_less_than_a_second_without_a_slot_belongs_to_the_programme_before_it(watch: Watch) -> None:
    assert await watch([(0, 60), (0.999, 30)]) == [(-17, 0, "No signal"), (0, 60, "A film"), (60, 90, "A film")]


async def test_a_channel_without_slots_has_no_programmes(watch: Watch) -> None:
    assert await watch([]) == []


async def test_the_guide_stays_the_same_within_a_minute(epg: Document, row_of: Rows) -> None:
    channel = guide_channel(1, "Retro")
    slots = row_of(channel, [(0, 60, None)], NOW + timedelta(hours=1))
    first, second = [await rendered(epg, FakeGuide({channel: slots}, NOW.replace(second=at))) for at in (0, 59)]
    assert first == second


async def test_every_channel_is_a_chunk(row_of: Rows) -> None:
    one, two, idle = (guide_channel(number, "Retro") for number in (1, 2, 3))
    guide = FakeGuide(
        {channel: row_of(channel, [(0, 60, None), (0, 60, None)], NOW) for channel in (one, two)} | {idle: []}, NOW
    )
    chunks = [chunk async for chunk in xmltv.render(guide, FakeLinks())]
    counts = [(chunk.count(b"<channel "), chunk.count(b"<programme ")) for chunk in chunks]
    assert counts == [(3, 0), (0, 3), (0, 3), (0, 0)]


@given(st.data())
async def test_any_guide_is_valid_and_has_one_programme_per_slot(
    row_of: Rows, valid_xmltv: Valid, data: st.DataObject
) -> None:
    slots = {
        channel: row_of(channel, parts, NOW + timedelta(seconds=offset))
        for channel, parts, offset in data.draw(CHANNELS)
    }
    guide = FakeGuide(slots, NOW)
    root = await valid_xmltv(guide)
    assert [found.attrib["id"] for found in root.iterfind("channel")] == [tvg_id(c) for c in guide.channels]
    for channel in guide.channels:
        shown = times(root, channel)
        assert all(start < stop for start, stop, _ in shown)
        assert all(before[1] == after[0] for before, after in pairwise(shown))
        aired = [start for start, _, found in shown if found.find("category") is not None]
        for start, slot in zip(aired, slots[channel], strict=True):
            assert abs(start - slot.start_at) < timedelta(seconds=2)
