"""The life of instances: states, retries, edits, removal; nobody waits and nothing is left behind."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import field_validator

from ktv_host.errors import NotFound, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable, Unavailable
from ktv_host.hooks import PluginContext, Provider
from ktv_host.registry.instances import Wish
from ktv_host.testing import FakeConfig, FakeProvider, FakeProviderType, Footprint, sample_items

House = Any  # the fixture's class lives in conftest, which cannot be imported


def wish(instance_id: str = "one", **changes: Any) -> Wish:
    values: dict[str, Any] = {"provider_type": "fake", "name": "One", "config": {"library": "videos"}}
    return Wish(id=instance_id, config_version=1, **(values | changes))


async def ready(house: House, instance_id: str = "one") -> FakeProvider:
    house.instances.apply(wish(instance_id))
    await house.until("READY")
    provider = house.instances.get(instance_id)
    assert isinstance(provider, FakeProvider)
    return provider


async def test_applying_returns_at_once_and_the_instance_opens_by_itself(house: House) -> None:
    house.instances.apply(wish())
    assert house.instances.status("one").state == "OPENING"
    assert not house.kind.opened
    status = await house.instances.wait_settled("one")
    assert (status.state, status.reason, status.name, status.source) == ("READY", None, "One", "row")
    assert house.instances.get("one") is house.kind.opened[0]
    assert house.instances.ready() == ("one",)


async def test_nobody_gets_an_instance_that_is_still_opening(house: House) -> None:
    house.kind.gate = asyncio.Event()
    house.instances.apply(wish())
    with pytest.raises(ProviderUnavailable, match="one is being opened"):
        house.instances.get("one")
    assert house.instances.ready() == ()
    assert house.instances.type_of("one") is house.kind
    house.kind.gate.set()
    await house.until("READY")


async def test_waiting_for_a_settled_state_ends_at_the_deadline(house: House) -> None:
    house.kind.gate = asyncio.Event()
    house.instances.apply(wish())
    assert (await house.instances.wait_settled("one", 0)).state == "OPENING"


async def test_what_nobody_wished_for_is_not_found(house: House) -> None:
    for ask in (house.instances.get, house.instances.status, house.instances.type_of):
        with pytest.raises(NotFound, match="nowhere"):
            ask("nowhere")
    with pytest.raises(NotFound):
        await house.instances.wait_settled("nowhere")


async def test_a_disabled_instance_is_not_opened(house: House) -> None:
    house.instances.apply(wish(enabled=False))
    assert house.instances.status("one").state == "DISABLED"
    assert not house.kind.opened
    with pytest.raises(ProviderUnavailable, match="switched off"):
        house.instances.get("one")


async def test_an_instance_whose_plugin_is_gone_is_missing(house: House) -> None:
    house.instances.apply(wish(provider_type="uninstalled"))
    assert house.instances.status("one").state == "MISSING"
    assert "uninstalled" in (house.instances.status("one").reason or "")
    with pytest.raises(ProviderUnavailable, match="no plugin"):
        house.instances.type_of("one")


async def test_statuses_are_in_order_of_id(house: House) -> None:
    for name in ("c", "a", "b"):
        house.instances.apply(wish(name, enabled=False))
    assert [status.id for status in house.instances.statuses()] == ["a", "b", "c"]


async def test_an_upstream_that_does_not_answer_is_retried_later_and_later(house: House) -> None:
    house.kind.trouble = ProviderUnavailable("connection refused")
    house.instances.apply(wish())
    for most in (5, 10, 20, 40, 80, 80, 80):
        status = await house.until("RETRYING")
        assert status.reason == "connection refused"
        delay = (status.retry_at - house.clock()).total_seconds()
        assert most * 0.75 <= delay <= most
        house.clock.advance(delay)
    await house.until("RETRYING")
    house.kind.trouble = None
    house.clock.advance(80)
    assert (await house.until("READY")).retry_at is None


async def test_the_log_tells_of_trouble_once_and_of_its_end(house: House) -> None:
    house.kind.trouble = ProviderUnavailable("connection refused")
    house.instances.apply(wish())
    for seconds in (5, 10, 20):
        await house.until("RETRYING")
        house.clock.advance(seconds)
    await house.until("RETRYING")
    house.kind.trouble = None
    house.clock.advance(40)
    await house.until("READY")
    told = [(level, event, values.get("reason")) for level, event, values in house.log.lines]
    assert told == [
        ("warning", "provider instance in trouble", "connection refused"),
        ("info", "provider instance ready again", None),
    ]


async def test_retrying_says_since_when_and_until_when(house: House) -> None:
    house.kind.trouble = ProviderUnavailable("connection refused")
    house.instances.apply(wish())
    first = await house.until("RETRYING")
    house.clock.advance(5)
    assert (await house.until("RETRYING")).since == first.since
    with pytest.raises(ProviderUnavailable, match="connection refused") as caught:
        house.instances.get("one")
    assert 7 <= caught.value.retry_after <= 10


async def test_the_same_wish_again_retries_at_once(house: House) -> None:
    house.kind.trouble = ProviderUnavailable("connection refused")
    house.instances.apply(wish())
    await house.until("RETRYING")
    house.kind.trouble = None
    house.instances.apply(wish())
    assert (await house.instances.wait_settled("one")).state == "READY"


async def test_the_same_wish_again_leaves_what_is_open(house: House) -> None:
    provider = await ready(house)
    house.instances.apply(wish())
    assert house.instances.get("one") is provider
    assert house.instances.status("one").state == "READY"


async def test_a_new_name_needs_no_new_connection(house: House) -> None:
    provider = await ready(house)
    house.instances.apply(wish(name="Renamed", source="environment"))
    status = house.instances.status("one")
    assert (status.state, status.name, status.source) == ("READY", "Renamed", "environment")
    assert house.instances.get("one") is provider


@pytest.mark.parametrize("error", [ProviderAuthFailed("wrong key"), ProviderConfigInvalid("no such folder")])
async def test_what_a_person_has_to_mend_is_not_retried(house: House, error: Exception) -> None:
    house.kind.trouble = error
    house.instances.apply(wish())
    status = await house.instances.wait_settled("one")
    assert (status.state, status.reason, status.retry_at) == ("FAILED", str(error), None)
    assert not house.clock.waits


async def test_a_bug_in_a_plugin_fails_with_its_traceback_in_the_log(house: House) -> None:
    house.kind.trouble = ZeroDivisionError("oops")
    house.instances.apply(wish())
    assert (await house.instances.wait_settled("one")).reason == "bug in the plugin: ZeroDivisionError: oops"
    level, _, values = house.log.lines[0]
    assert (level, values["instance"], values["provider_type"]) == ("error", "one", "fake")
    assert "ZeroDivisionError: oops" in values["traceback"]


async def test_secrets_of_the_configuration_show_neither_in_the_reason_nor_in_the_log(house: House) -> None:
    house.kind.trouble = RuntimeError("GET /?key=swordfish")
    house.instances.apply(wish(config={"library": "videos", "password": "swordfish"}))
    assert "***" in ((await house.instances.wait_settled("one")).reason or "")
    assert "swordfish" not in (house.instances.status("one").reason or "") + house.log.text


async def test_a_configuration_that_does_not_fit_names_its_fields_and_not_its_values(house: House) -> None:
    house.instances.apply(wish(config={"library": ["s3cr3t"]}))
    status = await house.instances.wait_settled("one")
    assert (status.state, status.reason) == ("FAILED", "library: Input should be a valid string")


async def test_the_words_of_a_plugin_about_its_configuration_are_told_as_they_are(house: House) -> None:
    class Picky(FakeConfig):
        @field_validator("library")
        @classmethod
        def _known(cls, library: str) -> str:
            raise ValueError(f"there is no folder {library}")

    house.kind.config_model = Picky
    house.instances.apply(wish(config={"library": "x"}))
    assert (await house.instances.wait_settled("one")).reason == "library: there is no folder x"


async def test_a_configuration_that_cannot_be_read_fails_with_the_reason(house: House) -> None:
    house.instances.apply(wish(broken="the secret key is lost"))
    assert (await house.instances.wait_settled("one")).reason == "the secret key is lost"


async def test_an_old_configuration_is_migrated_before_it_is_checked(house: House) -> None:
    house.kind.config_version = 2
    house.kind.migrate = lambda config, version: {"library": config["folder"]}
    house.instances.apply(wish(config={"folder": "videos"}))
    assert (await house.instances.wait_settled("one")).state == "READY"


async def test_a_configuration_that_cannot_be_migrated_fails(house: House) -> None:
    house.kind.config_version = 2
    house.kind.migrate = lambda config, version: {"library": config["folder"]}
    house.instances.apply(wish())
    status = await house.instances.wait_settled("one")
    assert (status.state, status.reason) == ("FAILED", "the configuration cannot be migrated: KeyError: 'folder'")


async def test_a_configuration_of_a_newer_plugin_fails(house: House) -> None:
    newer = Wish(id="one", provider_type="fake", name="One", config={}, config_version=7)
    house.instances.apply(newer)
    assert "newer version of the plugin (version 7, installed 1)" in (await house.instances.wait_settled("one")).reason


async def test_an_edit_serves_the_old_one_until_the_new_one_is_open(house: House) -> None:
    old = await ready(house)
    house.kind.libraries["more"] = sample_items()[:2]
    house.kind.gate = asyncio.Event()
    house.instances.apply(wish(config={"library": "more"}))
    await asyncio.sleep(0)
    assert house.instances.status("one").state == "OPENING"
    assert house.instances.get("one") is old
    assert not old.closed
    house.kind.gate.set()
    await house.until("READY")
    new = house.instances.get("one")
    assert new is house.kind.opened[1]
    await house.instances.close()
    assert old.closed


async def test_an_edit_that_is_retried_keeps_the_old_one_in_service(house: House) -> None:
    old = await ready(house)
    house.kind.trouble = ProviderUnavailable("not now")
    house.instances.apply(wish(config={"library": "videos", "password": "new-one"}))
    await house.until("RETRYING")
    assert house.instances.get("one") is old


async def test_an_edit_that_fails_ends_the_old_one_too(house: House) -> None:
    old = await ready(house)
    house.instances.apply(wish(config={"library": "nowhere"}))
    assert (await house.instances.wait_settled("one")).state == "FAILED"
    with pytest.raises(ProviderUnavailable, match="no library nowhere"):
        house.instances.get("one")
    await house.instances.remove("one")
    assert old.closed


async def test_another_provider_type_under_an_id_never_serves_the_old_one(house: House) -> None:
    await ready(house)
    house.other.gate = asyncio.Event()
    house.instances.apply(wish(provider_type="other"))
    with pytest.raises(ProviderUnavailable):
        house.instances.get("one")
    house.other.gate.set()
    await house.until("READY")
    assert house.instances.get("one") is house.other.opened[0]


async def test_disabling_unpublishes_before_it_closes(house: House) -> None:
    old = await ready(house)
    house.instances.apply(wish(enabled=False))
    with pytest.raises(ProviderUnavailable):
        house.instances.get("one")
    assert not old.closed
    await house.instances.close()
    assert old.closed


async def test_removing_unpublishes_and_closes(house: House) -> None:
    provider = await ready(house)
    await house.instances.remove("one")
    assert provider.closed
    with pytest.raises(NotFound):
        house.instances.get("one")
    assert house.instances.statuses() == ()


async def test_removing_what_is_not_there_is_no_error(house: House) -> None:
    await house.instances.remove("nowhere")


async def test_an_id_may_be_used_again_while_its_last_life_ends(house: House) -> None:
    old = await ready(house)
    removing = asyncio.create_task(house.instances.remove("one"))
    await asyncio.sleep(0)
    house.instances.apply(wish())
    await removing
    assert (await house.instances.wait_settled("one")).state == "READY"
    assert house.instances.get("one") is not old


async def test_no_attempt_begins_before_the_last_one_is_cleared_away(house: House) -> None:
    steps: list[str] = []
    begun = asyncio.Event()

    class Slow(FakeProviderType):
        async def open(self, ctx: PluginContext, config: FakeConfig) -> Provider:
            steps.append("open")
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                steps.append("cleared")
            return await super().open(ctx, config)

    house.kind.open = Slow().open
    house.instances.apply(wish())
    await begun.wait()
    del house.kind.open
    house.instances.apply(wish(config={"library": "videos", "password": "changed"}))
    await house.until("READY")
    assert steps == ["open", "cleared"]


async def test_what_a_late_opening_returns_is_closed(house: House) -> None:
    begun = asyncio.Event()

    class Stubborn(FakeProviderType):
        async def open(self, ctx: PluginContext, config: FakeConfig) -> Provider:
            try:
                begun.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass
            return await super().open(ctx, config)

    stubborn = Stubborn()
    house.kind.open = stubborn.open
    house.instances.apply(wish())
    await begun.wait()
    await house.instances.remove("one")
    assert stubborn.opened[0].closed


async def test_an_opening_that_takes_too_long_is_retried(house: House) -> None:
    house.kind.gate = asyncio.Event()
    house.instances.apply(wish())
    await house.clock.until_asleep(30)
    house.clock.advance(30)
    assert (await house.until("RETRYING")).reason == "it did not open within 30 seconds"


async def test_an_open_that_cancels_itself_is_a_bug_and_no_end(house: House) -> None:
    house.kind.trouble = asyncio.CancelledError()
    house.instances.apply(wish())
    assert "cancelled from within" in ((await house.instances.wait_settled("one")).reason or "")


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (lambda: (_ for _ in ()).throw(SystemExit(2)), "sys.exit(2)"),
        (lambda: "no provider", "open() returned str, not a Provider"),
    ],
)
async def test_whatever_open_does_the_host_goes_on(house: House, trouble: Callable[[], Any], reason: str) -> None:
    async def surprising_open(ctx: PluginContext, config: FakeConfig) -> Any:
        value = trouble()
        return next(value) if hasattr(value, "__next__") else value

    house.kind.open = surprising_open
    house.instances.apply(wish())
    status = await house.instances.wait_settled("one")
    assert status.state == "FAILED"
    assert reason in (status.reason or "")


async def test_a_provider_that_fails_to_close_is_logged_and_gone(house: House) -> None:
    provider = await ready(house)

    async def explode() -> None:
        raise OSError("stuck")

    provider.close = explode  # type: ignore[method-assign]
    await house.instances.remove("one")
    assert "OSError: stuck" in house.log.text
    assert house.instances.statuses() == ()


async def test_a_provider_that_does_not_close_is_given_up(house: House) -> None:
    provider = await ready(house)
    provider.close = asyncio.Event().wait  # type: ignore[method-assign,assignment]
    removing = asyncio.create_task(house.instances.remove("one"))
    await house.clock.until_asleep(10)
    house.clock.advance(10)
    await removing
    assert "does not close" in house.log.text


async def test_closing_closes_everything_and_leaves_no_task(house: House) -> None:
    before = Footprint.now()
    one, two = await ready(house, "one"), await ready(house, "two")
    house.kind.gate = asyncio.Event()
    house.instances.apply(wish("three"))
    house.instances.apply(wish("four", provider_type="other", config={"library": "nowhere"}))
    house.other.trouble = ProviderUnavailable("not now")
    house.instances.apply(wish("five", provider_type="other"))
    await house.until("RETRYING")
    await house.instances.close()
    assert one.closed
    assert two.closed
    assert house.instances.statuses() == ()
    await before.check_nothing_left()


async def test_nothing_is_opened_after_closing(house: House) -> None:
    await house.instances.close()
    with pytest.raises(Unavailable):
        house.instances.apply(wish())


async def test_many_instances_open_side_by_side(house: House) -> None:
    house.kind.gate = asyncio.Event()
    for number in range(20):
        house.instances.apply(wish(f"id-{number}"))
    house.kind.gate.set()
    for number in range(20):
        assert (await house.instances.wait_settled(f"id-{number}")).state == "READY"
    assert len({id(house.instances.get(f"id-{number}")) for number in range(20)}) == 20


async def test_every_change_is_told_once_and_in_order(house: House) -> None:
    house.instances.apply(wish())
    await house.instances.wait_settled("one")
    house.instances.apply(wish(enabled=False))
    states = [house.changes.get_nowait().state for _ in range(house.changes.qsize())]
    assert states == ["OPENING", "READY", "DISABLED"]
