"""The whole guide."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv import xmltv
from ktv_iptv.ids import tvg_id
from lxml import etree

from ktv_host.hooks import ContentType, Guide, GuideChannel, Links, MediaItem, Render, Slot

Channels = Callable[..., GuideChannel]
Guides = Callable[..., Guide]
Rows = Callable[..., list[Slot]]
Document = Callable[[Render, Guide], bytes]
Valid = Callable[[Guide], etree._Element]
Row = tuple[int, int, str | None]

NOW = datetime(2026, 11, 23, 9, 30, 17, tzinfo=UTC)
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
NAMES = st.lists(st.tuples(ANY_TEXT, st.booleans(), PARTS, st.floats(-4000, 4000)), max_size=3)


def times(root: etree._Element, channel: GuideChannel) -> list[tuple[datetime, datetime, str | None]]:
    """Start, stop and title of a channel's programmes."""

    def read(text: str) -> datetime:
        assert text.endswith(" +0000")
        return datetime.strptime(text, "%Y%m%d%H%M%S %z")

    return [
        (read(str(found.attrib["start"])), read(str(found.attrib["stop"])), found.findtext("title"))
        for found in root.iterfind("programme")
        if found.attrib["channel"] == tvg_id(channel)
    ]


@pytest.fixture
def rows(guide_of: Guides, channel_of: Channels, row_of: Rows, valid_xmltv: Valid) -> Callable[..., list[Row]]:
    """The programmes of one channel as seconds after now, from (pause, length) parts that start at ``offset``."""

    def programmes(parts: Sequence[tuple[float, float]], offset: float = 0) -> list[Row]:
        channel = channel_of(1)
        slots = row_of(channel, [(pause, length, None) for pause, length in parts], NOW + timedelta(seconds=offset))
        root = valid_xmltv(guide_of([channel], {channel.id: slots}))
        return [
            (int((start - NOW).total_seconds()), int((stop - NOW).total_seconds()), title)
            for start, stop, title in times(root, channel)
        ]

    return programmes


def test_the_guide_is_as_it_was(
    guide_of: Guides,
    channel_of: Channels,
    row_of: Rows,
    golden: Callable[[str, Render, Guide], None],
    valid_xmltv: Valid,
) -> None:
    retro, noir, empty = (
        channel_of(1, "Retro", logo=True),
        channel_of(2, 'Crime, "Noir" & Drama'),
        channel_of(10, "New"),
    )
    pilot = MediaItem(
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
    special = MediaItem(
        key="sp-3",
        title="Making of",
        content_type=ContentType.EPISODE,
        duration_ms=600_000,
        series_name="Lost & Found",
        season_number=0,
        episode_number=3,
    )
    film = MediaItem(
        key="film-9",
        title="Nachtfahrt",
        content_type=ContentType.MOVIE,
        duration_ms=5_400_000,
        year=1977,
        genres=("Thriller",),
        rating="FSK-16",
        artwork=True,
    )
    start = NOW - timedelta(minutes=10)
    guide = guide_of(
        [retro, noir, empty],
        {
            retro.id: row_of(retro, [(0, 1425, pilot), (0, 600, special), (3600, 5400, film)], start),
            noir.id: row_of(noir, [(1800, 5400, film)], NOW.replace(second=0)),
        },
    )
    valid_xmltv(guide)
    golden("epg.xml", xmltv.render, guide)


def test_a_channel_has_three_names(document: Document, guide_of: Guides, channel_of: Channels) -> None:
    root = etree.fromstring(document(xmltv.render, guide_of([channel_of(12, "Retro")])))
    assert [name.text for name in root.iterfind("channel/display-name")] == ["12 Retro", "12", "Retro"]


def test_slots_that_follow_each_other_do_so_in_the_guide(rows: Callable[..., list[Row]]) -> None:
    assert rows([(0, 60), (0, 30)], offset=-20) == [(-20, 40, "A film"), (40, 70, "A film")]


def test_time_between_slots_is_no_signal(rows: Callable[..., list[Row]]) -> None:
    assert rows([(0, 60), (40, 30)], offset=-20) == [(-20, 40, "A film"), (40, 80, "No signal"), (80, 110, "A film")]


def test_time_before_the_first_slot_is_no_signal_from_the_minute_it_is_now(rows: Callable[..., list[Row]]) -> None:
    assert rows([(0, 60)], offset=100) == [(-17, 100, "No signal"), (100, 160, "A film")]


def test_less_than_a_second_without_a_slot_belongs_to_the_programme_before_it(rows: Callable[..., list[Row]]) -> None:
    assert rows([(0, 60), (0.999, 30)]) == [(-17, 0, "No signal"), (0, 60, "A film"), (60, 90, "A film")]


def test_a_channel_without_slots_has_no_programmes(rows: Callable[..., list[Row]]) -> None:
    assert rows([]) == []


def test_the_guide_stays_the_same_within_a_minute(
    document: Document, guide_of: Guides, channel_of: Channels, row_of: Rows
) -> None:
    channel = channel_of(1)
    slots = row_of(channel, [(0, 60, None)], NOW + timedelta(hours=1))
    first, second = (
        document(xmltv.render, guide_of([channel], {channel.id: slots}, NOW.replace(second=at))) for at in (0, 59)
    )
    assert first == second


async def test_every_channel_is_a_chunk(guide_of: Guides, channel_of: Channels, row_of: Rows, links: Links) -> None:
    one, two, idle = channel_of(1), channel_of(2), channel_of(3)
    slots = {channel.id: row_of(channel, [(0, 60, None), (0, 60, None)]) for channel in (one, two)}
    chunks = [chunk async for chunk in xmltv.render(guide_of([one, two, idle], slots), links)]
    assert [(chunk.count(b"<channel "), chunk.count(b"<programme ")) for chunk in chunks] == [
        (3, 0),
        (0, 3),
        (0, 3),
        (0, 0),
    ]


@given(NAMES)
def test_any_guide_is_valid_and_has_one_programme_per_slot(
    guide_of: Guides,
    channel_of: Channels,
    row_of: Rows,
    valid_xmltv: Valid,
    some: list[tuple[str, bool, list[tuple[float, float, MediaItem]], float]],
) -> None:
    channels = [channel_of(number, name, logo=logo) for number, (name, logo, _, _) in enumerate(some, 1)]
    slots = {
        channel.id: row_of(channel, parts, NOW + timedelta(seconds=offset))
        for channel, (_, _, parts, offset) in zip(channels, some, strict=True)
    }
    root = valid_xmltv(guide_of(channels, slots))
    assert [found.attrib["id"] for found in root.iterfind("channel")] == [tvg_id(channel) for channel in channels]
    for channel in channels:
        found = times(root, channel)
        assert all(start < stop for start, stop, _ in found)
        assert all(before[1] == after[0] for before, after in pairwise(found))
        shown = [found for found in root.iterfind("programme") if found.attrib["channel"] == tvg_id(channel)]
        aired = [found.attrib for found in shown if found.find("category") is not None]
        assert len(aired) == len(slots[channel.id])
        for attributes, slot in zip(aired, slots[channel.id], strict=True):
            start = datetime.strptime(str(attributes["start"]), "%Y%m%d%H%M%S %z")
            assert abs(start - slot.start_at) < timedelta(seconds=2)
