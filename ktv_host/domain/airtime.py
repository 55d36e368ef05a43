"""Airtime rows: the playout ledger as it is stored, and the plan behind an address."""

from dataclasses import dataclass

TICKS_PER_MS = 90  # of MPEG's 90 kHz clock


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A segment plan, encoded, and the media id its bytes come from (None: a slate)."""

    id: str
    media_id: str | None
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """Segments ``k0 …`` of ``plan``, then ``npad`` slate segments, on air in [start_ms, end_ms).

    ``msn0`` and ``run0`` number the first segment and its discontinuity run. No signal is a row without a slot and
    without media. ``slate_k0`` continues the slate of the row before.
    """

    channel_id: str
    j: int
    start_ms: int
    end_ms: int
    plan: str | None
    k0: int
    nmedia: int
    npad: int
    msn0: int
    run0: int
    slot_id: str | None = None
    slate: str = ""
    slate_k0: int = 0

    @property
    def count(self) -> int:
        return self.nmedia + self.npad

    @property
    def last_run(self) -> int:
        return self.run0 + (1 if self.nmedia and self.npad else 0)

    @property
    def length(self) -> int:
        """In ticks."""
        return (self.end_ms - self.start_ms) * TICKS_PER_MS
