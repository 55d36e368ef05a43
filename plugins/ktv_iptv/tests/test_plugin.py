"""What the host is handed."""

import inspect
from importlib.metadata import EntryPoint

from ktv_iptv import plugin


def test_the_exporter_is_registered_with_its_two_documents() -> None:
    (exporter,) = plugin.register_exporters()
    assert exporter.key == "iptv"
    assert [(document.path, document.media_type) for document in exporter.documents] == [
        ("playlist.m3u", "audio/x-mpegurl; charset=utf-8"),
        ("epg.xml", "application/xml"),
    ]


def test_the_hook_is_no_coroutine() -> None:
    assert not inspect.iscoroutinefunction(plugin.register_exporters)


def test_the_entry_point_names_the_module() -> None:
    assert EntryPoint("iptv", "ktv_iptv.plugin", "ktv.plugins").load() is plugin
