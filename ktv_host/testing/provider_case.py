"""What every part of ProviderContract starts from: the author's values, and steps the tests share."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from ktv_host.domain.media import ITEM_KEY
from ktv_host.errors import KtvError
from ktv_host.hooks import MediaId, MediaItem, Page, Provider, ProviderType
from ktv_host.testing.contexts import Contexts

MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Broken:
    """A configuration the model accepts and upstream does not, and the error ``open`` shall raise for it."""

    error: type[KtvError]
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pass:
    """A complete pass over a provider."""

    items: Mapping[str, MediaItem]
    unchanged: frozenset[str]
    cursors: tuple[str, ...]
    token: str | None

    @property
    def keys(self) -> frozenset[str]:
        return self.unchanged | self.items.keys()


class ProviderCase:
    """Set ``provider_type`` and ``good_config``; override the fixtures where a value depends on another fixture."""

    pytestmark = pytest.mark.asyncio

    provider_type: ClassVar[ProviderType[Any]]
    good_config: ClassVar[Mapping[str, Any]] = {}
    other_config: ClassVar[Mapping[str, Any] | None] = None
    broken_configs: ClassVar[Mapping[str, Broken]] = {}
    old_configs: ClassVar[Mapping[int, Mapping[str, Any]]] = {}

    @pytest.fixture
    def config(self) -> Mapping[str, Any]:
        """A configuration that works, leading to at least two items."""
        return self.good_config

    @pytest.fixture
    def other(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """A second one for another instance, with other items if possible."""
        return config if self.other_config is None else self.other_config

    @pytest.fixture
    def broken(self) -> Mapping[str, Broken]:
        """Configurations that cannot work, by what is wrong with them."""
        return self.broken_configs

    @asynccontextmanager
    async def opened(
        self, contexts: Contexts, config: Mapping[str, Any], instance_id: str = "first"
    ) -> AsyncIterator[Provider]:
        ctx = await contexts.make(self.provider_type, instance_id)
        provider = await self.provider_type.open(ctx, self.validated(config))
        try:
            yield provider
        finally:
            await provider.close()

    def validated(self, config: Mapping[str, Any]) -> BaseModel:
        model: BaseModel = self.provider_type.config_model.model_validate(config)
        return model

    def secrets(self, config: Mapping[str, Any]) -> list[str]:
        """The plain secrets of a configuration that are long enough to be looked for in other texts."""
        model = self.validated(config)
        values = (getattr(model, name) for name in type(model).model_fields)
        plain = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
        return [secret for secret in plain if len(secret) >= 4]


async def complete_pass(provider: Provider, cursor: str | None = None, since: str | None = None) -> Pass:
    """Scan to the end. Raises AssertionError for a page that breaks a promise."""
    items: dict[str, MediaItem] = {}
    unchanged: set[str] = set()
    cursors: list[str] = []
    while True:
        page = await provider.scan(cursor, since)
        assert isinstance(page, Page), f"scan returned {type(page).__name__}, not a Page"
        for item in page.items:
            check_item(item)
            assert item.key not in items, f"the pass lists {item.key} twice"
            items[item.key] = item
        assert since is not None or not page.unchanged, "unchanged keys without a since token"
        unchanged.update(page.unchanged)
        if page.next is None:
            assert not unchanged & items.keys(), f"both described and unchanged: {unchanged & items.keys()}"
            assert page.token is None or isinstance(page.token, str), "the token is a text"
            return Pass(items, frozenset(unchanged), tuple(cursors), page.token)
        assert page.token is None, "only the last page names the pass with a token"
        assert page.next not in cursors, f"the cursor {page.next!r} comes twice: the pass would never end"
        cursors.append(page.next)
        cursor = page.next
        assert len(cursors) < MOST_PAGES, "the pass does not end"


def check_item(item: MediaItem) -> None:
    """Raises AssertionError for an item the host would not take."""
    assert isinstance(item, MediaItem), f"{item!r} is not a MediaItem"
    assert ITEM_KEY.fullmatch(item.key), f"the key {item.key!r} is not legal: {ITEM_KEY.pattern}"
    assert MediaId.parse(str(MediaId("first", item.key))) == MediaId("first", item.key)
    assert item.title.strip(), f"{item.key} has no title"
    assert item.duration_ms is None or item.duration_ms >= 0, f"{item.key} has a negative duration"
    first, last = item.episode_number, item.episode_number_end
    assert last is None or (first is not None and last > first), f"{item.key} ends with an episode before its first"
    for name in ("genres", "tags", "collections"):
        values = getattr(item, name)
        assert isinstance(values, tuple), f"{item.key}: {name} is not a tuple"
        assert all(isinstance(value, str) and value.strip() for value in values), f"{item.key}: an empty text in {name}"
