"""Text made safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv import escape
from lxml import etree

ANY_TEXT = st.text(st.characters())


def legal_in_xml(character: str) -> bool:
    code = ord(character)
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def words(text: str, *, comma: bool = True) -> list[str]:
    """What a reader sees of a text."""
    kept = "".join(c for c in text if c.isspace() or (legal_in_xml(c) and not "\x7f" <= c <= "\x9f"))
    return (kept if comma else kept.replace(",", " ")).split()


@given(ANY_TEXT)
def test_any_text_comes_back_from_an_element_and_an_attribute(text: str) -> None:
    safe = escape.line(text)
    element = etree.fromstring(f'<a b="{safe}">{safe}</a>'.encode())
    assert (element.text or "").split() == words(text)
    assert element.attrib["b"] == (element.text or "")


@given(ANY_TEXT)
def test_a_line_is_one_line(text: str) -> None:
    assert len(escape.line(text).splitlines()) <= 1
    assert len(escape.label(text).splitlines()) <= 1


@given(ANY_TEXT)
def test_any_prose_comes_back_from_an_element(text: str) -> None:
    element = etree.fromstring(f"<a>{escape.prose(text)}</a>".encode())
    assert (element.text or "").split() == words(text)


def test_prose_keeps_its_paragraphs() -> None:
    assert escape.prose("One  two\r\nthree\n\nfour\n") == "One two\nthree\n\nfour"


@given(ANY_TEXT)
def test_a_label_has_neither_quote_nor_comma(text: str) -> None:
    label = escape.label(text)
    assert '"' not in label
    assert "," not in label
    assert label.split() == words(text.replace('"', "'"), comma=False)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\ufffe", "\uffff", "\x1b", "\x9f", "", "  ", "\u2028"])
def test_text_of_nothing_visible_is_empty(text: str) -> None:
    assert escape.line(text) == escape.prose(text) == escape.label(text) == ""


def test_an_address_stays_one_word_within_quotes() -> None:
    assert escape.address('http://h/a b"c\n?d=1&e=%20') == "http://h/a%20b%22c%0A?d=1&e=%20"
