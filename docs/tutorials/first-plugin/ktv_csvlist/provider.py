"""The provider: where the list is, and what the host may ask of it."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ktv_host.hooks import (
    Capabilities,
    CheckReport,
    EnvironmentVariable,
    HttpFile,
    LocalFile,
    MediaGone,
    MediaSource,
    Page,
    PluginContext,
    Problem,
    Provider,
    ProviderConfigInvalid,
    ProviderType,
    ProviderUnavailable,
)
from pydantic import BaseModel, Field

from ktv_csvlist import rows


class CsvListConfig(BaseModel):
    file: Path = Field(description="The CSV file; its first line names the columns address, title and minutes")


class CsvListProvider(Provider):
    """Reads the file anew each time: whoever edits the list need not tell us."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._problems: list[Problem] = []

    async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:
        entries = await self._read()
        return Page(items=[entry.item for entry in entries.values()], certain=True, total=len(entries))

    async def source(self, key: str) -> MediaSource:
        entry = (await self._read()).get(key)
        if entry is None:
            raise MediaGone(f"the list has no video {key}")
        if entry.address.startswith(("http://", "https://")):
            return HttpFile(entry.address)
        return LocalFile(str((self._file.parent / entry.address).resolve()))

    async def problems(self) -> Sequence[Problem]:
        return self._problems

    async def close(self) -> None:
        """There is nothing to release."""

    async def _read(self) -> dict[str, rows.Entry]:
        try:
            text = await asyncio.to_thread(self._file.read_text, encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ProviderConfigInvalid(f"{self._file} is no text in UTF-8") from error
        except OSError as error:
            raise ProviderUnavailable(f"{self._file} cannot be read: {error.strerror}") from error
        entries, self._problems = rows.read(text)
        return entries


class CsvList(ProviderType[CsvListConfig]):
    key = "csv_list"
    name = "CSV list"
    description = "Videos listed in a CSV file"
    config_model = CsvListConfig
    capabilities = Capabilities(series=True, genres=True, decade=True)
    environment = (EnvironmentVariable("CSV_LIST_FILE", "The CSV file."),)

    def from_environment(self, env: Mapping[str, str]) -> Mapping[str, Any] | None:
        file = env.get("CSV_LIST_FILE")
        return {"file": file} if file else None

    async def open(self, ctx: PluginContext, config: CsvListConfig) -> Provider:
        provider = CsvListProvider(config.file)
        await provider.scan()  # a list that cannot be read shall fail here, not later
        return provider

    async def check(self, ctx: PluginContext, config: CsvListConfig) -> CheckReport:
        provider = CsvListProvider(config.file)
        try:
            page = await provider.scan()
        except (ProviderUnavailable, ProviderConfigInvalid) as error:
            return CheckReport(False, error.message)
        unusable = await provider.problems()
        return CheckReport(True, f"{len(page.items)} videos", {"lines that cannot be used": str(len(unusable))})
