"""What K-TV's host finds through the entry point."""

from collections.abc import Sequence

from ktv_host.hooks import Exporter, hookimpl
from ktv_iptv.exporter import Iptv


@hookimpl
def register_exporters() -> Sequence[Exporter]:
    return [Iptv()]
