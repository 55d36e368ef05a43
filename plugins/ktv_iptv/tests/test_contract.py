"""What the host asks of every exporter."""

from typing import ClassVar

from ktv_iptv.exporter import Iptv

from ktv_host.hooks import Exporter
from ktv_host.testing import ExporterContract


class TestIptv(ExporterContract):
    exporter: ClassVar[Exporter] = Iptv()
