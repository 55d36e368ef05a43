"""Addresses of segments: one for each segment, the same for everybody and from every process."""

import re
from dataclasses import dataclass
from datetime import datetime

from ktv_host.auth.signing import UrlSigner, hour_after, read_expiry
from ktv_host.streaming.cache import SegmentKey
from ktv_host.streaming.ledger import Listed, moment_of
from ktv_host.streaming.ticks import PER_MS

HOURS = 6
PURPOSE = "segment"
KNOWN = 4096  # good signatures at hand: one is asked for as often as there are viewers
_NAME = re.compile(r"(0|[1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?\.ts", re.ASCII)


@dataclass(frozen=True, slots=True)
class SegmentAddress:
    """What an address says, believed or not."""

    key: SegmentKey
    expires: int
    signature: str


def read_address(plan: str, grant: str, name: str) -> SegmentAddress | None:
    """From the three parts of the path. A segment has one spelling; None for what no address of ours says."""
    expires, _, signature = grant.partition("-")
    until, found = read_expiry(expires), _NAME.fullmatch(name)
    if until is None or found is None:
        return None
    cut = found[2]
    return SegmentAddress(SegmentKey(plan, int(found[1]), None if cut is None else int(cut)), until, signature)


class SegmentAddresses:
    def __init__(self, signer: UrlSigner, base_path: str) -> None:
        self._signer = signer
        self._base_path = base_path
        self._known: dict[tuple[str, int, str], None] = {}

    def of(self, segment: Listed) -> str:
        """It holds from when the segment airs, which a cut of its row does not change."""
        expires = hour_after(moment_of(segment.start // PER_MS), HOURS)
        signature = self._signer.sign(PURPOSE, segment.plan, expires)
        name = SegmentKey(segment.plan, segment.k, segment.cut_ms).name
        return f"{self._base_path}/api/v1/seg/{segment.plan}/{expires}-{signature}/{name}.ts"

    def holds(self, address: SegmentAddress, now: datetime) -> bool:
        """Only what was found good is remembered, so nobody can fill the memory with guesses."""
        shown = (address.key.plan, address.expires, address.signature)
        if shown in self._known:
            return now.timestamp() < address.expires
        if not self._signer.holds(PURPOSE, *shown, now):
            return False
        while len(self._known) >= KNOWN:
            del self._known[next(iter(self._known))]
        self._known[shown] = None
        return True
