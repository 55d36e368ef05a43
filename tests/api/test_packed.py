"""Documents kept compressed."""

import gzip
import hashlib
import random
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.api.packed import pack


async def each(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@given(st.lists(st.binary(max_size=200)))
async def test_any_document_comes_back_in_both_forms(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    packed = await pack(each(chunks))
    assert gzip.decompress(packed.gzipped) == whole
    assert b"".join(packed.plain()) == whole
    assert packed.size == len(whole)
    assert packed.digest == hashlib.sha256(whole).hexdigest()[:32]


async def test_the_packed_form_depends_on_the_bytes_alone() -> None:
    data = b"<programme>" * 100_000
    pieces = [data[start : start + 777] for start in range(0, len(data), 777)]
    assert await pack(each([data])) == await pack(each(pieces))


async def test_the_plain_form_comes_in_small_pieces() -> None:
    document = b"".join([b"<programme/>" * 500_000, random.Random(1).randbytes(500_000), bytes(5_000_000)])
    packed = await pack(each([document]))
    pieces = list(packed.plain())
    assert b"".join(pieces) == document
    assert max(map(len, pieces)) <= 1 << 18
