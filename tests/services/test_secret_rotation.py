"""Rotation of secrets: complete, repeatable, and nothing lost beside a server that writes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from ktv_host.auth.secrets import SecretBox
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.db.sealed import SealedColumns
from ktv_host.db.users import UserRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.instance import ProviderConfig
from ktv_host.domain.user import Role, User
from ktv_host.registry.catalog import Catalog
from ktv_host.services.secret_rotation import RotationReport, SecretRotation
from ktv_host.testing import FakeProviderType

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW, LOST = SecretBox("old"), SecretBox("new"), SecretBox("lost")
BOTH = SecretBox("new", "old")


class Config(BaseModel):
    url: str
    key: SecretStr


class Library(FakeProviderType):
    key = "library"
    config_model = Config  # type: ignore[assignment]


@pytest.fixture
def configs(database: Database) -> ProviderConfigRepository:
    return ProviderConfigRepository(database)


@pytest.fixture
def rotate(database: Database, configs: ProviderConfigRepository) -> Callable[[], Any]:
    kind = Library()
    rotation = SecretRotation(SealedColumns(database), configs, BOTH, Catalog(provider_types={kind.key: kind}))
    return rotation.run


def config(instance_id: str, provider_type: str = "library", **values: Any) -> ProviderConfig:
    return ProviderConfig(
        id=instance_id,
        provider_type=provider_type,
        name=instance_id,
        config=values,
        config_version=1,
        enabled=True,
        created_at=NOW,
        updated_at=NOW,
    )


async def values_of(configs: ProviderConfigRepository) -> dict[str, Any]:
    return {row.id: dict(row.config) for row in await configs.all()}


async def test_everything_opens_with_the_new_key_alone_afterwards(
    configs: ProviderConfigRepository, database: Database, rotate: Callable[[], Any]
) -> None:
    await configs.add(config("old", url="http://x", key=OLD.seal("one")))
    await configs.add(config("plain", url="enc: is no seal here", key="two"))
    await configs.add(config("gone", "uninstalled", url="http://x", key=OLD.seal("three"), note="plain"))
    await UserRepository(database).add(User(id="u", email="u@tv.local", role=Role.USER, created_at=NOW))
    headers = {"Authorization": "Bearer four"}
    for number, box in enumerate((OLD, None), start=1):
        await ChannelRepository(database, box).add(
            Channel(
                id=f"c{number}",
                owner_id="u",
                number=number,
                name="One",
                created_at=NOW,
                updated_at=NOW,
                webhook_headers=headers,
            )
        )
    assert await rotate() == RotationReport(renewed=5, current=0, unreadable=())
    stored = await values_of(configs)
    assert [NEW.open(stored[name]["key"]) for name in ("old", "plain", "gone")] == ["one", "two", "three"]
    assert (stored["plain"]["url"], stored["gone"]["note"]) == ("enc: is no seal here", "plain")
    assert all(dict(c.webhook_headers) == headers for c in await ChannelRepository(database, NEW).all())
    assert all(c.webhook_headers != headers for c in await ChannelRepository(database).all())


async def test_a_second_run_changes_nothing(configs: ProviderConfigRepository, rotate: Callable[[], Any]) -> None:
    await configs.add(config("a", url="http://x", key=OLD.seal("one")))
    await rotate()
    stored = await values_of(configs)
    assert await rotate() == RotationReport(renewed=0, current=1, unreadable=())
    assert await values_of(configs) == stored


async def test_what_no_key_opens_is_named_and_left_and_the_rest_is_done(
    configs: ProviderConfigRepository, rotate: Callable[[], Any]
) -> None:
    lost = LOST.seal("one")
    await configs.add(config("a", url="http://x", key=lost))
    await configs.add(config("b", url="http://x", key=OLD.seal("two")))
    assert await rotate() == RotationReport(renewed=1, current=0, unreadable=("provider instance a",))
    stored = await values_of(configs)
    assert stored["a"]["key"] == lost
    assert NEW.open(stored["b"]["key"]) == "two"


async def test_what_is_saved_meanwhile_is_not_overwritten(
    configs: ProviderConfigRepository, database: Database
) -> None:
    await configs.add(config("a", url="http://x", key=OLD.seal("one")))

    class Busy(SealedColumns):
        saved = False

        async def swap(self, table: str, row_id: str, old: str, new: str) -> bool:
            if not self.saved:
                self.saved = True
                await configs.update(config("a", url="http://y", key=OLD.seal("two")))
            return await super().swap(table, row_id, old, new)

    report = await SecretRotation(Busy(database), configs, BOTH, Catalog(provider_types={"library": Library()})).run()
    assert report.renewed == 1
    stored = (await values_of(configs))["a"]
    assert (stored["url"], NEW.open(stored["key"])) == ("http://y", "two")


async def test_a_house_without_secrets_has_nothing_to_rotate(rotate: Callable[[], Any]) -> None:
    assert await rotate() == RotationReport(renewed=0, current=0, unreadable=())
