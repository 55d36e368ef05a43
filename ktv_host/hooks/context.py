"""PluginContext: all a plugin gets from the host."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from aiohttp import ClientSession

from ktv_host.domain.media import MediaProbe, MediaSource
from ktv_host.errors import ConfigurationError

P = ParamSpec("P")
T = TypeVar("T")


class Logger(Protocol):
    """Structured logging: an event text and keywords. Never log secrets."""

    def debug(self, event: str, **values: Any) -> None: ...
    def info(self, event: str, **values: Any) -> None: ...
    def warning(self, event: str, **values: Any) -> None: ...
    def error(self, event: str, **values: Any) -> None: ...


class Clock(Protocol):
    """The time, aware and in UTC."""

    def __call__(self) -> datetime: ...


class Workers(Protocol):
    """A pool of worker processes that survives crashes."""

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module-level function in a worker process and return its result; its exceptions are raised here.

        Raises WorkerCrashed, naming the job, when the function killed its process; it is not tried again.
        """
        ...


class State(Protocol):
    """Small key → JSON values that belong to this instance and outlive restarts."""

    async def get(self, key: str) -> Any | None: ...
    async def set(self, key: str, value: Any) -> None: ...
    async def delete(self, key: str) -> None: ...


class PluginDatabase(Protocol):
    """The host's database, for a plugin with a ``store``. SQL uses ``:name`` parameters and suits both databases."""

    async def fetch_all(self, query: str, values: Mapping[str, Any] | None = None) -> Sequence[Mapping[str, Any]]: ...
    async def fetch_tuples(self, query: str, values: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """For reads of thousands of rows."""
        ...

    async def fetch_one(self, query: str, values: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None: ...
    async def execute(self, query: str, values: Mapping[str, Any] | None = None) -> Any: ...
    async def execute_many(self, query: str, values: Sequence[Mapping[str, Any]]) -> None: ...
    def transaction(self) -> AbstractAsyncContextManager[Any]: ...


class Http(Protocol):
    """HTTP sessions towards one origin (scheme, host, port). The host owns and closes them."""

    def __call__(self, origin: str, *, verify_tls: bool = True) -> ClientSession: ...


class Probe(Protocol):
    """Opens media in a worker process. Raises InvalidMedia or WorkerCrashed."""

    async def __call__(self, source: MediaSource) -> MediaProbe: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginContext:
    """What the host hands to ``open`` and ``check``. ``instance_id`` scopes rows and state.

    ``folder`` is this instance's own, for files that can be made anew (pictures, downloads); it may not exist yet, and
    everything in it may be deleted while the host is down.
    """

    instance_id: str
    logger: Logger
    clock: Clock
    http: Http
    workers: Workers
    probe: Probe
    state: State
    folder: Path
    database: PluginDatabase | None = None

    @property
    def db(self) -> PluginDatabase:
        """The database. Raises ConfigurationError when the provider type declares no ``store``."""
        if self.database is None:
            raise ConfigurationError("this provider type declares no store, so it gets no database")
        return self.database
