"""Settings: JSON values by key."""

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.settings import SettingRepository


@pytest.fixture
def settings(database: Database) -> SettingRepository:
    return SettingRepository(database)


async def test_an_unknown_setting_is_none(settings: SettingRepository) -> None:
    assert await settings.get("transcode") is None


async def test_the_last_value_holds(settings: SettingRepository) -> None:
    await settings.set("transcode", {"cleanup_ttl_hours": 24})
    await settings.set("transcode", {"cleanup_ttl_hours": 48})
    assert await settings.get("transcode") == {"cleanup_ttl_hours": 48}


async def test_a_setting_can_be_none_again(settings: SettingRepository) -> None:
    await settings.set("doubt", {"missing": 3})
    await settings.set("doubt", None)
    assert await settings.get("doubt") is None
