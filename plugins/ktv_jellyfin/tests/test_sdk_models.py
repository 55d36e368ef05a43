"""The fake's answers read by somebody else's models of Jellyfin: strict ones, made from its documents."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest
from fake_jellyfin.seed import odd
from fake_jellyfin.server import FakeJellyfin
from fake_jellyfin.world import Exchange

pytest_plugins = ["ktv_host.testing.fixtures"]

MODELS = {
    "/Items": "BaseItemDtoQueryResult",
    "/UserViews": "BaseItemDtoQueryResult",
    "/System/Info/Public": "PublicSystemInfo",
    "/Users/AuthenticateByName": "AuthenticationResult",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("version", "package"), [("10.10.7", "api_10_10"), ("10.11.11", "api_10_11")])
async def test_a_client_of_somebody_elses_reads_the_fake(
    version: str,
    package: str,
    start: Callable[..., Awaitable[FakeJellyfin]],
    open_provider: Any,
    scan: Any,
    clips: dict[str, Path],
) -> None:
    fake = await start(version, clips=clips)
    for record in odd("Fake"):
        fake.world.library.add(record)
    provider = await open_provider(fake, username="admin", password="secret-admin")
    for item in await scan(provider):
        await provider.details([item.key])
    models = import_module(f"jellyfin.generated.{package}.models")
    read = [model_of(models, exchange) for exchange in fake.world.exchanges if exchange.path in MODELS]
    assert len(read) > 10
    assert {type(model).__name__ for model in read} == set(MODELS.values())


def model_of(models: Any, exchange: Exchange) -> Any:
    """Raises for what the model does not know or takes otherwise."""
    value = orjson.loads(exchange.answered)
    model = getattr(models, MODELS[exchange.path]).from_dict(value)
    assert model is not None
    sent = value.get("Items", [])
    assert len(getattr(model, "items", None) or []) == len(sent)
    return model
