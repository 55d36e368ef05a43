"""ExporterContract: what an exporter promises, proved."""

import asyncio
import json
from datetime import timedelta
from typing import ClassVar
from xml.etree import ElementTree as ET

import pytest

from ktv_host.hooks import Document, Exporter, GuideChannel
from ktv_host.registry.checks import fault_of
from ktv_host.testing.guide import ODD_NAMES, FakeGuide, guide_channel, programme, rendered


class ExporterContract:
    """Derive a class named ``Test…`` from it and set ``exporter``."""

    pytestmark = pytest.mark.asyncio

    exporter: ClassVar[Exporter]

    async def test_the_exporter_can_be_registered(self) -> None:
        assert fault_of(self.exporter, Exporter) is None, fault_of(self.exporter, Exporter)

    async def test_an_empty_guide_renders(self) -> None:
        for document in self.exporter.documents:
            _check_form(document, await rendered(document, FakeGuide({})), channels=0)

    async def test_a_channel_without_signal_renders(self) -> None:
        for document in self.exporter.documents:
            guide = FakeGuide({guide_channel(1, "Silent"): ()})
            _check_form(document, await rendered(document, guide), channels=1)

    async def test_odd_names_break_nothing(self) -> None:
        for document in self.exporter.documents:
            _check_form(document, await rendered(document, _odd_guide()), channels=len(ODD_NAMES))

    async def test_gaps_between_slots_render(self) -> None:
        channel = guide_channel(7, "Gaps")
        guide = FakeGuide({channel: programme(channel, gap=timedelta(minutes=17))})
        for document in self.exporter.documents:
            _check_form(document, await rendered(document, guide), channels=1)

    async def test_the_same_guide_renders_to_the_same_bytes(self) -> None:
        for document in self.exporter.documents:
            assert await rendered(document, _odd_guide()) == await rendered(document, _odd_guide())

    async def test_nothing_of_one_caller_reaches_another(self) -> None:
        mine, secret = guide_channel(1, "Mine"), guide_channel(2, "Hidden-Channel", description="Hidden-Words")
        for document in self.exporter.documents:
            alone = await rendered(document, _guide(mine))
            await rendered(document, _guide(mine, secret))
            after = await rendered(document, _guide(mine))
            assert after == alone, f"{document.path}: what was rendered for somebody else changes it"
            assert b"Hidden-" not in after
            assert secret.id.encode() not in after

    async def test_concurrent_renders_do_not_mix(self) -> None:
        guides = [_guide(guide_channel(number, f"Channel {number}")) for number in (1, 2, 3)]
        for document in self.exporter.documents:
            alone = [await rendered(document, guide) for guide in guides]
            assert await asyncio.gather(*(rendered(document, guide) for guide in guides)) == alone


def _guide(*channels: GuideChannel) -> FakeGuide:
    return FakeGuide({channel: programme(channel) for channel in channels})


def _odd_guide() -> FakeGuide:
    channels = [
        guide_channel(number, name, logo=number % 2 == 0, description=name)
        for number, name in enumerate(ODD_NAMES, start=1)
    ]
    return _guide(*channels)


def _check_form(document: Document, body: bytes, *, channels: int) -> None:
    """What can be said of a document by its media type."""
    assert body, f"{document.path} is empty"
    media_type = document.media_type.partition(";")[0].strip().lower()
    if media_type.endswith(("/xml", "+xml")):
        ET.fromstring(body)
    elif media_type.endswith(("/json", "+json")):
        json.loads(body)
    elif media_type.startswith("text/") or "mpegurl" in media_type:
        text = body.decode()
        if "mpegurl" in media_type:
            entries = sum(line.startswith("#EXTINF") for line in text.splitlines())
            assert entries == channels, f"{document.path}: {entries} entries for {channels} channels"
