"""There is always an ffmpeg."""

import subprocess
from pathlib import Path

import pytest

from ktv_host.streaming.binary import ffmpeg_path


def test_an_ffmpeg_is_found_even_where_the_system_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    shown = subprocess.run([ffmpeg_path(), "-version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("ffmpeg version")
