"""The part of ProviderContract about opening, closing and failing."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from ktv_host.hooks import CheckReport, Provider
from ktv_host.testing.contexts import Contexts
from ktv_host.testing.leaks import Footprint
from ktv_host.testing.provider_case import Broken, ProviderCase, complete_pass

MOMENTS = (0, 1, 2, 5, 20, 100)  # turns of the event loop after which something is cancelled


class ProviderOpeningContract(ProviderCase):
    async def test_it_opens_and_closes_again_and_again(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        for _ in range(3):
            async with self.opened(contexts, config) as provider:
                assert isinstance(provider, Provider)
                await provider.scan()

    async def test_instances_close_in_any_order(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        for order in ((0, 1), (1, 0)):
            providers = [await self._open(contexts, config, name) for name in ("first", "second")]
            await providers[order[0]].close()
            await complete_pass(providers[order[1]])
            await providers[order[1]].close()

    async def test_two_instances_share_nothing(
        self, contexts: Contexts, config: Mapping[str, Any], other: Mapping[str, Any]
    ) -> None:
        async with self.opened(contexts, config, "first") as first:
            alone = await complete_pass(first)
        async with self.opened(contexts, other, "second") as second:
            others = await complete_pass(second)
            async with self.opened(contexts, config, "first") as first:
                assert first is not second
                together = await asyncio.gather(complete_pass(first), complete_pass(second))
                assert together[0].items == alone.items, "what the first instance lists depends on the second"
            assert together[1].items == others.items, "what the second instance lists depends on the first"
            assert (await complete_pass(second)).items == others.items, "closing the first changed the second"

    async def test_broken_configurations_raise_the_right_error(
        self, contexts: Contexts, config: Mapping[str, Any], broken: Mapping[str, Broken]
    ) -> None:
        assert broken or not self.provider_type.config_model.model_fields, (
            "give broken_configs: at least what happens when upstream is not there"
        )
        for label, case in broken.items():
            with pytest.raises(case.error) as caught:
                await self._open(contexts, case.config)
            assert caught.value.message.strip(), f"{label}: the error says nothing"
            assert not [s for s in self.secrets(case.config) if s in str(caught.value)], f"{label}: shows a secret"
        async with self.opened(contexts, config) as provider:  # and nothing of it stays
            await complete_pass(provider)

    async def test_check_says_yes_to_a_good_configuration(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        report = await self._check(contexts, config)
        assert report.ok, report.message

    async def test_check_says_what_is_wrong_and_never_raises(
        self, contexts: Contexts, broken: Mapping[str, Broken]
    ) -> None:
        for label, case in broken.items():
            report = await self._check(contexts, case.config)
            assert not report.ok, f"{label}: check says it works"
            assert report.message.strip(), f"{label}: check does not say what is wrong"

    async def test_an_opening_may_be_cancelled_at_any_moment(
        self, contexts: Contexts, config: Mapping[str, Any]
    ) -> None:
        before = Footprint.now()
        for turns in MOMENTS:
            opening = asyncio.ensure_future(self._open(contexts, config))
            await _cancel_after(opening, turns)
            if not opening.cancelled() and opening.exception() is None:
                await opening.result().close()
        await contexts.close()
        await before.check_nothing_left()

    async def test_a_scan_may_be_cancelled_and_the_instance_closed(
        self, contexts: Contexts, config: Mapping[str, Any]
    ) -> None:
        before = Footprint.now()
        for turns in MOMENTS:
            async with self.opened(contexts, config) as provider:
                await _cancel_after(asyncio.ensure_future(complete_pass(provider)), turns)
        await contexts.close()
        await before.check_nothing_left()

    async def test_nothing_outlives_close(
        self, contexts: Contexts, config: Mapping[str, Any], broken: Mapping[str, Broken]
    ) -> None:
        before = Footprint.now()
        async with self.opened(contexts, config) as provider:
            await complete_pass(provider)
        await self._check(contexts, config)
        for case in broken.values():
            await self._check(contexts, case.config)
            with pytest.raises(case.error):
                await self._open(contexts, case.config)
        await contexts.close()
        await before.check_nothing_left()

    async def test_secrets_are_not_logged(
        self, contexts: Contexts, config: Mapping[str, Any], broken: Mapping[str, Broken]
    ) -> None:
        async with self.opened(contexts, config) as provider:
            await complete_pass(provider)
        for tried in (config, *(case.config for case in broken.values())):
            await self._check(contexts, tried)
            assert not [s for s in self.secrets(tried) if s in contexts.log.text], "a secret is in the log"

    async def _open(self, contexts: Contexts, config: Mapping[str, Any], instance_id: str = "first") -> Provider:
        ctx = await contexts.make(self.provider_type, instance_id)
        return await self.provider_type.open(ctx, self.validated(config))

    async def _check(self, contexts: Contexts, config: Mapping[str, Any]) -> CheckReport:
        ctx = await contexts.make(self.provider_type, "checked")
        report = await self.provider_type.check(ctx, self.validated(config))
        assert isinstance(report, CheckReport), f"check returned {type(report).__name__}, not a CheckReport"
        return report


async def _cancel_after(task: "asyncio.Future[Any]", turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
