"""The host's end of one worker process: it starts it, asks, hears the answer and learns of its death."""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from ktv_host.errors import KtvError
from ktv_host.streaming.wire import HEADER, STARTED, Failure

_MODULE = "ktv_host.streaming.worker_process"
_BUFFER = 1 << 20
_DYING_SECS = 0.5  # a process whose pipe closed gets this long to exit by itself, so that its signal is known
_REAP_SECS = 5.0  # a killed process that sits in an unresponsive disk is left to the kernel after this long


class WorkerDied(Exception):
    """The process ended; the text says how. ``started`` tells whether it had begun the job."""

    def __init__(self, text: str, *, started: bool) -> None:
        super().__init__(text)
        self.started = started


class WorkerLink:
    """One process, one question at a time."""

    def __init__(
        self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self.answered = 0

    @classmethod
    async def start(cls) -> Self:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: ASYNC220  it only forks, in under a millisecond
                [sys.executable, "-P", "-m", _MODULE, str(theirs.fileno()), str(os.getpid())],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C in the terminal is for the host alone
            )
        reader, writer = await asyncio.open_connection(sock=ours, limit=_BUFFER)
        return cls(process, reader, writer)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._reader.at_eof()

    async def ask(self, message: bytes) -> object:
        """Send a job; its result, or a Failure. Raises WorkerDied."""
        started = False
        try:
            self._writer.write(message)
            started = await self._reader.readexactly(HEADER.size) == STARTED
            header = await self._reader.readexactly(HEADER.size)
            body = await self._reader.readexactly(HEADER.unpack(header)[0])
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerDied(await self._epitaph(), started=started) from None
        try:
            answer: object = pickle.loads(body)
        except Exception as error:  # noqa: BLE001  the job loop: a result may refuse to be unpickled in any way
            return Failure(KtvError(f"the worker's answer cannot be read: {error}"))
        return answer

    async def _epitaph(self) -> str:
        await self._exited(_DYING_SECS)
        code = self._process.poll()
        if code is None:
            return "it closed its pipe"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    async def _exited(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._process.poll() is None and loop.time() < deadline:  # noqa: ASYNC110  a death has no event
            await asyncio.sleep(0.002)

    def kill(self) -> None:
        self._process.kill()

    async def close(self) -> None:
        """Kill the process and reap it."""
        self._writer.close()
        self._process.kill()
        await self._exited(_REAP_SECS)
