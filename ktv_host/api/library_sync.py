"""/library/sync: bring the library up to date, and see how far that is."""

import asyncio
from datetime import datetime

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from ktv_host.api.guard import Admin, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.domain.sync import SyncReport
from ktv_host.errors import KtvError
from ktv_host.host import Host
from ktv_host.services.library.sync_pass import SyncWish
from ktv_host.services.library.syncing import SyncStatus


class SyncQuery(BaseModel):
    provider: str | None = Field(None, description="id of one provider instance; default all")
    accept_removals: bool = Field(False, description="believe it when many items vanished")
    full: bool = Field(False, description="look at everything again, not only at what changed")
    wait: bool = Field(True, description="answer when it is done; false answers at once with 202 and the status")


class SyncReportBody(TypedDict):
    """``held_back`` items look removed but wait for a second pass; ``error`` says why a pass failed."""

    provider_id: str
    seen: int
    added: int
    updated: int
    gone: int
    held_back: int
    error: str | None


class SyncStatusBody(TypedDict):
    """``phase``, ``seen``, ``total`` and ``started_at`` are those of the pass under way, or of one that was cut off
    and goes on by itself (``running`` false). ``total`` is a guess.
    """

    provider_id: str
    state: str
    running: bool
    phase: str | None
    seen: int | None
    total: int | None
    started_at: datetime | None
    last_started_at: datetime | None
    last_finished_at: datetime | None
    last_status: str | None
    last_error: str | None
    items_added: int | None
    items_updated: int | None
    items_gone: int | None


async def sync(call: Call[SyncQuery, None]) -> Reply:
    query, addressed = call.query, call.host.library.active(call.query.provider)
    wish = SyncWish(full=query.full, accept_removals=query.accept_removals)
    work = asyncio.gather(*(_report(call.host, instance_id, wish) for instance_id in addressed))
    if query.wait:
        return Reply(await work)
    await asyncio.sleep(0)  # so that the passes are under way when the status is read
    return Reply(await _statuses(call.host, addressed), 202)


async def sync_status(call: Call[None, None]) -> Reply:
    host = call.host
    return Reply(await _statuses(host, [status.id for status in host.instances.statuses()]))


async def _report(host: Host, instance_id: str, wish: SyncWish) -> SyncReportBody:
    report, error = SyncReport(0, 0, 0, 0), None
    try:
        report = await host.syncing.run(instance_id, wish)
    except KtvError as failure:
        error = failure.message
    return SyncReportBody(
        provider_id=instance_id,
        seen=report.seen,
        added=report.added,
        updated=report.updated,
        gone=report.gone,
        held_back=report.held_back,
        error=error,
    )


async def _statuses(host: Host, wanted: list[str]) -> list[SyncStatusBody]:
    found = await host.syncing.statuses()
    states = {status.id: status.state for status in host.instances.statuses()}
    return [_status(instance_id, states[instance_id], found[instance_id]) for instance_id in wanted]


def _status(instance_id: str, state: str, found: SyncStatus) -> SyncStatusBody:
    going, last = found.unfinished, found.last
    return SyncStatusBody(
        provider_id=instance_id,
        state=state,
        running=found.running,
        phase=going.phase.value if going else None,
        seen=going.seen if going else None,
        total=going.total if going else None,
        started_at=going.started_at if going else None,
        last_started_at=last.started_at if last else None,
        last_finished_at=last.finished_at if last else None,
        last_status=last.status if last else None,
        last_error=last.error if last else None,
        items_added=last.added if last else None,
        items_updated=last.updated if last else None,
        items_gone=last.gone if last else None,
    )


ROUTES = (
    Route(
        "POST",
        "/library/sync",
        sync,
        "Sync now and wait for the result",
        Admin(),
        {200: list[SyncReportBody], 202: list[SyncStatusBody]},
        query=SyncQuery,
        errors=(404,),
    ),
    Route(
        "GET",
        "/library/sync/status",
        sync_status,
        "Syncs under way, on whatever node, and the last ones",
        SignedIn(),
        {200: list[SyncStatusBody]},
    ),
)
