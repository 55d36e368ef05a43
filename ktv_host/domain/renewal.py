"""Renewal: when a schedule is made longer, from where to where, and when to try again after a failure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ktv_host.domain.schedule import Schedule

HORIZON = timedelta(hours=48)  # what one generation covers
RENEW_WITHIN = timedelta(hours=24)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalFailure:
    """A channel whose schedule could not be renewed: since when, how often it was tried, and when it will be again."""

    channel_id: str
    reason: str
    tries: int
    since: datetime
    failed_at: datetime
    next_try_at: datetime


def renewal_due(valid_until: datetime, now: datetime) -> bool:
    """Whether less than a day of the schedule is left."""
    return valid_until - now < RENEW_WITHIN


def renewal_window(valid_until: datetime, now: datetime) -> tuple[datetime, datetime]:
    """[start, until) of the next generation: it goes on where the schedule ends, or now when it has ended.

    Time that passed beyond ``valid_until``, while the host slept, stays a gap: nothing aired in it.
    """
    start = max(valid_until, now.replace(microsecond=0))
    return start, start + HORIZON


def planned_ahead(newest_two: Sequence[Schedule], now: datetime) -> bool:
    """Whether the schedule belongs to a clock that was ahead and has been put back since: nothing covers now.

    ``newest_two`` are the channel's last generations, the newest first. One that begins later than the one before it
    ends was right when it was made, after a sleep; while its beginning is still to come it cannot have been.
    """
    if not newest_two or newest_two[0].valid_from <= now:
        return False
    newest, *before = newest_two
    return not before or before[0].valid_until < newest.valid_from or newest.valid_from > now + HORIZON


def failed_again(before: RenewalFailure | None, channel_id: str, reason: str, now: datetime) -> RenewalFailure:
    """One more failed try: the pause doubles from half a minute to half an hour."""
    tries = before.tries + 1 if before else 1
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return RenewalFailure(
        channel_id=channel_id,
        reason=reason,
        tries=tries,
        since=before.since if before else now,
        failed_at=now,
        next_try_at=now + pause,
    )


def may_try(failure: RenewalFailure | None, changed_at: datetime, now: datetime) -> bool:
    """Whether the pause is over: by time, because the channel was changed meanwhile, or because clocks went back."""
    if failure is None or changed_at > failure.failed_at:
        return True
    return now >= failure.next_try_at or failure.next_try_at - now > LONGEST_PAUSE
