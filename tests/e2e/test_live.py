"""The linear stream of a running server, as players see it."""

import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import m3u8
import pytest

from ktv_host.streaming.binary import ffmpeg_path


@pytest.fixture(scope="module")
def home(server: Any) -> Any:
    """The server with its admin signed in and the library read."""
    login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
    server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
    server.until("/library/items", lambda items: len(items) == 7)
    return server


def make_channel(home: Any, name: str, content: dict[str, Any], **block: Any) -> str:
    window = {"name": name, "start_time": "00:00", "duration_mins": 1440, "content": content, **block}
    channel: str = home.post("/channels", {"name": name, "schedule_config": {"blocks": [window]}}).json()["id"]
    assert home.post(f"/channels/{channel}/schedule").status == 201
    return channel


@pytest.fixture(scope="module")
def episodes(home: Any) -> str:
    return make_channel(
        home, "Episodes", {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"}
    )


@pytest.fixture(scope="module")
def shorts(home: Any) -> str:
    """Five-second clips: a boundary every five seconds."""
    (short,) = home.get("/library/items?type=short").json()
    return make_channel(home, "Shorts", {"type": "manual", "items": [short["id"]]})


@pytest.fixture(scope="module")
def silent(home: Any) -> str:
    """A channel whose only block is twelve hours away."""
    start = (datetime.now(UTC) + timedelta(hours=12)).strftime("%H:%M")
    content = {"type": "algorithmic", "filter": {"content_type": "movie"}, "strategy": "best_fit"}
    return make_channel(home, "Silent", content, start_time=start, duration_mins=120)


def playlist(home: Any, channel: str) -> Any:
    answer = home.get(f"/channels/{channel}/media.m3u8")
    assert answer.status == 200, answer.body
    return m3u8.loads(answer.body.decode())


def local(home: Any, url: str) -> str:
    return urljoin(home.base, url)


def decoded(home: Any, channel: str, seconds: int) -> tuple[int, str]:
    """Frames ffmpeg decodes of the stream, and what it complains about."""
    text = home.get(f"/channels/{channel}/media.m3u8").body.decode()
    assert "#EXTM3U" in text
    address = f"{home.base}/api/v1/channels/{channel}/live.m3u8"
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-live_start_index", "-3", "-i", address,
         "-t", str(seconds), "-map", "0:v", "-f", "framemd5", "-"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return sum(not line.startswith("#") for line in done.stdout.splitlines()), done.stderr


def test_the_playlist_lists_the_live_stream(home: Any, episodes: str) -> None:
    assert f"/channels/{episodes}/live.m3u8" in home.get("/iptv/playlist.m3u").body.decode()


def test_the_master_names_codecs_and_leads_to_the_media(home: Any, episodes: str) -> None:
    master = m3u8.loads(home.get(f"/channels/{episodes}/live.m3u8").body.decode())
    (variant,) = master.playlists
    assert variant.stream_info.codecs.startswith("avc1.")
    assert variant.uri.startswith("media.m3u8")


def test_everybody_gets_the_same_playlist_within_a_second(home: Any, episodes: str) -> None:
    for _ in range(5):
        before = int(time.time())
        bodies = {home.get(f"/channels/{episodes}/media.m3u8").body for _ in range(3)}
        if int(time.time()) == before:
            assert len(bodies) == 1
            return
    pytest.fail("three requests never fell into one second")


def test_the_list_reaches_thirty_seconds_ahead_in_numbers_that_only_rise(home: Any, shorts: str) -> None:
    first = playlist(home, shorts)
    assert first.target_duration == 10
    assert all(segment.duration < 10.5 for segment in first.segments)
    ahead = first.segments[-1].current_program_date_time - datetime.now(UTC)
    assert timedelta(seconds=15) < ahead < timedelta(seconds=31)
    time.sleep(2)
    second = playlist(home, shorts)
    known = {first.media_sequence + n: segment.uri for n, segment in enumerate(first.segments)}
    again = {second.media_sequence + n: segment.uri for n, segment in enumerate(second.segments)}
    shared = known.keys() & again.keys()
    assert len(shared) > 3
    assert all(known[number] == again[number] for number in shared)
    assert second.discontinuity_sequence >= first.discontinuity_sequence


def test_a_segment_has_one_address_that_may_be_kept_for_ever(home: Any, episodes: str) -> None:
    segment = playlist(home, episodes).segments[-1]
    answer = home.get(local(home, segment.uri))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "video/mp2t"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.body[0] == 0x47
    assert len(answer.body) % 188 == 0


def test_a_changed_address_is_not_found(home: Any, episodes: str) -> None:
    url = local(home, playlist(home, episodes).segments[-1].uri)
    head, grant, name = url.rsplit("/", 2)
    assert home.get(f"{head}/{int(grant[:10]) + 3600}{grant[10:]}/{name}").status == 404
    assert home.get(f"{head}/{grant}/../../etc.ts").status == 404
    assert home.get(f"{head}/{grant}/99999.ts").status == 404
    assert home.get(f"{head}/{grant}/x.ts").status == 404


def test_ffmpeg_decodes_the_stream_without_a_complaint(home: Any, episodes: str) -> None:
    frames, complaints = decoded(home, episodes, 6)
    assert frames >= 140
    assert complaints == ""


def test_ffmpeg_crosses_boundaries_between_items(home: Any, shorts: str) -> None:
    frames, complaints = decoded(home, shorts, 12)
    assert frames >= 280
    assert "error" not in complaints.lower()


def test_no_signal_is_slate_that_can_be_decoded(home: Any, silent: str) -> None:
    assert home.get(f"/channels/{silent}/now").status == 204
    frames, complaints = decoded(home, silent, 6)
    assert frames >= 100
    assert complaints == ""


def test_a_new_schedule_leaves_what_players_were_told(home: Any, episodes: str) -> None:
    before = playlist(home, episodes)
    slot = home.get(f"/channels/{episodes}/now").json()["slot"]
    assert home.post(f"/channels/{episodes}/schedule").status == 201
    after = playlist(home, episodes)
    assert home.get(f"/channels/{episodes}/now").json()["slot"]["id"] == slot["id"]
    known = {before.media_sequence + n: segment.uri for n, segment in enumerate(before.segments)}
    again = {after.media_sequence + n: segment.uri for n, segment in enumerate(after.segments)}
    assert all(known[number] == again[number] for number in known.keys() & again.keys())


def test_the_admin_sees_who_watches(home: Any, episodes: str) -> None:
    playlist(home, episodes)
    streams = home.get("/admin/streams").json()
    assert episodes in [channel["channel_id"] for channel in streams["channels"]]
    assert streams["slates"] == 0
