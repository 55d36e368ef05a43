"""A provider that keeps its promises passes the contract; each broken promise fails one of its tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from ktv_host.hooks import (
    Capabilities,
    CheckReport,
    Collection,
    EnvironmentVariable,
    HttpFile,
    LocalFile,
    MediaItem,
    MediaSource,
    Page,
    PluginContext,
    Provider,
    ProviderConfigInvalid,
    ProviderUnavailable,
)
from ktv_host.testing import Broken, Contexts, FakeConfig, FakeProviderType, ProviderContract, sample_items
from ktv_host.testing.provider import FakeProvider

pytest_plugins = ["ktv_host.testing.fixtures"]

CONFIG = {"library": "videos", "password": "swordfish"}
BROKEN = {"no such library": Broken(ProviderConfigInvalid, {"library": "nowhere"})}


class TestFakeProvider(ProviderContract):
    provider_type = FakeProviderType(
        {"videos": sample_items(), "more": [replace(item, title=f"{item.title} II") for item in sample_items()]}
    )
    good_config = CONFIG
    other_config: ClassVar[Mapping[str, Any] | None] = {"library": "more"}
    broken_configs = BROKEN


class Adjusted(FakeProviderType):
    """Opens providers of ``made``, a FakeProvider with one method that breaks a promise."""

    made: ClassVar[type[FakeProvider]] = FakeProvider

    async def open(self, ctx: PluginContext, config: FakeConfig) -> Provider:
        await super().open(ctx, config)
        return self.made(self, ctx, self.libraries[config.library])


def contract(kind: FakeProviderType, **values: Any) -> ProviderContract:
    case = type("Case", (ProviderContract,), {"provider_type": kind, "good_config": CONFIG, **values})()
    assert isinstance(case, ProviderContract)
    return case


def providing(**methods: Any) -> Adjusted:
    made = type("Made", (FakeProvider,), methods)
    return type("Kind", (Adjusted,), {"made": made})()  # type: ignore[no-any-return]


async def test_an_illegal_key_is_found(contexts: Contexts) -> None:
    kind = FakeProviderType({"videos": [replace(sample_items()[0], key="a/b"), *sample_items()[1:]]})
    with pytest.raises(AssertionError, match="'a/b' is not legal"):
        await contract(kind).test_a_pass_lists_items_with_stable_keys(contexts, CONFIG)


async def test_a_key_listed_twice_is_found(contexts: Contexts) -> None:
    kind = FakeProviderType({"videos": [*sample_items(), sample_items()[0]]})
    with pytest.raises(AssertionError, match="film-1 twice"):
        await contract(kind).test_a_pass_lists_items_with_stable_keys(contexts, CONFIG)


async def test_keys_that_change_are_found(contexts: Contexts) -> None:
    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        self.items = tuple(replace(item, key=f"{item.key}x") for item in self.items)
        return Page(items=self.items)

    with pytest.raises(AssertionError, match="second pass"):
        await contract(providing(scan=scan)).test_a_pass_lists_items_with_stable_keys(contexts, CONFIG)


async def test_a_pass_that_never_ends_is_found(contexts: Contexts) -> None:
    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        return Page(next="1")

    with pytest.raises(AssertionError, match="never end"):
        await contract(providing(scan=scan)).test_a_pass_lists_items_with_stable_keys(contexts, CONFIG)


async def test_a_cursor_that_only_the_open_instance_knows_is_found(contexts: Contexts) -> None:
    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        known = getattr(self, "known", None)
        if cursor is None or known is None:
            self.known = "half"  # type: ignore[attr-defined]
            return Page(items=self.items[:4], next="half")
        return Page(items=self.items[4:])

    with pytest.raises(AssertionError, match="goes back"):
        await contract(providing(scan=scan)).test_a_pass_resumes_at_any_cursor_after_a_restart(contexts, CONFIG)


async def test_unchanged_keys_that_were_never_told_are_found(contexts: Contexts) -> None:
    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        if since == "pass-1":
            return Page(unchanged=[*(item.key for item in self.items), "never-told"], token="pass-1")
        return Page(items=self.items, token="pass-1")

    with pytest.raises(AssertionError, match="did not have"):
        await contract(providing(scan=scan)).test_since_leaves_out_only_what_is_unchanged(contexts, CONFIG)


async def test_trusting_a_token_nobody_gave_is_found(contexts: Contexts) -> None:
    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        if since is not None:
            return Page(unchanged=[item.key for item in self.items], token="pass-1")
        return Page(items=self.items, token="pass-1")

    with pytest.raises(AssertionError, match="token nobody knows"):
        await contract(providing(scan=scan)).test_since_leaves_out_only_what_is_unchanged(contexts, CONFIG)


async def test_an_undeclared_capability_that_answers_is_found(contexts: Contexts) -> None:
    kind = FakeProviderType()
    kind.capabilities = Capabilities()  # type: ignore[misc]
    with pytest.raises(pytest.fail.Exception):
        await contract(kind).test_collections_work_as_declared(contexts, CONFIG)
    with pytest.raises(pytest.fail.Exception):
        await contract(kind).test_rescan_works_as_declared(contexts, CONFIG)


async def test_declared_metadata_that_no_item_shows_is_found(contexts: Contexts) -> None:
    kind = FakeProviderType({"videos": [replace(item, tags=()) for item in sample_items()]})
    with pytest.raises(AssertionError, match="tags"):
        await contract(kind).test_declared_metadata_is_there(contexts, CONFIG)


async def test_items_in_unknown_collections_are_found(contexts: Contexts) -> None:
    async def collections(self: FakeProvider) -> Sequence[Collection]:
        return [Collection("films", "Films")]

    with pytest.raises(AssertionError, match="shows"):
        await contract(providing(collections=collections)).test_collections_work_as_declared(contexts, CONFIG)


async def test_keys_that_differ_from_the_pass_are_found(contexts: Contexts) -> None:
    async def keys(self: FakeProvider) -> AsyncIterator[Sequence[str]]:
        yield ["film-1"]

    with pytest.raises(AssertionError):
        await contract(providing(keys=keys)).test_keys_are_those_of_the_pass(contexts, CONFIG)


@pytest.mark.parametrize("source", [LocalFile("relative.mp4"), LocalFile("/no/such/file.mp4"), HttpFile("file:///x")])
async def test_a_source_that_is_nowhere_is_found(contexts: Contexts, source: MediaSource) -> None:
    kind = FakeProviderType()
    kind.sources["film-1"] = source
    with pytest.raises(AssertionError, match="film-1"):
        await contract(kind).test_every_item_has_a_source(contexts, CONFIG)


async def test_a_source_for_an_unknown_item_is_found(contexts: Contexts) -> None:
    async def source(self: FakeProvider, key: str) -> MediaSource:
        return HttpFile(f"http://media.invalid/{key}")

    with pytest.raises(pytest.fail.Exception):
        await contract(providing(source=source)).test_the_source_of_an_unknown_item_is_gone(contexts, CONFIG)


async def test_missing_artwork_is_found(contexts: Contexts) -> None:
    kind = FakeProviderType({"videos": [replace(item, artwork=True) for item in sample_items()]})
    with pytest.raises(AssertionError, match="says it has artwork"):
        await contract(kind).test_artwork_is_where_items_say(contexts, CONFIG)


async def test_a_task_that_outlives_close_is_found(contexts: Contexts) -> None:
    tasks: list[asyncio.Task[None]] = []

    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        tasks.append(asyncio.create_task(asyncio.sleep(3600), name="forgotten"))
        return Page(items=self.items)

    with pytest.raises(AssertionError, match="forgotten"):
        await contract(providing(scan=scan)).test_nothing_outlives_close(contexts, CONFIG, {})
    for task in tasks:
        task.cancel()


async def test_a_socket_that_outlives_close_is_found(contexts: Contexts) -> None:
    sockets: list[socket.socket] = []

    async def scan(self: FakeProvider, cursor: str | None = None, since: str | None = None) -> Page:
        sockets.append(socket.socket())
        return Page(items=self.items)

    with pytest.raises(AssertionError, match="socket"):
        await contract(providing(scan=scan)).test_nothing_outlives_close(contexts, CONFIG, {})
    for each in sockets:
        each.close()


async def test_instances_that_share_their_items_are_found(contexts: Contexts) -> None:
    shared: list[MediaItem] = []

    class Sharing(FakeProvider):
        def __init__(self, kind: FakeProviderType, ctx: PluginContext, items: Sequence[MediaItem]) -> None:
            shared[:] = items
            super().__init__(kind, ctx, items)

        async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:
            return Page(items=tuple(shared))

    kind = type("Kind", (Adjusted,), {"made": Sharing})({"videos": sample_items(), "more": sample_items()[:2]})
    with pytest.raises(AssertionError, match="depends on"):
        await contract(kind).test_two_instances_share_nothing(contexts, CONFIG, {"library": "more"})


async def test_the_wrong_error_for_upstream_trouble_is_found(contexts: Contexts) -> None:
    kind = FakeProviderType()
    with pytest.raises(ProviderConfigInvalid):
        await contract(kind).test_broken_configurations_raise_the_right_error(
            contexts, CONFIG, {"no such library": Broken(ProviderUnavailable, {"library": "nowhere"})}
        )


async def test_a_contract_without_trouble_is_refused(contexts: Contexts) -> None:
    with pytest.raises(AssertionError, match="broken_configs"):
        await contract(FakeProviderType()).test_broken_configurations_raise_the_right_error(contexts, CONFIG, {})


async def test_a_check_that_says_yes_to_trouble_is_found(contexts: Contexts) -> None:
    class Careless(FakeProviderType):
        async def check(self, ctx: PluginContext, config: FakeConfig) -> CheckReport:
            return CheckReport(True, "fine")

    with pytest.raises(AssertionError, match="check says it works"):
        await contract(Careless()).test_check_says_what_is_wrong_and_never_raises(contexts, BROKEN)


async def test_an_opening_that_leaves_a_task_when_cancelled_is_found(contexts: Contexts) -> None:
    tasks: list[asyncio.Task[None]] = []

    class Careless(FakeProviderType):
        async def open(self, ctx: PluginContext, config: FakeConfig) -> Provider:
            tasks.append(asyncio.create_task(asyncio.sleep(3600), name="watcher"))
            await asyncio.sleep(0)
            return await super().open(ctx, config)

    with pytest.raises(AssertionError, match="watcher"):
        await contract(Careless()).test_an_opening_may_be_cancelled_at_any_moment(contexts, CONFIG)
    for task in tasks:
        task.cancel()


async def test_a_secret_in_the_log_is_found(contexts: Contexts) -> None:
    class Talkative(FakeProviderType):
        async def open(self, ctx: PluginContext, config: FakeConfig) -> Provider:
            ctx.logger.info("opening", password=config.password and config.password.get_secret_value())
            return await super().open(ctx, config)

    with pytest.raises(AssertionError, match="in the log"):
        await contract(Talkative()).test_secrets_are_not_logged(contexts, CONFIG, {})


class OpenSecret(BaseModel):
    api_key: str = "k"


async def test_a_secret_kept_as_plain_text_is_found() -> None:
    kind = FakeProviderType()
    kind.config_model = OpenSecret  # type: ignore[assignment]
    with pytest.raises(AssertionError, match="api_key"):
        await contract(kind).test_fields_that_sound_secret_are_secret()


class ShownSecret(BaseModel):
    password: SecretStr

    def __repr__(self) -> str:
        return f"ShownSecret({self.password.get_secret_value()})"


async def test_a_model_that_shows_its_secret_is_found() -> None:
    kind = FakeProviderType()
    kind.config_model = ShownSecret  # type: ignore[assignment]
    with pytest.raises(AssertionError, match="secret shows"):
        await contract(kind).test_a_configuration_never_shows_its_secrets({"password": "swordfish"})


class Versioned(FakeProviderType):
    config_version = 2

    def migrate(self, config: Mapping[str, Any], version: int) -> Mapping[str, Any]:
        return {"library": config["folder"]} if version == 1 else config


async def test_old_configurations_have_to_be_shown_and_migrate() -> None:
    with pytest.raises(AssertionError, match="old_configs"):
        await contract(Versioned()).test_old_configurations_migrate()
    await contract(Versioned(), old_configs={1: {"folder": "videos"}}).test_old_configurations_migrate()


class FromEnvironment(FakeProviderType):
    environment = (EnvironmentVariable("FAKE_LIBRARY", "what to list"),)

    def from_environment(self, env: Mapping[str, str]) -> Mapping[str, Any] | None:
        env.get("FAKE_UNDECLARED")
        return {"library": env["FAKE_LIBRARY"]} if "FAKE_LIBRARY" in env else None


async def test_an_empty_variable_that_counts_is_found() -> None:
    with pytest.raises(AssertionError, match="empty variable is unset"):
        await contract(FromEnvironment()).test_an_empty_environment_describes_no_instance()


async def test_an_undeclared_variable_is_found() -> None:
    with pytest.raises(AssertionError, match="FAKE_UNDECLARED"):
        await contract(FromEnvironment()).test_every_variable_that_is_read_is_declared()
