"""Short films to serve: real H.264 and AAC, made once at start."""

import shutil
import subprocess
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

_SECONDS = 64  # a whole number of pictures and of sound frames: laps join without a gap
LENGTHS = {"film": 15 * _SECONDS, "episode": 20 * _SECONDS, "short": 3 * _SECONDS}


def make_clips(folder: Path) -> dict[str, Path]:
    """A clip for each kind, by name. They are copies of one picture, as long as ``LENGTHS`` says."""
    folder.mkdir(parents=True, exist_ok=True)
    seed = folder / "seed.mp4"
    if not seed.exists():
        _ffmpeg(
            *("-f", "lavfi", "-i", f"testsrc=size=320x180:rate=25:duration={_SECONDS}"),
            *("-f", "lavfi", "-i", f"sine=frequency=330:sample_rate=48000:duration={_SECONDS}"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "34", "-g", "50", "-bf", "0", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-b:a", "48k", "-ac", "2", "-movflags", "+faststart", str(seed)),
        )
    clips = {}
    for name, seconds in LENGTHS.items():
        clips[name] = folder / f"{name}.mp4"
        if not clips[name].exists():
            _ffmpeg(
                "-stream_loop",
                str(seconds // _SECONDS - 1),
                "-i",
                str(seed),
                "-c",
                "copy",
                "-movflags",
                "+faststart",
                str(clips[name]),
            )
    return clips


def _ffmpeg(*arguments: str) -> None:
    program = shutil.which("ffmpeg") or get_ffmpeg_exe()
    subprocess.run([program, "-nostdin", "-loglevel", "error", "-y", *arguments], check=True)


# A grey JPEG of one pixel, for every picture.
PICTURE = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a"
    "1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f0000010501010101"
    "010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d0102030004110512213141061351"
    "6107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758"
    "595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4"
    "c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbfaffd9"
)
