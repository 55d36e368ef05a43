"""Renewal: when a schedule is made longer, and from where to where."""

from datetime import datetime, timedelta

HORIZON = timedelta(hours=48)  # what one generation covers
RENEW_WITHIN = timedelta(hours=24)


def renewal_due(valid_until: datetime, now: datetime) -> bool:
    """Whether less than a day of the schedule is left."""
    return valid_until - now < RENEW_WITHIN


def renewal_window(valid_until: datetime, now: datetime) -> tuple[datetime, datetime]:
    """[start, until) of the next generation: it goes on where the schedule ends, or now when it has ended.

    Time that passed beyond ``valid_until``, while the host slept, stays a gap: nothing aired in it.
    """
    start = max(valid_until, now.replace(microsecond=0))
    return start, start + HORIZON
