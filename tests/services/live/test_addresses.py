"""Addresses of segments."""

from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.auth.signing import UrlSigner
from ktv_host.services.live.addresses import HOURS, KNOWN, SegmentAddress, SegmentAddresses, read_address
from ktv_host.streaming.ledger import Listed
from ktv_host.streaming.ticks import HZ, PER_MS

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def aired(at: datetime, plan: str, k: int, cut_ms: int | None) -> Listed:
    start = round(at.timestamp() * 1000) * PER_MS
    return Listed(msn=0, run=0, start=start, length=4 * HZ, plan=plan, k=k, cut_ms=cut_ms)


def addresses(secret: bytes = b"secret", previous: bytes = b"") -> SegmentAddresses:
    return SegmentAddresses(UrlSigner(secret, previous), "")


def made(
    k: int = 3, cut_ms: int | None = None, plan: str = "p", *, by: SegmentAddresses | None = None
) -> SegmentAddress:
    address = read_address(*(by or addresses()).of(aired(NOW, plan, k, cut_ms)).split("/")[4:])
    assert address is not None
    return address


@pytest.mark.parametrize(("k", "cut_ms"), [(0, None), (3, None), (12, 4500)])
def test_an_address_says_its_segment_and_holds(k: int, cut_ms: int | None) -> None:
    address = made(k, cut_ms)
    assert (address.key.plan, address.key.k, address.key.cut_ms) == ("p", k, cut_ms)
    assert addresses().holds(address, NOW)


def test_it_holds_for_hours_however_often_it_was_asked_for() -> None:
    known, address = addresses(), made()
    until = datetime.fromtimestamp(address.expires, UTC)
    assert until >= NOW + timedelta(hours=HOURS)
    assert known.holds(address, until - timedelta(seconds=1))
    assert not known.holds(address, until)


def test_what_was_found_good_opens_nothing_else() -> None:
    known, address = addresses(), made()
    assert known.holds(address, NOW)
    other_plan = made(plan="q")
    assert not known.holds(SegmentAddress(other_plan.key, address.expires, address.signature), NOW)
    assert not known.holds(SegmentAddress(address.key, address.expires + 3600, address.signature), NOW)
    assert not known.holds(SegmentAddress(address.key, address.expires, address.signature[:-1]), NOW)
    assert not known.holds(SegmentAddress(address.key, address.expires, ""), NOW)


def test_addresses_signed_with_the_secret_before_hold_too() -> None:
    old = made(by=addresses(b"old"))
    assert addresses(b"new", b"old").holds(old, NOW)
    assert not addresses(b"new").holds(old, NOW)


def test_many_plans_are_all_served() -> None:
    known = addresses()
    many = [made(plan=f"p{number}", by=known) for number in range(KNOWN + 10)]
    assert all(known.holds(address, NOW) for address in [*many, many[0]])


@pytest.mark.parametrize(
    "name", ["", ".ts", "3", "3.mp4", "03.ts", "-1.ts", "3-.ts", "3-0.ts", "3-x.ts", "3.ts\n", "٣.ts", "1" * 10 + ".ts"]
)
def test_a_segment_has_one_spelling(name: str) -> None:
    assert read_address("p", "1790000000-sig", name) is None


@pytest.mark.parametrize("grant", ["", "-", "sig", "-1-sig", "٣-sig", "1" * 13 + "-sig"])
def test_an_expiry_is_a_plain_number(grant: str) -> None:
    assert read_address("p", grant, "3.ts") is None
