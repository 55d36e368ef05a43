"""Provider configurations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.domain.instance import ProviderConfig
from ktv_host.errors import Conflict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JELLYFIN = ProviderConfig(
    id="jellyfin",
    provider_type="jellyfin",
    name="Living room",
    config={"base_url": "http://tv", "roots": ["ä", {"b": None}]},
    config_version=2,
    enabled=True,
    created_at=NOW,
    updated_at=NOW,
)


@pytest.fixture
def configs(database: Database) -> ProviderConfigRepository:
    return ProviderConfigRepository(database)


async def test_a_configuration_comes_back_as_stored(configs: ProviderConfigRepository) -> None:
    await configs.add(JELLYFIN)
    assert await configs.get("jellyfin") == JELLYFIN
    assert await configs.get("other") is None


async def test_one_type_can_have_any_number_of_instances(configs: ProviderConfigRepository) -> None:
    second = replace(JELLYFIN, id="jellyfin-2", enabled=False)
    await configs.add(second)
    await configs.add(JELLYFIN)
    assert await configs.all() == [JELLYFIN, second]


async def test_an_id_is_taken_once(configs: ProviderConfigRepository) -> None:
    await configs.add(JELLYFIN)
    with pytest.raises(Conflict, match="jellyfin"):
        await configs.add(JELLYFIN)


async def test_an_update_keeps_the_age(configs: ProviderConfigRepository) -> None:
    await configs.add(JELLYFIN)
    later = NOW + timedelta(hours=1)
    changed = replace(JELLYFIN, name="Attic", config={}, config_version=3, enabled=False, updated_at=later)
    await configs.update(replace(changed, created_at=later))
    assert await configs.get("jellyfin") == changed


async def test_deleting_says_whether_there_was_one(configs: ProviderConfigRepository) -> None:
    await configs.add(JELLYFIN)
    assert await configs.delete("jellyfin")
    assert not await configs.delete("jellyfin")
