"""The contract kit, over a folder of real clips."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from ktv_localfiles.plugin import LocalFiles

from ktv_host.hooks import ProviderConfigInvalid, ProviderUnavailable
from ktv_host.testing.contexts import Contexts
from ktv_host.testing.provider_case import Broken
from ktv_host.testing.provider_contract import ProviderContract

pytest_plugins = ["ktv_host.testing.fixtures"]


class TestLocalFiles(ProviderContract):
    provider_type = LocalFiles()

    @pytest_asyncio.fixture(autouse=True)
    async def tables(self, contexts: Contexts) -> None:
        """The host migrates before any instance is opened: what is cancelled in these tests is never a migration."""
        await contexts.make(self.provider_type)

    @pytest.fixture
    def config(self, tmp_path: Path, clip: Path, bunny: Path) -> Mapping[str, Any]:
        root = tmp_path / "videos"
        films, season = (
            root / "Films" / "Animals" / "Big Buck Bunny (2008)",
            root / "Series" / "Pattern (1994)" / "Season 1",
        )
        films.mkdir(parents=True)
        season.mkdir(parents=True)
        shutil.copy(bunny, films / "Big Buck Bunny (2008).mp4")
        (films / "poster.jpg").write_bytes(b"\xff\xd8\xff")
        for number in (1, 2):
            shutil.copy(clip, season / f"Pattern - S01E0{number}.mkv")
        (root / "no video.mkv").write_text("text")
        return {"roots": [str(root)]}

    @pytest.fixture
    def other(self, tmp_path: Path, clip: Path) -> Mapping[str, Any]:
        root = tmp_path / "others"
        root.mkdir()
        shutil.copy(clip, root / "Another (2001).mkv")
        return {"roots": [str(root)]}

    @pytest.fixture
    def broken(self, tmp_path: Path) -> Mapping[str, Broken]:
        file = tmp_path / "file.txt"
        file.touch()
        return {
            "an unmounted disk": Broken(ProviderUnavailable, {"roots": [str(tmp_path / "not" / "there")]}),
            "a file": Broken(ProviderConfigInvalid, {"roots": [str(file)]}),
        }
