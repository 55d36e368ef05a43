"""What the host asks of every provider."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ktv_host.hooks import ProviderConfigInvalid, ProviderUnavailable
from ktv_host.testing import Broken, ProviderContract

from ktv_csvlist.provider import CsvList

pytest_plugins = ["ktv_host.testing.fixtures"]

LIST = """\
address,title,minutes,series,season,episode,year,genres
pilot.mp4,Pilot,22,The Show,1,1,1991,Comedy; Family
second.mp4,The Second,22.5,The Show,1,2,1991,Comedy
https://media.example/night.mp4,The Long Night,96,,,,1994,Drama
"""


class TestCsvList(ProviderContract):
    provider_type = CsvList()

    @pytest.fixture
    def config(self, tmp_path: Path) -> Mapping[str, Any]:
        for name in ("pilot.mp4", "second.mp4"):
            (tmp_path / name).touch()
        (tmp_path / "list.csv").write_text(LIST)
        return {"file": str(tmp_path / "list.csv")}

    @pytest.fixture
    def broken(self, tmp_path: Path) -> Mapping[str, Broken]:
        (tmp_path / "notes.txt").write_text("no columns here")
        return {
            "no such file": Broken(ProviderUnavailable, {"file": str(tmp_path / "gone.csv")}),
            "not a list": Broken(ProviderConfigInvalid, {"file": str(tmp_path / "notes.txt")}),
        }
