"""Notifiers: tell somebody outside what happened."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel

from ktv_host.domain.events import Event
from ktv_host.hooks.context import PluginContext


@dataclass(frozen=True, slots=True)
class Target:
    """Where to deliver: a channel's validated settings for this notifier."""

    channel_id: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a delivery. ``retry`` asks the host to try again with backoff."""

    delivered: bool
    message: str
    status: int | None = None
    retry: bool = False


class Notifier(ABC):
    """The host owns outbox, order, backoff and log; a notifier only delivers."""

    key: ClassVar[str]
    name: ClassVar[str]
    settings_model: type[BaseModel]

    @abstractmethod
    def validate(self, settings: Mapping[str, Any]) -> None:
        """Raises Invalid with field paths. Pure."""

    @abstractmethod
    async def deliver(self, ctx: PluginContext, target: Target, event: Event, delivery_id: str) -> Receipt:
        """Deliver once. The same ``delivery_id`` may come again after a crash: make it visible to the receiver."""
