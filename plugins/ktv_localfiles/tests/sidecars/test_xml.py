"""Unfriendly .nfo files: what can be read is read, what cannot is told, what is none of ours is left alone."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_localfiles.sidecars.xml import MOST_BYTES, UnreadableNfo, read_roots


def titles(content: bytes | str) -> list[str | None]:
    raw = content.encode() if isinstance(content, str) else content
    return [root.findtext("title") for root in read_roots(raw)]


def test_one_root_is_read() -> None:
    assert titles("<?xml version='1.0' encoding='UTF-8'?>\n<movie><title>Heat</title></movie>") == ["Heat"]


def test_several_roots_are_read_in_order() -> None:
    two = "<episodedetails><title>A</title></episodedetails>\n<episodedetails><title>B</title></episodedetails>"
    assert titles(two) == ["A", "B"]


@pytest.mark.parametrize("behind", ["https://www.example.com/title/tt0113277/", "\nsome words & more <\n", "\0\0"])
def test_what_stands_behind_the_end_does_not_matter(behind: str) -> None:
    assert titles(f"<movie><title>Heat</title></movie>{behind}") == ["Heat"]


@pytest.mark.parametrize(
    "content", ["", "https://www.example.com/movie/949", "▄▄▄ RELEASED BY GRP ▄▄▄", "<html><body/></html>"]
)
def test_what_is_none_of_kodis_is_nothing(content: str) -> None:
    assert titles(content) == []


@pytest.mark.parametrize(
    "raw",
    [
        "<movie><title>Amélie</title></movie>".encode("utf-8-sig"),
        "<movie><title>Amélie</title></movie>".encode("utf-16"),
        "<movie><title>Amélie</title></movie>".encode("latin-1"),
        '<?xml version="1.0" encoding="utf-8"?><movie><title>Amélie</title></movie>'.encode("cp1252"),
        '<?xml version="1.0" encoding="iso-8859-1"?><movie><title>Amélie</title></movie>'.encode("latin-1"),
        '<?xml version="1.0" encoding="made-up"?><movie><title>Amélie</title></movie>'.encode("cp1252"),
    ],
)
def test_any_encoding_is_read_whatever_the_file_claims(raw: bytes) -> None:
    assert titles(raw) == ["Amélie"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("Tom &amp; Jerry &", "Tom & Jerry &"),
        ("Am&eacute;lie &", "Amélie &"),
        ("a&nbsp;b", "a\xa0b"),
        ("R&B;", "R&B;"),
        ("a\x0bb", "a b"),
        ("<![CDATA[Tom & Jerry]]>", "Tom & Jerry"),
    ],
)
def test_common_mistakes_are_forgiven(written: str, meant: str) -> None:
    assert titles(f"<movie><title>{written}</title></movie>") == [meant]


def test_a_broken_file_tells_the_line() -> None:
    with pytest.raises(UnreadableNfo, match=r"not well-formed XML \(line 3\)"):
        titles("<?xml version='1.0'?>\n<movie>\n<title>Heat</titel>\n</movie>")
    with pytest.raises(UnreadableNfo, match="<movie> in line 1 is not closed"):
        titles("<movie><title>Heat")


def test_entities_are_never_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert titles(f"{bomb}<movie><title>&b;</title></movie>") == ["&b;"]
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert titles(f"{outside}<movie><title>&f;</title></movie>") == ["&f;"]
    with pytest.raises(UnreadableNfo):
        titles('<movie><!DOCTYPE x [<!ENTITY a "b">]><title>&a;</title></movie>')


def test_a_huge_file_is_refused_and_a_deep_one_survived() -> None:
    with pytest.raises(UnreadableNfo, match="larger than 2 MiB"):
        read_roots(b"<movie>" + b" " * MOST_BYTES + b"</movie>")
    deep = "<a>" * 50_000 + "</a>" * 50_000
    assert titles(f"<movie><title>Deep</title>{deep}</movie>") == ["Deep"]


@given(st.binary(), st.sampled_from([b"", b"<movie>", b"<movie><title>", b"<episodedetails "]))
def test_any_bytes_are_read_or_refused_in_words(content: bytes, start: bytes) -> None:
    with suppress(UnreadableNfo):
        assert isinstance(read_roots(start + content), list)
