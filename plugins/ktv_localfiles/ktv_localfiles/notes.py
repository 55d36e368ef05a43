"""Notes: what is known about a file besides its content."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ktv_localfiles.naming.guesses import Guess
from ktv_localfiles.sidecars.nfo import Nfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """``stamp`` stands for the sidecars that were read; ``artwork`` is a picture, relative to the file's folder.

    ``faults`` are (path, reason) of .nfo files that cannot be read; ``guess`` is None while nobody guessed.
    """

    stamp: str | None = None
    artwork: str | None = None
    nfo: Nfo | None = None
    faults: tuple[tuple[str, str], ...] = ()
    guess: Guess | None = None

    def to_row(self) -> dict[str, str | None]:
        return {
            "sidecars": self.stamp,
            "artwork": self.artwork,
            "nfo": None if self.nfo is None else _dump(self.nfo.to_json()),
            "faults": _dump(self.faults) if self.faults else None,
            "guess": None if self.guess is None else _dump(self.guess.to_json()),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Notes":
        nfo, guess = row["nfo"], row["guess"]
        return cls(
            stamp=row["sidecars"],
            artwork=row["artwork"],
            nfo=None if nfo is None else Nfo.from_json(json.loads(nfo)),
            faults=read_faults(row["faults"]),
            guess=None if guess is None else Guess.from_json(json.loads(guess)),
        )


def read_faults(stored: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((path, reason) for path, reason in json.loads(stored)) if stored else ()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
