"""The life of one instance id: from wish to wish."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from ktv_host.errors import KtvError
from ktv_host.hooks import Logger
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.failure import traceback_of
from ktv_host.registry.opening import Opener, Timing, Trouble, retry_delay
from ktv_host.registry.service import DRAIN_SECONDS, Service
from ktv_host.registry.wish import InstanceState, InstanceStatus, Wish

TROUBLED = (InstanceState.RETRYING, InstanceState.FAILED, InstanceState.MISSING)
KEEP = (InstanceState.OPENING, InstanceState.READY)  # the same wish again changes nothing in these


class Lifecycle:
    """Follows the newest wish of one id, one step at a time: no attempt begins before the last one is cleared away.

    An edit keeps the old provider in service while the new one opens or is retried. Once the new one is READY they
    are swapped; once it has FAILED the old one goes too, because nobody wishes for it any more.
    """

    def __init__(
        self,
        instance_id: str,
        catalog: Catalog,
        opener: Opener,
        timing: Timing,
        *,
        on_change: Callable[[InstanceStatus], None],
        log: Logger,
    ) -> None:
        self._id = instance_id
        self._catalog = catalog
        self._opener = opener
        self._timing = timing
        self._on_change = on_change
        self._log = log
        self._settled = asyncio.Event()
        self._in_trouble = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._following: asyncio.Task[None] | None = None
        self.wish: Wish | None = None
        self.status: InstanceStatus | None = None
        self.service: Service | None = None

    def want(self, wish: Wish) -> None:
        """Follow this wish from now on. The same wish again retries at once what is not open."""
        known, self.wish = self.wish, wish
        if known is not None and self.status is not None and self.status.state in KEEP and wish.opens_like(known):
            if wish != known:
                self._report(self.status.state)
            return
        self._stop()
        state, reason = self._first_state(wish)
        if state is not InstanceState.OPENING or (self.service and self.service.provider_type != wish.provider_type):
            self._serve(None)
        self._report(state, reason)
        if state is InstanceState.OPENING:
            self._following = self._spawn(self._follow(wish, set(self._tasks)), f"instance {wish.id}")

    def doubt(self, service: Service, error: KtvError) -> None:
        """The provider in service could not do its work: open another one, which then takes its place.

        The old one serves until then. When upstream refuses us for good, opening finds out.
        """
        if self.wish is None or service is not self.service or self.status is None:
            return
        if self.status.state is not InstanceState.READY:
            return
        kind = self._catalog.provider_types[service.provider_type]
        trouble = self._opener.trouble(kind, self.wish, error)
        self._report(InstanceState.RETRYING, trouble.reason)
        self._following = self._spawn(
            self._follow(self.wish, set(self._tasks), trouble if trouble.retry else None), f"instance {self._id}"
        )

    async def drop(self) -> None:
        """Unpublish at once, then close; returns when nothing of it is left."""
        self.wish = self.status = None
        self._settled.set()
        self._stop()
        self._serve(None)
        if tasks := set(self._tasks):
            await asyncio.wait(tasks)

    async def settled(self) -> None:
        """Until the state is not OPENING."""
        await self._settled.wait()

    def _first_state(self, wish: Wish) -> tuple[InstanceState, str | None]:
        if not wish.enabled:
            return InstanceState.DISABLED, None
        if wish.provider_type not in self._catalog.provider_types:
            return InstanceState.MISSING, f"no installed plugin brings the provider type {wish.provider_type}"
        return InstanceState.OPENING, None

    async def _follow(self, wish: Wish, earlier: set[asyncio.Task[None]], trouble: Trouble | None = None) -> None:
        """``trouble`` is what is known already: then the first attempt is made after a while."""
        if earlier:
            await asyncio.wait(earlier)
        kind = self._catalog.provider_types[wish.provider_type]
        attempt = 0
        outcome = trouble or await self._opener.open(kind, wish)
        while isinstance(outcome, Trouble) and outcome.retry:
            delay = retry_delay(attempt, self._timing.rng)
            self._report(InstanceState.RETRYING, outcome.reason, self._timing.clock() + timedelta(seconds=delay))
            await self._timing.sleep(delay)
            attempt += 1
            outcome = await self._opener.open(kind, wish)
        if isinstance(outcome, Trouble):
            self._serve(None)
            self._report(InstanceState.FAILED, outcome.reason)
        else:
            self._serve(Service(outcome, wish.provider_type))
            self._report(InstanceState.READY)

    def _stop(self) -> None:
        """End the attempt under way; it clears up after itself."""
        if self._following is not None:
            self._following.cancel()
            self._following = None

    def _serve(self, service: Service | None) -> None:
        """Publish in one assignment. What was in service is retired in a task of its own, which nothing cancels."""
        old, self.service = self.service, service
        if old is not None:
            self._spawn(self._retire(old), f"close {self._id}")

    async def _retire(self, service: Service) -> None:
        if not await service.drained(self._timing.sleep):
            self._log.warning("provider is closed while it is used", instance=self._id, seconds=DRAIN_SECONDS)
        await self._opener.close(service.provider, self._id)

    def _report(self, state: InstanceState, reason: str | None = None, retry_at: datetime | None = None) -> None:
        wish, before = self.wish, self.status
        if wish is None:
            return
        self.status = InstanceStatus(
            id=wish.id,
            provider_type=wish.provider_type,
            name=wish.name,
            state=state,
            since=before.since if before is not None and before.state is state else self._timing.clock(),
            reason=reason,
            retry_at=retry_at,
            source=wish.source,
        )
        if state is InstanceState.OPENING:
            self._settled.clear()
        else:
            self._settled.set()
        self._tell(before)
        self._on_change(self.status)

    def _tell(self, before: InstanceStatus | None) -> None:
        """The log hears of trouble once, not at every attempt, and of its end."""
        status = self.status
        assert status is not None
        if status.state in TROUBLED and (
            before is None or (before.state, before.reason) != (status.state, status.reason)
        ):
            self._log.warning(
                "provider instance in trouble", instance=self._id, state=status.state.name, reason=status.reason
            )
        elif status.state is InstanceState.READY and self._in_trouble:
            self._log.info("provider instance ready again", instance=self._id)
        if status.state is not InstanceState.OPENING:
            self._in_trouble = status.state in TROUBLED

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error(
                "instance task failed", instance=self._id, task=task.get_name(), traceback=traceback_of(error)
            )
