"""Plugins made of text, and instances whose time the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from ktv_host.hooks import PluginContext, ProviderType
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.discovery import Discovered
from ktv_host.registry.instances import Instances, InstanceStatus
from ktv_host.testing import Contexts, FakeClock, FakeProviderType, RecordedLog

HEAD = """
from ktv_host.hooks import *
from ktv_host.testing import FakeProviderType

async def render(guide, links):
    yield b"x"

def provider(key):
    return type("Made", (FakeProviderType,), {"key": key})()

def exporter(key):
    documents = [Document("a.txt", "text/plain", render)]
    return type("Made", (Exporter,), {"key": key, "name": "Made", "documents": documents})()
"""


@pytest.fixture
def plugin() -> Callable[..., Discovered]:
    """Makes a discovered plugin from the source of its module."""

    def make(source: str, name: str = "sample") -> Discovered:
        module = ModuleType(f"ktv_{name}")
        exec(HEAD + dedent(source), module.__dict__)
        return Discovered(name=name, distribution=f"ktv-{name}", version="1.0", module=module)

    return make


class House:
    """Instances, what they report, and the upstream they open."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = FakeClock()
        self.log = RecordedLog()
        self.kind = FakeProviderType()
        self.other = type("Other", (FakeProviderType,), {"key": "other"})()
        self.changes: asyncio.Queue[InstanceStatus] = asyncio.Queue()
        self.contexts = Contexts(tmp_path, self.clock)
        self.ctx: PluginContext | None = None
        self.instances = Instances(
            Catalog(provider_types={"fake": self.kind, "other": self.other}),
            self._context,
            self.clock,
            on_change=self.changes.put_nowait,
            log=self.log,
            sleep=self.clock.sleep,
            rng=Random(4),
        )

    def _context(self, instance_id: str, kind: ProviderType[Any]) -> PluginContext:
        assert self.ctx is not None
        return self.ctx

    async def until(self, state: str) -> InstanceStatus:
        """The next status in this state."""
        while (status := await self.changes.get()).state != state:
            pass
        return status


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    made.ctx = await made.contexts.make()
    yield made
    made.kind.trouble = None
    await made.instances.close()
    await made.contexts.close()
