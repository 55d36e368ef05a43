"""Times in the database: milliseconds since the epoch, in a BIGINT."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Whole milliseconds, rounded down. Raises TypeError for a naive datetime."""
    return (moment - EPOCH) // MILLISECOND


def to_ms_up(moment: datetime) -> int:
    """Rounded up: the bound to compare stored times with when the moment itself does not count."""
    return -((EPOCH - moment) // MILLISECOND)


def from_ms(milliseconds: int) -> datetime:
    return EPOCH + timedelta(0, 0, 0, milliseconds)  # positional: a third faster, and guides read many


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, in column definitions."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002  SQLAlchemy's signature
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002  as above
        return None if value is None else from_ms(value)
