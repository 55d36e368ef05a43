"""Plugin state: JSON values per instance."""

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.plugin_state import PluginStateRepository


@pytest.fixture
def states(database: Database) -> PluginStateRepository:
    return PluginStateRepository(database)


@pytest.mark.parametrize("value", [{"a": [1, None, "ü"]}, "text", 0, False, [], 1.5])
async def test_a_value_comes_back_as_stored(states: PluginStateRepository, value: object) -> None:
    await states.set("jellyfin", "cursor", "first")
    await states.set("jellyfin", "cursor", value)
    assert await states.get("jellyfin", "cursor") == value


async def test_an_unknown_key_is_none(states: PluginStateRepository) -> None:
    assert await states.get("jellyfin", "cursor") is None


async def test_two_instances_share_nothing(states: PluginStateRepository) -> None:
    await states.set("one", "cursor", 1)
    await states.set("two", "cursor", 2)
    await states.delete_all("one")
    assert await states.get("one", "cursor") is None
    assert await states.get("two", "cursor") == 2


async def test_one_key_can_be_deleted(states: PluginStateRepository) -> None:
    await states.set("one", "a", 1)
    await states.set("one", "b", 2)
    await states.delete("one", "a")
    assert await states.get("one", "a") is None
    assert await states.get("one", "b") == 2
