"""The live provider instances, keyed by id."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import structlog

from ktv_host.errors import (
    KtvError,
    NotFound,
    ProviderAuthFailed,
    ProviderConfigInvalid,
    ProviderUnavailable,
    Unavailable,
)
from ktv_host.hooks import Clock, Logger, Provider, ProviderType
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.lifecycle import Lifecycle
from ktv_host.registry.opening import Context, Opener, Timing
from ktv_host.registry.service import Service
from ktv_host.registry.wish import InstanceState, InstanceStatus, Wish

__all__ = ["InstanceState", "InstanceStatus", "Instances", "Wish"]


class Instances:
    """What is open now. Reading never waits; opening, retrying and closing go on in tasks of their own.

    ``on_change`` is called with every new status, in the event loop; it must not block.
    """

    def __init__(
        self,
        catalog: Catalog,
        context: Context,
        clock: Clock,
        *,
        on_change: Callable[[InstanceStatus], None],
        log: Logger | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: Random | None = None,
    ) -> None:
        self._catalog = catalog
        self._timing = Timing(clock, sleep, rng or Random())
        self._on_change = on_change
        self._log: Logger = log or structlog.get_logger("ktv.instances")
        self._opener = Opener(context, self._timing, self._log)
        self._lives: dict[str, Lifecycle] = {}
        self._closed = False

    def apply(self, wish: Wish) -> None:
        """Follow a new or changed wish; returns at once. Needs a running loop. Raises Unavailable after ``close``."""
        if self._closed:
            raise Unavailable("the host is shutting down")
        if wish.id not in self._lives:
            self._lives[wish.id] = Lifecycle(
                wish.id, self._catalog, self._opener, self._timing, on_change=self._on_change, log=self._log
            )
        self._lives[wish.id].want(wish)

    async def remove(self, instance_id: str) -> None:
        """Unpublish at once, then close. An unknown id is no error."""
        life = self._lives.get(instance_id)
        if life is None:
            return
        await life.drop()
        if life.wish is None and self._lives.get(instance_id) is life:  # nobody applied a new wish meanwhile
            del self._lives[instance_id]

    @contextmanager
    def using(self, instance_id: str) -> Iterator[Provider]:
        """The open provider, kept open for these calls when it is swapped out. Raises NotFound, ProviderUnavailable.

        A call in which upstream does not answer, or refuses us, has another provider opened in its place.
        """
        service = self._service(instance_id)
        with service.use() as provider:
            try:
                yield provider
            except (ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid) as error:
                self._doubt(instance_id, service, error)
                raise

    def get(self, instance_id: str) -> Provider:
        """The open provider, which nothing keeps open. Raises NotFound, ProviderUnavailable."""
        return self._service(instance_id).provider

    def doubt(self, instance_id: str, provider: Provider, error: KtvError) -> None:
        """The same for who cannot use ``using``, because what it does lasts as long as the provider."""
        life = self._lives.get(instance_id)
        if life is not None and life.service is not None and life.service.provider is provider:
            life.doubt(life.service, error)

    def _doubt(self, instance_id: str, service: Service, error: KtvError) -> None:
        if (life := self._lives.get(instance_id)) is not None:
            life.doubt(service, error)

    def _service(self, instance_id: str) -> Service:
        status = self.status(instance_id)
        service = self._lives[instance_id].service
        if service is None:
            raise ProviderUnavailable(_why_not(status), self._retry_after(status))
        return service

    def type_of(self, instance_id: str) -> ProviderType[Any]:
        """The provider type, in whatever state the instance is. Raises NotFound; ProviderUnavailable when MISSING."""
        status = self.status(instance_id)
        kind = self._catalog.provider_types.get(status.provider_type)
        if kind is None:
            raise ProviderUnavailable(_why_not(status))
        return kind

    def status(self, instance_id: str) -> InstanceStatus:
        """Raises NotFound."""
        life = self._lives.get(instance_id)
        if life is None or life.status is None:
            raise NotFound(f"there is no provider instance {instance_id}")
        return life.status

    def statuses(self) -> tuple[InstanceStatus, ...]:
        """In order of id."""
        return tuple(life.status for _, life in sorted(self._lives.items()) if life.status is not None)

    def ready(self) -> tuple[str, ...]:
        """Ids whose provider can be used now, also while a newer configuration of it is being opened."""
        return tuple(instance_id for instance_id, life in sorted(self._lives.items()) if life.service is not None)

    async def wait_settled(self, instance_id: str, seconds: float | None = None) -> InstanceStatus:
        """The status once it is not OPENING, or as it is after ``seconds``. Raises NotFound."""
        self.status(instance_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._lives[instance_id].settled()
        return self.status(instance_id)

    async def close(self) -> None:
        """Unpublish and close all together; no task is left."""
        self._closed = True
        await asyncio.gather(*(life.drop() for life in self._lives.values()))
        self._lives.clear()

    def _retry_after(self, status: InstanceStatus) -> int:
        if status.retry_at is None:
            return 5
        return max(1, round((status.retry_at - self._timing.clock()).total_seconds()))


def _why_not(status: InstanceStatus) -> str:
    states = {
        InstanceState.DISABLED: "is switched off",
        InstanceState.MISSING: "has no plugin",
        InstanceState.OPENING: "is being opened",
        InstanceState.READY: "is ready",
        InstanceState.RETRYING: "does not answer",
        InstanceState.FAILED: "has failed",
    }
    text = f"provider instance {status.id} {states[status.state]}"
    return f"{text}: {status.reason}" if status.reason else text
