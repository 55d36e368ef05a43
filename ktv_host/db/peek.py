"""A look at a database that may not be there yet; changes nothing."""

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from ktv_host.db.database import open_database
from ktv_host.db.url import parse_url


async def revision(url: str) -> str | None:
    """The host's migration revision; None when the database is new."""
    return None


async def is_new(url: str) -> bool:
    """No host migration ever ran here."""
    return await revision(url) is None
