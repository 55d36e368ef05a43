"""Plans at hand: read from the database once, written when they are new."""

from collections.abc import Collection, Mapping

from ktv_host.db.ledger import PlanRepository
from ktv_host.domain.airtime import StoredPlan
from ktv_host.streaming.plans import Plan, decode_plan, encode_plan


class PlanShelf:
    def __init__(self, rows: PlanRepository) -> None:
        self._rows = rows
        self._plans: dict[str, Plan] = {}
        self._media: dict[str, str | None] = {}

    async def put(self, plan: Plan, media_id: str | None) -> None:
        """Keep a plan and the item its bytes come from (None: a slate), for every process."""
        if plan.id not in self._plans or self._media[plan.id] != media_id:
            await self._rows.add(StoredPlan(plan.id, media_id, encode_plan(plan)))
            self._plans[plan.id], self._media[plan.id] = plan, media_id

    async def get(self, ids: Collection[str]) -> Mapping[str, Plan]:
        """By id; what nobody ever put is left out."""
        missing = set(ids) - self._plans.keys()
        if missing:
            for stored in (await self._rows.get(missing)).values():
                self._plans[stored.id], self._media[stored.id] = decode_plan(stored.data), stored.media_id
        return {plan_id: self._plans[plan_id] for plan_id in ids if plan_id in self._plans}

    def media_of(self, plan_id: str) -> str | None:
        return self._media.get(plan_id)
