"""Guessing names in the worker processes, several to a trip."""

import asyncio
from collections import deque

from ktv_host.hooks import WorkerCrashed, Workers
from ktv_localfiles.naming.guesses import Guess, guess_names

BATCH = 16  # a quarter of a second: nobody who wants a segment waits longer behind it


class Guesser:
    """One trip at a time, and no task of its own: whoever gets to the worker takes along all names that wait."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._turn = asyncio.Lock()
        self._waiting: deque[tuple[str, asyncio.Future[Guess]]] = deque()

    async def __call__(self, path: str) -> Guess:
        answer: asyncio.Future[Guess] = asyncio.get_running_loop().create_future()
        self._waiting.append((path, answer))
        try:
            await asyncio.sleep(0)  # others who ask at this moment come along
            async with self._turn:
                while not answer.done():
                    await self._trip()
        except BaseException:
            answer.cancel()
            raise
        return answer.result()

    async def _trip(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        batch = [asked for asked in batch if not asked[1].cancelled()]
        try:
            guesses = await self._guesses([path for path, _ in batch])
        except BaseException:
            self._waiting.extendleft(asked for asked in reversed(batch) if not asked[1].done())
            raise
        for (_, answer), guess in zip(batch, guesses, strict=True):
            if not answer.done():
                answer.set_result(guess)

    async def _guesses(self, paths: list[str]) -> list[Guess]:
        try:
            return await self._workers.run(guess_names, paths)
        except WorkerCrashed:
            if len(paths) == 1:
                return [Guess()]
        return [guess for path in paths for guess in await self._guesses([path])]
