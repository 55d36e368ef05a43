"""The Range header against a plain model of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.api.ranges import ByteRange, Unsatisfiable, parse_range

SIZES = st.integers(0, 40)
SPECS = st.one_of(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))),
    st.tuples(st.integers(0, 60), st.none()),
    st.tuples(st.none(), st.integers(0, 60)),
)


def written(spec: tuple[int | None, int | None]) -> str:
    first, last = spec
    return f"{'' if first is None else first}-{'' if last is None else last}"


def wanted(spec: tuple[int | None, int | None], size: int) -> list[int]:
    """Every byte a spec names, one by one."""
    first, last = spec
    if first is None:
        return list(range(size))[-last:] if last else []
    return [position for position in range(size) if position >= first and (last is None or position <= last)]


@given(SPECS, st.integers(1, 40))
def test_a_single_range_is_the_bytes_it_names(spec: tuple[int | None, int | None], size: int) -> None:
    header = f"bytes={written(spec)}"
    positions = wanted(spec, size)
    if not positions:
        with pytest.raises(Unsatisfiable):
            parse_range(header, size)
    else:
        assert parse_range(header, size) == ByteRange(positions[0], positions[-1] + 1)


@given(st.lists(SPECS, min_size=2, max_size=5), st.integers(1, 40))
def test_of_several_ranges_only_a_single_satisfiable_one_is_cut(
    specs: list[tuple[int | None, int | None]], size: int
) -> None:
    header = "bytes=" + " , ".join(map(written, specs))
    found = [positions for spec in specs if (positions := wanted(spec, size))]
    if not found:
        with pytest.raises(Unsatisfiable):
            parse_range(header, size)
    elif len(found) == 1:
        assert parse_range(header, size) == ByteRange(found[0][0], found[0][-1] + 1)
    else:
        assert parse_range(header, size) is None


@given(st.text() | st.text("bytes=-0123456789, ").map("bytes={}".format), SIZES)
def test_any_header_gives_a_part_of_the_file_or_the_whole_or_is_unsatisfiable(header: str, size: int) -> None:
    try:
        part = parse_range(header, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.start < part.stop <= size


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "bytes", "bytes=", "0-1", "seconds=0-1"),
        *("bytes=-", "bytes=5-3", "bytes=a-b", "bytes=1-2-3", "bytes=--1", "bytes=1 - 2", "bytes=0-1,x"),
        *("bytes=٣-٤", "bytes=0x1-2", "bytes=+1-2"),
    ],
)
def test_what_is_malformed_or_of_another_unit_is_ignored(header: str | None) -> None:
    assert parse_range(header, 10) is None


@pytest.mark.parametrize(
    "header", ["bytes=0-1", "BYTES=0-1", "Bytes = 0-1", "bytes= 0-1", "bytes=,0-1,", "bytes=\t0-1 , "]
)
def test_the_unit_has_no_case_and_lists_may_have_empty_elements(header: str) -> None:
    assert parse_range(header, 10) == ByteRange(0, 2)


@pytest.mark.parametrize("header", ["bytes=-5", "bytes=0-", "bytes=9-", "bytes=-0"])
def test_an_empty_file_is_always_sent_whole(header: str) -> None:
    assert parse_range(header, 0) is None


@pytest.mark.parametrize("header", ["bytes=-0", "bytes=10-", "bytes=10-20", "bytes=10-,-0"])
def test_a_range_outside_the_file_is_unsatisfiable(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, 10)


def test_a_number_of_any_length_is_beyond_the_file() -> None:
    assert parse_range("bytes=3-" + "9" * 10_000, 10) == ByteRange(3, 10)
    assert parse_range("bytes=-" + "9" * 10_000, 10) == ByteRange(0, 10)
    assert parse_range("bytes=" + "0" * 10_000 + "3-4", 10) == ByteRange(3, 5)


def test_very_many_ranges_are_ignored() -> None:
    assert parse_range("bytes=" + ",".join(["20-"] * 33), 10) is None
    with pytest.raises(Unsatisfiable):
        parse_range("bytes=" + ",".join(["20-"] * 32), 10)


def test_a_part_knows_its_length_and_its_content_range() -> None:
    assert len(ByteRange(2, 6)) == 4
    assert ByteRange(2, 6).content_range(10) == "bytes 2-5/10"
