"""Where the ffmpeg program is."""

import shutil

import imageio_ffmpeg


def ffmpeg_path() -> str:
    """The system's ffmpeg, else the one that came with a dependency."""
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())
