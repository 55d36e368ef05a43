"""What runs inside a worker process: read a job, do it, answer, until the pipe closes.

Run as ``python -m ktv_host.streaming.worker_process <descriptor> <parent>``. A fresh interpreter is used instead of
multiprocessing so that neither the caller's ``__main__`` is imported again nor a helper process outlives the pool.
"""

import ctypes
import os
import pickle
import signal
import socket
import sys
import traceback
from contextlib import suppress

from ktv_host.errors import KtvError
from ktv_host.streaming.wire import HEADER, STARTED, Failure, frame

_PR_SET_PDEATHSIG = 1


def _die_with_parent(parent: int) -> None:
    """The closed pipe ends an idle worker; this ends one that is busy in native code. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _read(pipe: socket.socket, size: int) -> bytearray | None:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = pipe.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return data


def _answer(job: bytearray) -> bytes:
    try:
        fn, args, kwargs = pickle.loads(job)
        return frame(fn(*args, **kwargs))
    except Exception as error:  # noqa: BLE001  the job loop: the error belongs to whoever asked
        error.add_note("in a worker process:\n" + traceback.format_exc())
        return frame(Failure(_portable(error)))


def _portable(error: Exception) -> Exception:
    """The error itself when it survives the trip, else its text."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001  any class may refuse to be pickled, in any way
        return KtvError(f"{type(error).__name__}: {error}")
    return error


def serve(pipe: socket.socket) -> None:
    """Answer jobs in order until the other end closes."""
    while (header := _read(pipe, HEADER.size)) is not None:
        job = _read(pipe, HEADER.unpack(header)[0])
        if job is None:
            return
        pipe.sendall(STARTED)
        pipe.sendall(_answer(job))


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor, parent = int(arguments[0]), int(arguments[1])
    _die_with_parent(parent)
    with suppress(ConnectionError):  # the host went away; so do we
        serve(socket.socket(fileno=descriptor))


if __name__ == "__main__":
    main(sys.argv[1:])
