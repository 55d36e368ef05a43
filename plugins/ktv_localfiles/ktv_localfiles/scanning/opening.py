"""Opening files: the hash of their beginnings in a thread, their probe in a worker process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from ktv_host.hooks import InvalidMedia, LocalFile, MediaProbe, Probe, WorkerCrashed
from ktv_localfiles.naming.release import readable

HEAD_BYTES = 64 * 1024
TOGETHER = 16  # files that share a trip to a thread, which costs more than what is done there for one
_THREADS = 4
_LEAST_MS = 1000  # a slot is whole seconds

T = TypeVar("T")
R = TypeVar("R")


async def read_heads(paths: Sequence[str]) -> list[str | OSError]:
    """The hashes of the first 64 KiB of files, or why they cannot be read."""
    read = await spread(groups(paths), lambda group: asyncio.to_thread(_heads, group), at_once=_THREADS)
    return [head for heads in read for head in heads]


async def probe_file(probe: Probe, path: str) -> MediaProbe | str:
    """What a file is, or in words why it cannot be read."""
    try:
        found = await probe(LocalFile(path))
    except InvalidMedia as error:
        return readable(error.message).removeprefix(f"{Path(path).name}: ")
    except WorkerCrashed as error:
        return readable(f"opening it crashed a worker process: {error.message}")
    return found


def unfit(duration_ms: int | None) -> str | None:
    """Why a file of this length cannot be aired."""
    if not duration_ms:
        return "its duration is unknown"
    return None if duration_ms >= _LEAST_MS else "it is shorter than a second"


async def spread(values: Sequence[T], work: Callable[[T], Awaitable[R]], *, at_once: int) -> list[R]:
    """The results in the order of ``values``, so many at a time. The first failure cancels the rest and is raised."""
    results: dict[int, R] = {}
    waiting = iter(enumerate(values))

    async def run() -> None:
        for at, value in waiting:
            results[at] = await work(value)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(values))):
                group.create_task(run())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [results[at] for at in range(len(values))]


def groups(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[at : at + TOGETHER] for at in range(0, len(values), TOGETHER)]


def _heads(paths: Sequence[str]) -> list[str | OSError]:
    return [_head(path) for path in paths]


def _head(path: str) -> str | OSError:
    try:
        with Path(path).open("rb") as file:
            return blake2b(file.read(HEAD_BYTES), digest_size=16).hexdigest()
    except OSError as error:
        return error
