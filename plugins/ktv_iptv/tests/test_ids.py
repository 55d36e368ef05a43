"""The id of a channel in playlist and guide."""

import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv.ids import tvg_id

from ktv_host.hooks import GuideChannel

Channels = Callable[..., GuideChannel]


def test_an_id_has_the_number_between_letters_and_the_end_of_the_channels_own_id(channel_of: Channels) -> None:
    channel = channel_of(12, channel_id="0192F0C2-7A10-7C4E-9A5B-0011AABBCCDD")
    assert tvg_id(channel) == "C12.aabbccdd.ktv"


def test_a_name_does_not_change_the_id(channel_of: Channels) -> None:
    assert tvg_id(channel_of(1, "Before")) == tvg_id(channel_of(1, "After"))


def test_a_later_channel_with_the_same_number_has_another_id(channel_of: Channels) -> None:
    assert tvg_id(channel_of(1, channel_id="11111111")) != tvg_id(channel_of(1, channel_id="22222222"))


@given(number=st.integers(0, 10**6), channel_id=st.text(min_size=1))
def test_any_channel_has_an_id_that_needs_no_escaping(channel_of: Channels, number: int, channel_id: str) -> None:
    assert re.fullmatch(r"C\d+\.[a-z0-9]{1,8}\.ktv", tvg_id(channel_of(number, channel_id=channel_id)))
