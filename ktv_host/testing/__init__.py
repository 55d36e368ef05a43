"""The contract kit for plugin authors: contracts to derive from, fakes and a clock."""

from ktv_host.testing.auth_contract import AuthContract
from ktv_host.testing.clock import FakeClock
from ktv_host.testing.contexts import Contexts, MemoryState, RecordedLog
from ktv_host.testing.exporter_contract import ExporterContract
from ktv_host.testing.guide import FakeGuide, FakeLinks, guide_channel, guide_slot, programme, rendered
from ktv_host.testing.leaks import Footprint
from ktv_host.testing.notifier_contract import NotifierContract
from ktv_host.testing.provider import FakeConfig, FakeProvider, FakeProviderType, sample_items
from ktv_host.testing.provider_case import Broken, Pass, complete_pass
from ktv_host.testing.provider_contract import ProviderContract
from ktv_host.testing.receiver import Received, Receiver
from ktv_host.testing.running import running_app

__all__ = [
    "AuthContract",
    "Broken",
    "Contexts",
    "ExporterContract",
    "FakeClock",
    "FakeConfig",
    "FakeGuide",
    "FakeLinks",
    "FakeProvider",
    "FakeProviderType",
    "Footprint",
    "MemoryState",
    "NotifierContract",
    "Pass",
    "ProviderContract",
    "Received",
    "Receiver",
    "RecordedLog",
    "complete_pass",
    "guide_channel",
    "guide_slot",
    "programme",
    "rendered",
    "running_app",
    "sample_items",
]
