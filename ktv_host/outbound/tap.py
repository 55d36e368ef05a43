"""The tap: the body of a response straight from its socket, in large pieces, each read when it is asked for.

aiohttp reads what each wake-up brings and copies it once more: for a film that costs twice what the network does. A
long body of known length goes past it: its transport is paused, a second handle of the socket read to the last byte
of the body, and then the connection goes back to aiohttp's pool as if aiohttp had read it itself.
"""

import asyncio
import math
import os
import socket

from aiohttp import ClientPayloadError, ClientResponse

LONG = 1 << 20  # bytes; what is shorter is not worth it
# Of a piece. Small ones cost wake-ups of all who take part; beyond 1 MiB nothing is gained.
SMALLEST, LARGEST = 1 << 17, 1 << 20
QUICK_SECS = 0.1  # who comes back within it gets a larger piece; who waits for a network holds a small one


class Tap:
    """Reads the rest of a body, ``left`` bytes; ``first`` is what was read before."""

    def __init__(self, response: ClientResponse, handle: socket.socket | None, first: bytes, left: int) -> None:
        self._response = response
        self._handle = handle
        self._first = first
        self._left = left
        self._size = SMALLEST
        self._handed_out = -math.inf

    async def piece(self, patience: float) -> bytes:
        """What comes next, nothing after the end. Others get their turn before it.

        Raises TimeoutError after ``patience`` seconds of silence, OSError or ClientPayloadError when the server breaks
        off.
        """
        await asyncio.sleep(0)  # between two ends that are quick nothing else would wait
        if self._first or not self._left or self._handle is None:
            first, self._first = self._first, b""
            return first
        loop = asyncio.get_running_loop()
        quick = loop.time() - self._handed_out < QUICK_SECS
        self._size = min(2 * self._size, LARGEST) if quick else SMALLEST
        async with asyncio.timeout(patience):
            piece = await loop.sock_recv(self._handle, min(self._size, self._left))
        if not piece:
            raise ClientPayloadError(f"{self._left} bytes are missing")
        self._left -= len(piece)
        if not self._left:
            self.close()
            self._response.content.feed_eof()  # gives the connection back
        self._handed_out = loop.time()
        return piece

    def close(self) -> None:
        """Stop reading. Whoever does it before the end closes the response too."""
        if self._handle is not None:
            self._handle.close()


def tapped(response: ClientResponse) -> Tap | None:
    """A tap for what is left of a body, which nobody reads otherwise from here on.

    None for one that is short, of unknown length, encrypted on its way or read already.
    """
    connection, length = response.connection, response.content_length
    if connection is None or connection.transport is None or connection.protocol is None:
        return None
    if length is None or length < LONG or connection.transport.get_extra_info("sslcontext") is not None:
        return None
    protocol, number = connection.protocol, connection.transport.get_extra_info("socket").fileno()
    first = b""
    while more := response.content.read_nowait():  # taking some makes room for what was held back
        first += more
    left = length - len(first)
    if not left:
        return Tap(response, None, first, left)
    protocol.pause_reading()
    handle = socket.socket(fileno=os.dup(number))
    handle.setblocking(False)
    return Tap(response, handle, first, left)
