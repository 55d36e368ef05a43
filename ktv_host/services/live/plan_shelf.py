"""Plans at hand: read from the database once, written when they are new."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ktv_host.db.ledger import PlanRepository
from ktv_host.domain.airtime import StoredPlan
from ktv_host.hooks import Clock
from ktv_host.streaming.plans import Plan, decode_plan, encode_plan

AT_HAND = 1000  # plans; the film of two hours takes 50 KB
RENEWED = timedelta(hours=1)  # how often the database is told that a plan is still wanted
UNUSED = timedelta(days=2)  # longer than the address of any segment holds


@dataclass(frozen=True, slots=True)
class _Shelved:
    plan: Plan
    media_id: str | None
    noted_at: datetime | None  # when this process last told the database


class PlanShelf:
    def __init__(self, rows: PlanRepository, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._shelf: OrderedDict[str, _Shelved] = OrderedDict()

    async def put(self, plan: Plan, media_id: str | None) -> None:
        """Keep a plan and the item its bytes come from (None: a slate), for every process."""
        now = self._clock()
        known = self._shelf.get(plan.id)
        if known is None or known.noted_at is None or known.media_id != media_id or now - known.noted_at > RENEWED:
            await self._rows.add(StoredPlan(plan.id, media_id, encode_plan(plan)), now)
            self._keep(_Shelved(plan, media_id, now))

    async def get(self, ids: Collection[str]) -> Mapping[str, Plan]:
        """By id; what nobody ever put is left out."""
        found = {plan_id: self._shelf[plan_id].plan for plan_id in ids if plan_id in self._shelf}
        for plan_id in found:
            self._shelf.move_to_end(plan_id)
        missing = set(ids) - found.keys()
        if missing:
            for stored in (await self._rows.get(missing)).values():
                found[stored.id] = decode_plan(stored.data)
                self._keep(_Shelved(found[stored.id], stored.media_id, None))
        return found

    async def media_of(self, plan_id: str) -> str | None:
        """The item a plan's bytes come from."""
        shelved = self._shelf.get(plan_id)
        if shelved is not None:
            return shelved.media_id
        stored = (await self._rows.get([plan_id])).get(plan_id)
        return stored.media_id if stored is not None else None

    async def purge(self) -> None:
        """Let the database forget what nobody has wanted for two days and no row of the ledger names."""
        await self._rows.purge(self._clock() - UNUSED)

    def _keep(self, shelved: _Shelved) -> None:
        self._shelf[shelved.plan.id] = shelved
        self._shelf.move_to_end(shelved.plan.id)
        while len(self._shelf) > AT_HAND:
            self._shelf.popitem(last=False)
