"""A notifier that keeps its promises passes the contract; each broken promise fails one of its tests."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from aiohttp import ClientError
from pydantic import BaseModel, ValidationError

from ktv_host.hooks import Event, FieldError, Invalid, Notifier, PluginContext, Receipt, Target
from ktv_host.testing import Contexts, NotifierContract, Receiver

pytest_plugins = ["ktv_host.testing.fixtures"]


class Settings(BaseModel):
    url: str


class Hook(Notifier):
    key = "hook"
    name = "Hook"
    settings_model = Settings

    def validate(self, settings: Mapping[str, Any]) -> None:
        try:
            Settings.model_validate(settings)
        except ValidationError as error:
            raise Invalid("not valid", [FieldError("url", "is missing")]) from error

    async def deliver(self, ctx: PluginContext, target: Target, event: Event, delivery_id: str) -> Receipt:
        url = target.settings["url"]
        try:
            async with ctx.http(url).post(url, json={"id": delivery_id, "text": event.message}) as response:
                return Receipt(response.ok, response.reason or "", response.status, retry=response.status >= 500)
        except ClientError as error:
            return Receipt(False, str(error), retry=True)


class TestHook(NotifierContract):
    notifier = Hook()
    bad_settings: ClassVar[Mapping[str, Mapping[str, Any]]] = {"no address": {}}


def contract(notifier: Notifier) -> NotifierContract:
    case = type("Case", (NotifierContract,), {"notifier": notifier})()
    assert isinstance(case, NotifierContract)
    return case


@pytest.fixture
def settings(receiver: Receiver) -> Mapping[str, Any]:
    return {"url": f"{receiver.url}/hook"}


async def test_an_invisible_delivery_id_is_found(
    contexts: Contexts, receiver: Receiver, settings: Mapping[str, Any]
) -> None:
    class Anonymous(Hook):
        async def deliver(self, ctx: PluginContext, target: Target, event: Event, delivery_id: str) -> Receipt:
            return await super().deliver(ctx, target, event, "?")

    with pytest.raises(AssertionError):
        await contract(Anonymous()).test_the_receiver_can_see_the_delivery_id(
            contexts, settings, lambda: [request.text for request in receiver.requests]
        )


async def test_giving_up_on_nobody_is_found(contexts: Contexts) -> None:
    class Hasty(Hook):
        async def deliver(self, ctx: PluginContext, target: Target, event: Event, delivery_id: str) -> Receipt:
            return Receipt(False, "nobody there")

    with pytest.raises(AssertionError, match="another attempt"):
        await contract(Hasty()).test_nobody_there_is_told_and_tried_again(contexts, {"url": "http://127.0.0.1:9/"})


async def test_a_task_left_behind_is_found(contexts: Contexts, settings: Mapping[str, Any]) -> None:
    tasks: list[asyncio.Task[None]] = []

    class Careless(Hook):
        async def deliver(self, ctx: PluginContext, target: Target, event: Event, delivery_id: str) -> Receipt:
            tasks.append(asyncio.create_task(asyncio.sleep(3600), name="forgotten"))
            return Receipt(True, "sure")

    with pytest.raises(AssertionError, match="forgotten"):
        await contract(Careless()).test_nothing_outlives_a_delivery(contexts, settings, settings)
    for task in tasks:
        task.cancel()


async def test_a_refusal_without_a_field_is_found() -> None:
    class Vague(Hook):
        def validate(self, settings: Mapping[str, Any]) -> None:
            raise Invalid("no")

    case = contract(Vague())
    case.bad_settings = {"anything": {}}  # type: ignore[misc]
    with pytest.raises(AssertionError, match="names no field"):
        await case.test_bad_settings_are_refused_with_the_field()
