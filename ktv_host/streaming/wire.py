"""What travels between the host and a worker process."""

import pickle
import struct
from dataclasses import dataclass

HEADER = struct.Struct(">Q")
STARTED = HEADER.pack(0)  # a worker sends it before it begins a job: a job without it was never tried


@dataclass(frozen=True, slots=True)
class Failure:
    """The answer to a job that raised."""

    error: Exception


def frame(value: object) -> bytes:
    """One message: its length and its pickle."""
    body = pickle.dumps(value, protocol=5)
    return HEADER.pack(len(body)) + body
