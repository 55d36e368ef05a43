"""Providers: where media comes from."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel

from ktv_host.domain.details import ItemDetails
from ktv_host.domain.media import Artwork, Collection, MediaItem, MediaSource
from ktv_host.errors import CapabilityMissing
from ktv_host.hooks.context import PluginContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an instance can do; what is False answers 501 at the API."""

    collections: bool = False
    series: bool = False
    genres: bool = False
    tags: bool = False
    decade: bool = False
    search: bool = False
    streaming_protocol: Literal["hls", "direct_file"] = "direct_file"
    rescan: bool = False
    transcode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One step of a pass over all items.

    ``items`` are described in full. ``unchanged`` are keys whose description is the same as in the pass that gave
    the ``since`` token (only when a token was handed in). ``next`` is the cursor of the next page; None ends the
    pass, and then ``token`` may name this pass for a later ``since``. ``certain`` on the last page says that
    what was not listed is truly gone (a readable local folder), so the removal guard need not wait.
    ``total`` is a guess for progress bars.
    """

    items: Sequence[MediaItem] = ()
    unchanged: Sequence[str] = ()
    next: str | None = None
    token: str | None = None
    certain: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """Something upstream changed: sync soon. A hint is never the record."""

    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or entry that cannot be used, and why, for a person."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What "test connection" found. ``details`` are label → value pairs to show."""

    ok: bool
    message: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Store:
    """Tables a provider type owns: an Alembic ``versions`` folder, run by the host with its own version table.

    Names of tables start with the plugin's name. The host runs the migrations before any instance is opened.
    """

    versions: Path
    version_table: str


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """A variable a provider type or an auth backend reads, for the documentation and for near-miss warnings."""

    name: str
    description: str


class Provider(ABC):
    """One open, configured instance. Its methods may be called concurrently."""

    @abstractmethod
    async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:
        """One page of a complete pass. ``cursor`` None starts; a cursor resumes, also after a restart.

        ``since`` is the token of the last complete pass, or None: then every item must be in ``items``.
        Raises ProviderUnavailable, ProviderAuthFailed.
        """

    @abstractmethod
    async def source(self, key: str) -> MediaSource:
        """Where the bytes of an item are. Raises MediaGone, ProviderUnavailable."""

    async def collections(self) -> Sequence[Collection]:
        """All groupings; needed with the ``collections`` capability."""
        raise CapabilityMissing("this provider has no collections")

    async def changes(self, since: datetime, cursor: str | None = None) -> Page:
        """Items added or changed since a moment of the host's clock, some too many rather than one too few.

        Paged as ``scan`` is. Deletions are never reported here: ``keys`` finds them. Raises ProviderUnavailable.
        """
        raise CapabilityMissing("this provider cannot list changes")

    def keys(self) -> AsyncIterator[Sequence[str]]:
        """All keys, in batches: a cheap sweep for deletions."""
        raise CapabilityMissing("this provider cannot list keys")

    def hints(self) -> AsyncIterator[Hint]:
        """Yields whenever upstream changed, for as long as the instance is open."""
        raise CapabilityMissing("this provider gives no hints")

    async def rescan(self) -> None:
        """Ask upstream to look at its media again; needed with the ``rescan`` capability. A scan follows."""
        raise CapabilityMissing("this provider cannot be rescanned")

    async def artwork(self, key: str) -> Artwork | None:
        """The item's picture, if there is one."""
        return None

    async def details(self, keys: Sequence[str]) -> Mapping[str, ItemDetails]:
        """Markers and chapters of up to 100 items. The host asks between passes, about a few at a time.

        An item that is left out has none. Raises ProviderUnavailable.
        """
        raise CapabilityMissing("this provider knows no markers and no chapters")

    async def problems(self) -> Sequence[Problem]:
        """What the last pass could not use, and why."""
        return ()

    @abstractmethod
    async def close(self) -> None:
        """Release everything. Called once; also after a failed scan or while one is cancelled."""


C = TypeVar("C", bound=BaseModel)


class ProviderType(ABC, Generic[C]):
    """A kind of media source. Any number of instances is made from it.

    ``key`` matches ``[a-z0-9_]{1,40}``. ``config_model`` draws the admin's form (JSON Schema) and checks it; a
    ``SecretStr`` field is encrypted at rest and never sent back.
    """

    key: ClassVar[str]
    name: ClassVar[str]
    description: ClassVar[str] = ""
    config_model: type[C]
    config_version: ClassVar[int] = 1
    capabilities: ClassVar[Capabilities]
    store: ClassVar[Store | None] = None
    environment: ClassVar[Sequence[EnvironmentVariable]] = ()

    def migrate(self, config: Mapping[str, Any], version: int) -> Mapping[str, Any]:
        """Bring a stored configuration of an older ``config_version`` up to date. Pure."""
        return config

    def from_environment(self, env: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The configuration the environment describes, or None. Empty means unset."""
        return None

    @abstractmethod
    async def open(self, ctx: PluginContext, config: C) -> Provider:
        """A finished instance, or ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid. 30 s at most."""

    @abstractmethod
    async def check(self, ctx: PluginContext, config: C) -> CheckReport:
        """Test the connection and say in words what is wrong. Does not raise for what a user can cause."""
