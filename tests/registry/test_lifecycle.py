"""Whatever is wished, in whatever order: at most one provider of an id is in service and none is forgotten."""

import asyncio
from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ktv_host.errors import KtvError, ProviderConfigInvalid, ProviderUnavailable
from ktv_host.hooks import PluginContext
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, InstanceStatus, Wish
from ktv_host.testing import FakeClock, FakeProvider, FakeProviderType, RecordedLog

WISHES: dict[str, dict[str, Any]] = {
    "one library": {"config": {"library": "a"}},
    "another library": {"config": {"library": "b"}},
    "another type": {"provider_type": "other"},
    "disabled": {"enabled": False},
    "without plugin": {"provider_type": "gone"},
}
TROUBLES = {"down": ProviderUnavailable("down"), "refused": ProviderConfigInvalid("refused"), "up": None}
TURNS = {"a turn": 1, "some turns": 30}
STEPS = st.lists(st.sampled_from([*WISHES, *TROUBLES, *TURNS, "remove", "wait", "a call fails"]), max_size=25)


class OtherType(FakeProviderType):
    key = "other"


class Story:
    """One id, two provider types, and what happens to them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.kinds = FakeProviderType({"a": (), "b": ()}), OtherType({"a": ()})
        context: PluginContext = None  # type: ignore[assignment]  # these types use none
        self.instances = Instances(
            Catalog(provider_types={kind.key: kind for kind in self.kinds}),
            lambda *_: context,
            self.clock,
            on_change=self.check_since,
            log=RecordedLog(),
            sleep=self.clock.sleep,
            rng=Random(1),
        )
        self.removals: list[asyncio.Task[None]] = []

    @property
    def opened(self) -> list[FakeProvider]:
        return [provider for kind in self.kinds for provider in kind.opened]

    def check_since(self, status: InstanceStatus) -> None:
        assert status.since <= self.clock()

    async def play(self, step: str) -> None:
        if step in WISHES:
            values = {"provider_type": "fake", "config": {"library": "a"}} | WISHES[step]
            self.instances.apply(Wish(id="one", name="One", config_version=1, **values))
        elif step in TROUBLES:
            for kind in self.kinds:
                kind.trouble = TROUBLES[step]
        elif step in TURNS:
            for _ in range(TURNS[step]):
                await asyncio.sleep(0)
        elif step == "remove":
            self.removals.append(asyncio.create_task(self.instances.remove("one")))
        elif step == "a call fails":
            with suppress(KtvError), self.instances.using("one"):
                raise ProviderUnavailable("down")
        else:
            self.clock.advance(80)

    def check_service(self) -> None:
        for instance_id in self.instances.ready():
            provider = self.instances.get(instance_id)
            status = self.instances.status(instance_id)
            assert not next(each for each in self.opened if each is provider).closed, "a closed provider is in service"
            assert status.state not in ("DISABLED", "MISSING", "FAILED")
            assert (status.provider_type == "other") == (provider in self.kinds[1].opened)

    async def end(self) -> None:
        await asyncio.gather(*self.removals)
        await self.play("some turns")
        alive = [provider for provider in self.opened if not provider.closed]
        assert len(alive) == len(self.instances.ready()), "a provider is open that nobody can reach"
        await self.instances.close()
        assert all(provider.closed for provider in self.opened)
        await self.play("a turn")
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def tell(steps: list[str]) -> None:
    story = Story()
    for step in steps:
        await story.play(step)
        story.check_service()
    await story.end()


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_no_order_of_wishes_loses_or_doubles_a_provider(steps: list[str]) -> None:
    asyncio.run(tell(steps))
