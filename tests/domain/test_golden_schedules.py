"""Whole schedules to read: the contract's example channel, and a day with everything on which clocks change."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.codec import decode_config
from ktv_host.domain.plan import Kept, Plan, PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.reasons import label
from tests.contract_example import BLOCKS


def network(build: SimpleNamespace) -> PlanRequest:
    sitcoms = [
        PoolItem(f"{series[0]}{episode}", 1290 + 43 * episode, "-", series, 1, episode)
        for series in ("Corner Table", "Upstairs")
        for episode in range(1, 11)
    ]
    films = [
        PoolItem(f"film-{mins}", mins * 60 + 17, f"Film of {mins} minutes") for mins in (84, 91, 97, 103, 119, 141)
    ]
    config = decode_config({"blocks": BLOCKS})
    request: PlanRequest = build.request(
        *config.blocks,
        timezone="America/New_York",
        policy=RecyclePolicy(),
        start=build.at("2026-05-01 18:30"),
        until=build.at("2026-05-03 18:30"),
    )
    return replace(request, pools=dict(zip([block.id for block in config.blocks], (sitcoms, films), strict=True)))


def episodes(build: SimpleNamespace, number: int, mins: int, series: str) -> list[PoolItem]:
    return [replace(item, id=f"{series} {item.id}") for item in build.episodes(number, mins, series=series)]


def readable(request: PlanRequest, made: Plan) -> str:
    """One line per slot and gap, in the channel's time."""
    tz = ZoneInfo(request.timezone)
    items = {item.id: item for pool in (*request.pools.values(), *request.fillers.values()) for item in pool}
    names = {block.id: block.name for block in request.config.blocks}
    lines = [f"{request.timezone}, generation {request.generation}"]
    day = ""
    things: Sequence[Any] = sorted([*made.slots, *made.gaps, *request.keep], key=lambda thing: thing.start_at)
    for thing in things:
        start, end = thing.start_at.astimezone(tz), thing.end_at.astimezone(tz)
        if f"{start:%A %Y-%m-%d}" != day:
            day = f"{start:%A %Y-%m-%d}"
            lines += ["", day]
        what = label(items[thing.item_id]) if hasattr(thing, "item_id") else "no signal"
        why = "kept" if isinstance(thing, Kept) else thing.reason
        block = names.get(thing.block_id or "", "-")
        lines.append(f"{start:%H:%M:%S} - {end:%H:%M:%S}  {block:<16}  {what:<28}  {why}")
    lines += ["", f"valid until {made.valid_until.astimezone(tz):%A %H:%M:%S}"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_the_contracts_example_channel(build: SimpleNamespace, golden: Callable[[str, str], None]) -> None:
    request = network(build)
    golden("sitcom_network.txt", readable(request, plan(request)))


def test_the_contracts_example_channel_generated_again_in_the_evening(
    build: SimpleNamespace, golden: Callable[[str, str], None]
) -> None:
    first = network(build)
    slots = plan(first).slots
    now = build.at("2026-05-02 01:10")
    again = replace(
        first,
        generation=2,
        start=now,
        until=now + timedelta(hours=48),
        keep=tuple(build.kept(slot) for slot in slots if slot.start_at <= now < slot.end_at),
        airings=build.airings([slot for slot in slots if slot.start_at < now], 1),
    )
    golden("sitcom_network_again.txt", readable(again, plan(again)))


def test_a_day_with_everything_on_which_clocks_go_back(
    build: SimpleNamespace, golden: Callable[[str, str], None]
) -> None:
    blocks = (
        build.block(id="night", name="Night Line", start="01:00", duration_mins=180),
        build.block(["m1", "gone", "m2"], id="hand", name="By hand", start="06:00", loop_on_finish=False),
        build.block("random", id="aligned", name="On the half hour", start="08:10", align_mins=30, with_filler=True),
        build.block("best_fit", id="two", name="Two a series", start="12:00", max_per_series=2),
        build.block("best_fit", id="empty", name="Nothing", start="16:00"),
    )
    request = build.request(
        *blocks,
        timezone="Europe/Berlin",
        policy=RecyclePolicy(),
        start=build.at("2026-10-24 22:00"),
        until=build.at("2026-10-25 23:00"),
    )
    made = {
        "night": episodes(build, 9, 35, "Night"),
        "hand": [build.item("m1", 70, title="First film"), build.item("m2", 65, title="Second film")],
        "aligned": episodes(build, 6, 24, "Half Hours"),
        "two": [*episodes(build, 5, 25, "Quiz"), build.item("feature", 62, title="Feature")],
    }
    shorts = [build.item(f"short{number}", number, title=f"Short of {number} min") for number in (1, 2, 3, 5)]
    request = replace(request, pools=made, fillers={"aligned": shorts})
    golden("clocks_go_back.txt", readable(request, plan(request)))
