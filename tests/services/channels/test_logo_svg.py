"""Inline SVG: nothing that runs, asks elsewhere or grows is kept; the picture is."""

import re
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.errors import Invalid
from ktv_host.services.channels.logo_svg import clean_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
BAIT = re.compile(r"evil|script|alert|onload|onclick|javascript|foreign|animate|@import", re.IGNORECASE)


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<script href='https://evil.test/x.js'/>",
        "<SCRIPT>alert(1)</SCRIPT>",
        "<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>",
        "<g onload='alert(1)' ONCLICK='alert(1)'/>",
        "<a href='javascript:alert(1)'><rect/></a>",
        "<a xlink:href='https://evil.test'><rect/></a>",
        "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml' onclick='alert(1)'/></foreignObject>",
        "<image href='https://evil.test/pixel.png'/>",
        "<image xlink:href='data:image/svg+xml;base64,evil'/>",
        "<image href='data:text/html,evil'/>",
        "<use href='https://evil.test/x.svg#a'/>",
        "<use href='data:image/svg+xml,evil#a'/>",
        "<animate attributeName='href' to='javascript:alert(1)'/>",
        "<set attributeName='onload' to='alert(1)'/>",
        "<style>@import 'https://evil.test/x.css';</style>",
        "<style>rect { fill: url(https://evil.test/x) }</style>",
        "<style>rect { fill: u\\72l(https://evil.test/x) }</style>",
        "<style>rect { background: image-set('https://evil.test/x' 1x) }</style>",
        "<rect style='fill: url(//evil.test)'/>",
        "<rect fill='url(https://evil.test/x#a)'/>",
        "<rect filter='url(\"https://evil.test/x#a\")'/>",
        "<feImage href='https://evil.test/x.png'/>",
        "<?xml-stylesheet href='https://evil.test/x.css'?>",
        "<!-- evil -->",
        "<metadata>evil</metadata>",
        "<rect data-x='evil' xml:base='https://evil.test/'/>",
    ],
)
def test_what_could_do_harm_is_left_out(inner: str) -> None:
    cleaned = clean_svg(SVG.format(f"<rect width='5'/>{inner}"))
    assert not BAIT.search(cleaned)
    assert '<rect width="5">' in cleaned


def test_a_picture_keeps_what_draws_it() -> None:
    drawing = (
        "<defs><linearGradient id='a'><stop offset='0' stop-color='#f00'/></linearGradient></defs>"
        "<style>.b{fill:#fff}</style><g class='b' transform='translate(1 2)'><path d='M0 0L9 9' fill='url(#a)'/></g>"
        "<use xlink:href='#a'/><text x='1'>A &amp; B &lt;</text><image href='data:image/png;base64,iVBORw0KGgo='/>"
    )
    root = fromstring(clean_svg(SVG.format(drawing)))
    ns = "{http://www.w3.org/2000/svg}"
    assert root.get("viewBox") == "0 0 9 9"
    assert root.find(f".//{ns}path").attrib == {"d": "M0 0L9 9", "fill": "url(#a)"}  # type: ignore[union-attr]
    assert root.find(f".//{ns}use").get("href") == "#a"  # type: ignore[union-attr]
    assert root.find(f".//{ns}text").text == "A & B <"  # type: ignore[union-attr]
    assert root.find(f".//{ns}style").text == ".b{fill:#fff}"  # type: ignore[union-attr]
    assert root.find(f".//{ns}image").get("href", "").startswith("data:image/png")  # type: ignore[union-attr]


def test_svg_as_it_stands_in_a_page_has_no_namespace_and_is_taken() -> None:
    assert fromstring(clean_svg("<svg><rect/></svg>")).tag == "{http://www.w3.org/2000/svg}svg"


def test_what_is_clean_stays_as_it_is() -> None:
    once = clean_svg(SVG.format("<g><rect width='5'/>text<path d='M0 0'/></g>"))
    assert clean_svg(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "<svg",
        "<svg></g>",
        "<html><svg/></html>",
        "<x:svg xmlns:x='http://elsewhere.test'/>",
        "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg>&a;</svg>",
        "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>",
        "<svg>&nbsp;</svg>",
        "<svg>" + "<g>" * 100 + "</g>" * 100 + "</svg>",
        "<svg>" + "<g/>" * 20_000 + "</svg>",
    ],
)
def test_what_is_no_logo_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_svg(text)
    assert caught.value.fields[0].path == "logo"


def test_a_plain_doctype_is_fine() -> None:
    assert "<svg" in clean_svg('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://dtd.test/x.dtd"><svg/>')


def test_copies_of_copies_are_left_out() -> None:
    chain = "<g id='a0'><rect/></g>" + "".join(
        f"<g id='a{n}'><use href='#a{n - 1}'/><use href='#a{n - 1}'/></g>" for n in range(1, 40)
    )
    assert clean_svg(SVG.format(chain)).count("<use") == 2


@given(st.text(alphabet="<>/=\"'& abgscriptonl:;#()", max_size=80))
def test_any_text_is_cleaned_or_refused(text: str) -> None:
    try:
        cleaned = clean_svg(SVG.format(text))
    except Invalid:
        return
    for element in fromstring(cleaned).iter():
        assert "script" not in element.tag
        assert not [key for key in element.attrib if key.startswith("on")]
