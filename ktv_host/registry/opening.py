"""Opening and closing one provider: deadlines, and what each failure means."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from ktv_host.errors import KtvError, ProviderAuthFailed, ProviderConfigInvalid, Unavailable
from ktv_host.hooks import Clock, Logger, PluginContext, Provider, ProviderType
from ktv_host.registry.failure import describe, exit_is_error, traceback_of
from ktv_host.registry.wish import Wish

OPEN_SECONDS = 30.0
CLOSE_SECONDS = 10.0
FIRST_RETRY_SECONDS = 5.0
LAST_RETRY_SECONDS = 80.0
LEAST_SECRET = 4  # shorter ones are not hidden in texts: they would hide half of every sentence

Context = Callable[[str, ProviderType[Any]], PluginContext]


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance, handed in so that tests need neither to wait nor to hope."""

    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: Random = field(default_factory=Random)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an instance did not open. ``retry``: it may open later by itself."""

    reason: str
    retry: bool = False


def retry_delay(attempt: int, rng: Random) -> float:
    """Seconds before the next attempt: 5 doubling to 80, and up to a quarter less, so that not all come at once."""
    return min(FIRST_RETRY_SECONDS * 2.0 ** min(attempt, 10), LAST_RETRY_SECONDS) * rng.uniform(0.75, 1)


class Opener:
    """Turns wishes into open providers, and closes them."""

    def __init__(self, context: Context, timing: Timing, log: Logger) -> None:
        self._context = context
        self._timing = timing
        self._log = log

    async def open(self, kind: ProviderType[Any], wish: Wish) -> Provider | Trouble:
        """The finished provider, or why there is none. Whatever a cancelled or late attempt opens is closed again."""
        try:
            config = _configuration(kind, wish)
        except ValidationError as error:
            return Trouble(_sentence(error))
        except ProviderConfigInvalid as error:
            return Trouble(error.message)
        except Exception as error:  # noqa: BLE001  a plugin's migrate may fail in any way; it is logged with its owner
            self._report("provider configuration cannot be migrated", wish, error, ())
            return Trouble(f"the configuration cannot be migrated: {describe(error)}")
        secrets = _secrets(config)
        try:
            return await self._open(kind, wish, config)
        except Unavailable as error:
            return Trouble(_hide(error.message, secrets), retry=True)
        except (ProviderAuthFailed, ProviderConfigInvalid) as error:
            return Trouble(_hide(error.message, secrets))
        except Exception as error:  # noqa: BLE001  instance open: a bug of the plugin, logged with its owner
            self._report("provider failed to open", wish, error, secrets)
            return Trouble(f"bug in the plugin: {_hide(describe(error), secrets)}")

    def trouble(self, kind: ProviderType[Any], wish: Wish, error: KtvError) -> Trouble:
        """What a provider in service raised, without the secrets of its configuration."""
        secrets = _secrets(_configuration(kind, wish))
        return Trouble(_hide(error.message, secrets), retry=isinstance(error, Unavailable))

    async def close(self, provider: Provider, instance_id: str) -> None:
        """Close within the deadline. Never raises for what the plugin does."""
        closing = asyncio.create_task(_contained(provider.close()), name=f"close {instance_id}")
        if not await self._done_within(closing, CLOSE_SECONDS):
            self._log.error("provider does not close", instance=instance_id, seconds=CLOSE_SECONDS)
            closing.cancel()
            await self._done_within(closing, CLOSE_SECONDS)
        if closing.done() and not closing.cancelled() and (error := closing.exception()) is not None:
            self._log.error("provider failed to close", instance=instance_id, traceback=traceback_of(error))

    async def _open(self, kind: ProviderType[Any], wish: Wish, config: BaseModel) -> Provider:
        context = self._context(wish.id, kind)
        opening = asyncio.create_task(_contained(kind.open(context, config)), name=f"open {wish.id}")
        try:
            in_time = await self._done_within(opening, OPEN_SECONDS)
        except asyncio.CancelledError:
            await self._abandon(opening, wish.id)
            raise
        if not in_time:
            await self._abandon(opening, wish.id)
            raise Unavailable(f"it did not open within {OPEN_SECONDS:.0f} seconds")
        if opening.cancelled():
            raise RuntimeError("open() was cancelled from within")
        provider: object = opening.result()
        if not isinstance(provider, Provider):
            raise TypeError(f"open() returned {type(provider).__name__}, not a Provider")
        return provider

    async def _abandon(self, opening: asyncio.Task[Any], instance_id: str) -> None:
        """Cancel an attempt; if it opened something all the same, close that."""
        opening.cancel()
        if not await self._done_within(opening, CLOSE_SECONDS):
            self._log.error("provider ignores that its opening was cancelled", instance=instance_id)
        elif not opening.cancelled() and opening.exception() is None and isinstance(opening.result(), Provider):
            await self.close(opening.result(), instance_id)

    async def _done_within(self, task: asyncio.Task[Any], seconds: float) -> bool:
        """Wait for a task without cancelling it when this waiting is cancelled."""
        timer = asyncio.ensure_future(self._timing.sleep(seconds))
        try:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            await asyncio.wait({timer})
        return task.done()

    def _report(self, event: str, wish: Wish, error: BaseException, secrets: tuple[str, ...]) -> None:
        text = _hide(traceback_of(error), secrets)
        self._log.error(event, instance=wish.id, provider_type=wish.provider_type, traceback=text)


async def _contained(call: Coroutine[Any, Any, Any]) -> Any:
    with exit_is_error():
        return await call


def _configuration(kind: ProviderType[Any], wish: Wish) -> BaseModel:
    if wish.broken is not None:
        raise ProviderConfigInvalid(wish.broken)
    if wish.config_version > kind.config_version:
        raise ProviderConfigInvalid(
            f"the configuration was written by a newer version of the plugin "
            f"(version {wish.config_version}, installed {kind.config_version})"
        )
    config = wish.config
    if wish.config_version < kind.config_version:
        config = kind.migrate(config, wish.config_version)
    validated: BaseModel = kind.config_model.model_validate(config)
    return validated


def _sentence(error: ValidationError) -> str:
    """The fields and what is wrong with them; pydantic's own text would quote the values, secrets too."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [".".join(map(str, problem["loc"])) or "configuration" for problem in problems]
    words = [problem["msg"].removeprefix("Value error, ") for problem in problems]
    return "; ".join(f"{field}: {said}" for field, said in zip(fields, words, strict=True))


def _secrets(config: BaseModel) -> tuple[str, ...]:
    values = (getattr(config, name) for name in type(config).model_fields)
    plain = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
    return tuple(text for text in plain if len(text) >= LEAST_SECRET)


def _hide(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
