"""Renewals: the background job that keeps channels with ``auto_schedule`` on the air."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.renewal_failures import RenewalFailureRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.events import EventKind
from ktv_host.domain.renewal import RENEW_WITHIN, RenewalFailure, failed_again, may_try
from ktv_host.errors import KtvError
from ktv_host.hooks import Clock, Logger
from ktv_host.services.activity import Activity
from ktv_host.services.programming.scheduling import Scheduling


class Renewals:
    """A channel that fails waits longer after every try, but not once the library is there that was missing.

    It never keeps the others waiting. Activity tells that it began to fail, not every try; the next schedule it gets
    tells that it does no more.
    """

    def __init__(
        self,
        *,
        channels: ChannelRepository,
        failures: RenewalFailureRepository,
        scheduling: Scheduling,
        activity: Activity,
        clock: Clock,
        logger: Logger,
        transaction: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self._channels = channels
        self._failures = failures
        self._scheduling = scheduling
        self._activity = activity
        self._clock = clock
        self._logger = logger
        self._transaction = transaction
        self._has_library = False

    async def run(self) -> None:
        """One pass over the channels it is time for; one at a time, so that memory does not grow with their number."""
        failures = await self._failures.all()
        had_library, self._has_library = self._has_library, await self._scheduling.has_library()
        if self._has_library and not had_library:
            failures = {key: replace(each, next_try_at=each.failed_at) for key, each in failures.items()}
        now = self._clock()
        due = await self._channels.to_renew(now, now + RENEW_WITHIN)
        for channel_id in dict.fromkeys([*due, *failures]):
            try:
                await self._renew(channel_id, failures.get(channel_id))
            except Exception as error:  # noqa: BLE001  the job loop: a bug met in one channel must not stop the others
                self._logger.error("renewal broke", channel=channel_id, error=repr(error))

    async def _renew(self, channel_id: str, failure: RenewalFailure | None) -> None:
        channel = await self._channels.get(channel_id)
        if channel is None or not channel.auto_schedule or not channel.schedule_config.blocks:
            return
        if not may_try(failure, channel.updated_at, self._clock()):
            return
        try:
            await self._scheduling.renew(channel)
        except KtvError as error:
            await self._note(channel, failure, error.message)
            return
        if failure is not None:
            await self._failures.clear(channel_id)

    async def _note(self, channel: Channel, before: RenewalFailure | None, reason: str) -> None:
        failure = failed_again(before, channel.id, reason, self._clock())
        self._logger.warning("renewal failed", channel=channel.id, tries=failure.tries, error=reason)
        async with self._transaction():
            await self._failures.put(failure)
            if before is None:
                await self._activity.record(
                    EventKind.SCHEDULE_FAILED, f"{channel.name}: {reason}", channel_id=channel.id
                )
