"""DATABASE_URL: every spelling in use, read into one value."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from ktv_host.errors import ConfigurationError

Dialect = Literal["sqlite", "postgresql"]

SCHEME = re.compile(r"([a-z]+)(?:\+([a-z0-9]+))?:", re.IGNORECASE)
DRIVERS = {"sqlite": (None, "aiosqlite", "pysqlite"), "postgresql": (None, "asyncpg")}
EXAMPLES = "write sqlite:data.db or postgres://user:password@host/name"


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """A database file; ``create`` is what ``mode=rwc`` says."""

    path: str
    create: bool = True

    @property
    def dialect(self) -> Dialect:
        return "sqlite"

    @property
    def file_uri(self) -> str:
        """What sqlite3.connect takes with ``uri=True``."""
        return f"file:{quote(self.path)}?mode={'rwc' if self.create else 'rw'}"

    @property
    def label(self) -> str:
        """The database for a log line, without secrets."""
        return f"sqlite:{self.path}"


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A server's address as asyncpg reads it; it may hold a password."""

    dsn: str

    @property
    def dialect(self) -> Dialect:
        return "postgresql"

    @property
    def label(self) -> str:
        """The database for a log line, without secrets."""
        parts = urlsplit(self.dsn)
        host = parts.hostname or dict(parse_qsl(parts.query)).get("host", "")
        return f"postgresql:{host}{parts.path}"


DatabaseUrl = SqliteUrl | PostgresUrl


def parse_url(url: str) -> DatabaseUrl:
    """Raises ConfigurationError for what is no usable database address. Its message never repeats a password.

    ``sqlite:`` and ``sqlite://`` are followed by the path as it is: ``sqlite://data.db`` is relative,
    ``sqlite:///srv/data.db`` absolute. With a driver (``sqlite+aiosqlite:``) SQLAlchemy's rule holds: three slashes
    are relative, four absolute.
    """
    match = SCHEME.match(url.strip())
    if match is None:
        raise ConfigurationError(f"DATABASE_URL is no database address: {EXAMPLES}")
    scheme, driver = match.group(1).lower(), match.group(2)
    family = "postgresql" if scheme in ("postgres", "postgresql") else scheme
    if family not in DRIVERS:
        raise ConfigurationError(f"DATABASE_URL names {scheme}, which K-TV does not speak: {EXAMPLES}")
    if driver not in DRIVERS[family]:
        raise ConfigurationError(f"DATABASE_URL names the driver {driver}; leave it out: {EXAMPLES}")
    rest = url.strip()[match.end() :]
    return _sqlite(rest, slashes=3 if driver else 2) if family == "sqlite" else _postgres(rest)


def _sqlite(rest: str, slashes: int) -> SqliteUrl:
    location, _, query = rest.partition("?")
    path = unquote(location.removeprefix("/" * slashes))
    options = dict(parse_qsl(query, keep_blank_values=True))
    mode = options.pop("mode", "rwc")
    if not path.strip("/") or ":memory:" in path or mode == "memory":
        raise ConfigurationError(
            "DATABASE_URL must name a file: every connection to an in-memory database has its own empty one, "
            "and nothing outlives a restart"
        )
    if mode == "ro":
        raise ConfigurationError("DATABASE_URL says mode=ro, but K-TV writes to its database; use mode=rwc or mode=rw")
    if mode not in ("rwc", "rw"):
        raise ConfigurationError(f"DATABASE_URL says mode={mode}; use mode=rwc or mode=rw")
    if options:
        raise ConfigurationError(
            f"DATABASE_URL has an unknown parameter: {', '.join(sorted(options))}; only mode is used"
        )
    return SqliteUrl(re.sub(r"^/+", "/", path), create=mode == "rwc")


def _postgres(rest: str) -> PostgresUrl:
    if not rest.startswith("//"):
        raise ConfigurationError(f"DATABASE_URL is no PostgreSQL address: {EXAMPLES}")
    if "#" in rest:
        raise ConfigurationError("DATABASE_URL contains '#'; write it as %23 when it belongs to the password")
    try:
        parts = urlsplit(f"postgresql:{rest}")
        _ = parts.port
    except ValueError:  # its text could repeat a piece of the password
        raise ConfigurationError(
            "DATABASE_URL cannot be read: the port is no number; write / : @ of a password as %2F %3A %40"
        ) from None
    return PostgresUrl(urlunsplit(parts._replace(scheme="postgresql")))
