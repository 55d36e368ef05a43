"""The exporter: which documents there are."""

from ktv_host.hooks import Document, Exporter
from ktv_iptv import m3u, xmltv


class Iptv(Exporter):
    """A channel list and a guide for IPTV players; both name a channel by the same id."""

    key = "iptv"
    name = "IPTV (M3U and XMLTV)"
    documents = (
        Document("playlist.m3u", "audio/x-mpegurl; charset=utf-8", m3u.render),
        Document(xmltv.PATH, "application/xml", xmltv.render),
    )
