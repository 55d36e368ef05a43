"""The log as a feed: replay, order, slow readers, threads."""

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

from ktv_host.services.log_feed import Level, LogFeed, LogLine, Lost

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def say(feed: LogFeed, *messages: str, level: Level = Level.INFO) -> None:
    for message in messages:
        feed.publish(level, "ktv", message, MOMENT)


def told(batch: Any) -> list[Any]:
    return [entry.message if isinstance(entry, LogLine) else entry for entry in batch]


async def test_a_reader_gets_the_last_lines_and_then_the_new_ones_in_order() -> None:
    feed = LogFeed(kept=2)
    say(feed, "a", "b", "c")
    with feed.read() as reader:
        say(feed, "d")
        assert told(await reader.next(1)) == ["b", "c", "d"]
        say(feed, "e")
        assert told(await reader.next(1)) == ["e"]


async def test_nothing_new_is_an_empty_batch() -> None:
    with LogFeed().read() as reader:
        assert await reader.next(0.01) == ()


async def test_a_reader_goes_on_after_the_line_it_saw_last() -> None:
    feed = LogFeed()
    say(feed, "a", "b", "c")
    with feed.read() as reader:
        seen = (await reader.next(1))[1]
    assert isinstance(seen, LogLine)
    with feed.read(after=seen.id) as reader:
        assert told(await reader.next(1)) == ["c"]


async def test_lines_that_are_gone_meanwhile_are_counted() -> None:
    feed = LogFeed(kept=2)
    say(feed, "a")
    with feed.read() as reader:
        seen = (await reader.next(1))[0]
    assert isinstance(seen, LogLine)
    say(feed, "b", "c", "d", "e")
    with feed.read(after=seen.id) as reader:
        assert told(await reader.next(1)) == [Lost(2), "d", "e"]


async def test_an_id_of_another_process_means_nothing_here() -> None:
    feed, other = LogFeed(), LogFeed()
    say(feed, "a")
    say(other, "x")
    with other.read() as reader:
        line = (await reader.next(1))[0]
    assert isinstance(line, LogLine)
    for stranger in ("x-1", "", "-", "nonsense", "x-²", line.id):
        with feed.read(after=stranger) as reader:
            assert told(await reader.next(1)) == ["a"]


async def test_a_slow_reader_loses_lines_and_is_told_how_many_and_where() -> None:
    feed = LogFeed(queued=2)
    with feed.read() as slow, feed.read() as quick:
        say(feed, "a", "b")
        assert told(await quick.next(1)) == ["a", "b"]
        say(feed, "c", "d", "e")
        assert told(await quick.next(1)) == ["c", "d", Lost(1)]
        assert told(await slow.next(1)) == ["a", "b", Lost(3)]
        say(feed, "f")
        assert told(await slow.next(1)) == ["f"]


async def test_only_lines_of_the_level_are_sent_and_counted() -> None:
    feed = LogFeed(queued=1)
    say(feed, "a", level=Level.WARNING)
    with feed.read(Level.ERROR) as reader:
        say(feed, "b", "c")
        say(feed, "d", level=Level.CRITICAL)
        assert told(await reader.next(1)) == ["d"]


async def test_whoever_left_is_not_written_to() -> None:
    feed = LogFeed()
    with feed.read() as reader:
        pass
    say(feed, "a")
    assert await reader.next(0.01) == ()


async def test_threads_may_publish_and_no_line_is_lost_or_doubled() -> None:
    feed = LogFeed(queued=10_000)
    got: list[Any] = []
    with feed.read() as reader:
        threads = [threading.Thread(target=lambda n=n: say(feed, *(f"{n}-{k}" for k in range(250)))) for n in range(4)]
        for thread in threads:
            thread.start()
        async with asyncio.timeout(10):
            while len(got) < 1000:
                got += await reader.next(1)
        for thread in threads:
            thread.join()
    assert [line.number for line in got] == list(range(1, 1001))
    assert len({line.message for line in got}) == 1000


async def test_an_endless_line_is_cut() -> None:
    feed = LogFeed()
    say(feed, "x" * 100_000)
    with feed.read() as reader:
        line = (await reader.next(1))[0]
    assert isinstance(line, LogLine)
    assert len(line.message) < 20_000
    assert "84000 more" in line.message
