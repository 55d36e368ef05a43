"""Exporters' documents as a player sees them."""

from collections.abc import Callable
from typing import Any


async def test_the_playlist_lists_what_the_caller_may_watch(
    channel: Callable[..., Any], stocked: Any, user: Any
) -> None:
    await channel(name="open")
    await channel(name="members", access_mode="account_required")
    await channel(name="mine", access_mode="owner_only")
    without = await (await user.client.get("/api/v1/iptv/playlist.m3u")).get_data(as_text=True)
    with_token = await (await user.client.get(f"/api/v1/iptv/playlist.m3u?token={user.token}")).get_data(as_text=True)
    assert without.count("#EXTINF") == 1
    assert with_token.count("#EXTINF") == 2
    assert "mine" not in with_token
    assert "token=iptv." in with_token


async def test_a_bad_token_is_refused(anonymous: Any) -> None:
    assert (await anonymous.get("/api/v1/iptv/epg.xml?token=nonsense")).status_code == 401


async def test_an_unchanged_document_is_not_sent_again(channel: Callable[..., Any], anonymous: Any) -> None:
    await channel()
    first = await anonymous.get("/api/v1/iptv/epg.xml")
    again = await anonymous.get("/api/v1/iptv/epg.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert await again.get_data() == b""


async def test_a_new_channel_is_in_the_playlist_at_once(channel: Callable[..., Any], anonymous: Any) -> None:
    for number in range(1, 5):
        await channel(name=f"Channel {number}")
        text = await (await anonymous.get("/api/v1/iptv/playlist.m3u")).get_data(as_text=True)
        assert text.count("#EXTINF") == number


async def test_gzip_when_it_is_asked_for(channel: Callable[..., Any], anonymous: Any) -> None:
    await channel()
    packed = await anonymous.get("/api/v1/iptv/playlist.m3u", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
