from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from ktv_localfiles.index import File, Index, Move, Record, State
from ktv_localfiles.naming.guesses import Guess
from ktv_localfiles.notes import Notes
from ktv_localfiles.plugin import LocalFiles
from ktv_localfiles.sidecars.nfo import Nfo

from ktv_host.hooks import MediaProbe
from ktv_host.testing.contexts import Contexts

pytest_plugins = ["ktv_host.testing.fixtures"]

NOTES = Notes(
    stamp="s",
    artwork="../poster.jpg",
    nfo=Nfo(title="T", air_date=date(2020, 2, 3), genres=("A",), sets=("S",)),
    faults=(("/v/tvshow.nfo", "broken"),),
    guess=Guess(title="G", episode=3),
)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def index(contexts: Contexts) -> Index:
    return Index((await contexts.make(LocalFiles())).db, "one")


@pytest_asyncio.fixture
async def neighbour(contexts: Contexts) -> Index:
    return Index((await contexts.make(LocalFiles())).db, "two")


@pytest.fixture
def record(make_probe: Callable[..., MediaProbe]) -> Record:
    return Record(
        path="/v/a.mkv",
        key="a",
        size=3_000_000_000,
        mtime_ns=1_700_000_000_123_456_789,
        head_hash="h",
        probe=make_probe(24, title="Ünïcode \U0001f3ac"),
        problem=None,
        notes=NOTES,
        changed=5,
    )


async def test_what_is_written_is_loaded(index: Index, record: Record) -> None:
    await index.write([record], [])
    assert await index.load(since=5) == {
        "/v/a.mkv": ("/v/a.mkv", "a", 3_000_000_000, 1_700_000_000_123_456_789, "s", State.SETTLED)
    }
    assert await index.known(["a", "b"]) == {"a": (record.probe, NOTES)}
    assert await index.heads(["a"]) == {"a": "h"}
    assert await index.file("a") == File("/v/a.mkv", record.size, record.mtime_ns, "../poster.jpg", None)
    assert await index.last() == 5


async def test_states_are_told_apart(index: Index, record: Record) -> None:
    failed = replace(record, path="/v/f.mkv", key="f", probe=None, problem="junk")
    missing = replace(record, path="/v/m.mkv", key="m")
    await index.write([record, failed, missing], [])
    await index.mark_missing(["/v/m.mkv"], NOW)
    states = {path: row[5] for path, row in (await index.load(since=4)).items()}
    assert states == {"/v/a.mkv": State.CHANGED, "/v/f.mkv": State.FAILED, "/v/m.mkv": State.MISSING}
    assert await index.problems() == [("/v/f.mkv", "junk"), ("/v/tvshow.nfo", "broken")]
    assert await index.paths() == ["/v/a.mkv"]


async def test_an_empty_index_has_no_last_pass(index: Index) -> None:
    assert (await index.last(), await index.load(0)) == (0, {})


async def test_instances_see_and_change_only_their_own_rows(index: Index, neighbour: Index, record: Record) -> None:
    await index.write([record], [])
    assert (await neighbour.load(0), await neighbour.file("a"), await neighbour.last()) == ({}, None, 0)
    assert (await neighbour.known(["a"]), await neighbour.heads(["a"])) == ({}, {})
    await neighbour.write([replace(record, size=1, problem="junk", probe=None)], [])
    await neighbour.write([], [Move("a", "/v/b.mkv", Notes(), 9)])
    await neighbour.mark_missing(["/v/a.mkv", "/v/b.mkv"], NOW)
    await neighbour.purge(NOW + timedelta(days=1))
    assert await neighbour.load(0) == {}
    assert (await index.load(9))["/v/a.mkv"][2] == 3_000_000_000
    assert (await index.sets(), await index.paths()) == (["S"], ["/v/a.mkv"])


async def test_a_move_keeps_key_and_probe(index: Index, record: Record) -> None:
    await index.write([record], [])
    await index.mark_missing(["/v/a.mkv"], NOW)
    await index.write([], [Move("a", "/v/b.mkv", Notes(), 6)])
    assert await index.file("a") == File("/v/b.mkv", record.size, record.mtime_ns, None, None)
    assert [row[5] for row in (await index.load(5)).values()] == [State.CHANGED]
    assert await index.known(["a"]) == {"a": (record.probe, Notes())}


async def test_files_missing_for_long_are_forgotten(index: Index, record: Record) -> None:
    await index.write([record, replace(record, path="/v/b.mkv", key="b")], [])
    await index.mark_missing(["/v/a.mkv"], NOW)
    await index.purge(NOW)
    assert len(await index.load(0)) == 2
    await index.purge(NOW + timedelta(seconds=1))
    assert list(await index.load(0)) == ["/v/b.mkv"]


async def test_tags_no_database_can_hold_are_cleaned(index: Index, record: Record) -> None:
    assert record.probe is not None
    hostile = replace(record.probe, tags={"ti\0tle": "a\0b\ud800c", "comment": "x" * 100_000})
    await index.write([replace(record, probe=hostile)], [])
    stored = (await index.known(["a"]))["a"][0].tags
    assert (stored["ti tle"], len(stored["comment"])) == ("a b c", 4000)


async def test_more_keys_than_a_query_takes_are_asked_in_turns(index: Index, record: Record) -> None:
    many = [replace(record, path=f"/v/{number}.mkv", key=str(number)) for number in range(1100)]
    await index.write(many, [])
    assert len(await index.known([each.key for each in many])) == 1100


async def test_a_path_that_is_spelled_anew_keeps_its_row(index: Index, record: Record) -> None:
    await index.write([record], [])
    await index.respell({"/v/a.mkv": "/v/b.mkv"})
    assert list(await index.load(0)) == ["/v/b.mkv"]
    assert await index.known(["a"]) == {"a": (record.probe, NOTES)}
