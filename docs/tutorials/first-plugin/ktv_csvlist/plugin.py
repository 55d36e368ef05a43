"""What K-TV's host finds through the entry point."""

from collections.abc import Sequence
from typing import Any

from ktv_host.hooks import ProviderType, hookimpl

from ktv_csvlist.provider import CsvList


@hookimpl
def register_providers() -> Sequence[ProviderType[Any]]:
    return [CsvList()]
