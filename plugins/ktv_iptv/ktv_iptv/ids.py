"""The name of a channel in the playlist and in the guide."""

import re

from ktv_host.hooks import GuideChannel

_NOT_PLAIN = re.compile("[^a-z0-9]")


def tvg_id(channel: GuideChannel) -> str:
    """The value of ``tvg-id`` and of ``<channel id>``.

    Plex merges the guides of channels 1 and 10 when ids are bare numbers, and players keep an old guide when an id
    comes back for another channel: so the number stands between letters and is followed by part of the channel's
    own id, from its end because the front of a time-ordered UUID is shared by channels made together.
    """
    own = _NOT_PLAIN.sub("", channel.id.lower())[-8:]
    return f"C{channel.number}.{own or 'x'}.ktv"
