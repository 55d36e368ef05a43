"""The id of a channel in playlist and guide."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv.ids import tvg_id

from ktv_host.testing import guide_channel


def test_an_id_has_the_number_between_letters_and_the_end_of_the_channels_own_id() -> None:
    channel = replace(guide_channel(12, "Retro"), id="0192F0C2-7A10-7C4E-9A5B-0011AABBCCDD")
    assert tvg_id(channel) == "C12.aabbccdd.ktv"


def test_a_name_does_not_change_the_id() -> None:
    assert tvg_id(guide_channel(1, "Before")) == tvg_id(guide_channel(1, "After"))


def test_a_later_channel_with_the_same_number_has_another_id() -> None:
    former = replace(guide_channel(1, "Retro"), id="0192f0c2-7a10-7c4e-9a5b-000011111111")
    later = replace(former, id="0192f0c2-7a10-7c4e-9a5b-000022222222")
    assert tvg_id(former) != tvg_id(later)


@given(number=st.integers(0, 10**6), channel_id=st.text(min_size=1))
def test_any_channel_has_an_id_that_needs_no_escaping(number: int, channel_id: str) -> None:
    channel = replace(guide_channel(number, "Retro"), id=channel_id)
    assert re.fullmatch(r"C\d+\.[a-z0-9]{1,8}\.ktv", tvg_id(channel))
