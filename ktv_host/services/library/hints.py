"""Hints of providers: whoever says that something changed is synced soon, but never without a pause."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

from ktv_host.errors import (
    CapabilityMissing,
    KtvError,
    ProviderAuthFailed,
    ProviderConfigInvalid,
    ProviderUnavailable,
)
from ktv_host.hooks import Hint, Logger
from ktv_host.registry.instances import Instances, InstanceState, InstanceStatus

QUIET_SECS = 0.3  # one change upstream often makes several hints
REST = 3.0  # times as long as the sync took
MOST_REST_SECS = 60.0
FIRST_RETRY_SECS = 5.0
LAST_RETRY_SECS = 600.0
SILENT = (InstanceState.DISABLED, InstanceState.MISSING, InstanceState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class HintParts:
    """What listeners share. ``sync`` runs a pass that begins after the call."""

    instances: Instances
    sync: Callable[[str], Awaitable[object]]
    logger: Logger
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class HintListeners:
    """One listener per open provider, begun and ended with it."""

    def __init__(self, parts: HintParts) -> None:
        self._parts = parts
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def follow(self, status: InstanceStatus) -> None:
        """Told of every status. A provider that became READY is a new one."""
        if status.state is InstanceState.READY:
            self._stop(status.id)
            if not self._closed:
                listener = Listener(self._parts, status.id)
                self._tasks[status.id] = asyncio.create_task(listener.run(), name=f"hints {status.id}")
        elif status.state in SILENT:
            self._stop(status.id)

    async def close(self) -> None:
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _stop(self, instance_id: str) -> None:
        if (task := self._tasks.pop(instance_id, None)) is not None:
            task.cancel()


class Listener:
    """Reads the hints of one provider and answers them, until it is cancelled or the provider is out of service."""

    def __init__(self, parts: HintParts, instance_id: str) -> None:
        self._parts = parts
        self._id = instance_id
        self._changed = asyncio.Event()
        self._heard = 0

    async def run(self) -> None:
        answering = asyncio.create_task(self._answer(), name=f"hinted syncs {self._id}")
        try:
            await self._hear()
        finally:
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering

    async def _hear(self) -> None:
        delay = FIRST_RETRY_SECS
        while True:
            heard = self._heard
            (error,) = await asyncio.gather(self._read(), return_exceptions=True)
            if isinstance(error, KtvError) and not self._in_service():
                return  # another listener begins when it is READY again
            if isinstance(error, CapabilityMissing):
                return
            delay = FIRST_RETRY_SECS if self._heard > heard else delay
            self._parts.logger.info("hints ended", instance=self._id, error=repr(error), again_in=delay)
            await self._parts.sleep(delay)
            delay = min(2 * delay, LAST_RETRY_SECS)

    async def _read(self) -> None:
        provider = self._parts.instances.get(self._id)
        hints: Any = provider.hints()
        try:
            async with aclosing(hints):
                hint: Hint
                async for hint in hints:
                    self._parts.logger.debug("hint", instance=self._id, reason=hint.reason)
                    self._heard += 1
                    self._changed.set()
        except (ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid) as error:
            self._parts.instances.doubt(self._id, provider, error)
            raise

    def _in_service(self) -> bool:
        return self._id in self._parts.instances.ready()

    async def _answer(self) -> None:
        while True:
            await self._changed.wait()
            await self._parts.sleep(QUIET_SECS)
            self._changed.clear()
            began = self._parts.monotonic()
            (error,) = await asyncio.gather(self._parts.sync(self._id), return_exceptions=True)
            if isinstance(error, Exception):
                self._parts.logger.info("sync after a hint failed", instance=self._id, error=repr(error))
            await self._parts.sleep(min(REST * (self._parts.monotonic() - began), MOST_REST_SECS))
