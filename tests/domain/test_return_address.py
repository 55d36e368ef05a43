"""Return addresses: ours or a named web app's, never anybody else's."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ktv_host.domain.return_address import return_address
from ktv_host.errors import Invalid

OURS = "https://tv.example"
BELOW = "https://tv.example/ktv"
APPS = ("http://localhost:5173", "https://app.example")


@pytest.mark.parametrize(
    ("asked", "public_url", "address"),
    [
        ("/", OURS, "https://tv.example/"),
        ("/watch/one?quality=hd", OURS, "https://tv.example/watch/one?quality=hd"),
        ("/watch", BELOW, "https://tv.example/ktv/watch"),
        ("/ktv/watch", BELOW, "https://tv.example/ktv/watch"),
        ("/ktvother", BELOW, "https://tv.example/ktv/ktvother"),
        ("https://tv.example/ktv/watch", BELOW, "https://tv.example/ktv/watch"),
        ("https://TV.example:443/watch", OURS, "https://tv.example/watch"),
        ("http://localhost:5173/signed-in?check=1", OURS, "http://localhost:5173/signed-in?check=1"),
        ("https://app.example", OURS, "https://app.example"),
    ],
)
def test_a_path_of_ours_and_a_named_web_app_are_taken(asked: str, public_url: str, address: str) -> None:
    assert return_address(asked, public_url, APPS) == address


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "watch",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " https://app.example",
        "https://evil.example",
        "https://app.example.evil.example",
        "https://app.example@evil.example",
        "https://evil@app.example",
        "http://app.example",
        "https://app.example:444",
        "https://app.example:99999",
        "https://[app.example",
        "http:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/watch#there",
        "https://app.example/#",
        "/api/v1/channels/one/stream",
        "/%61pi/v1/channels/one/stream",
        "/watch/../api/v1/x",
        "/watch/%2e%2e/api",
        "/./api/v1",
        "/" + "a" * 2000,
        "/münchen",
    ],
)
def test_anything_else_is_refused(asked: str) -> None:
    with pytest.raises(Invalid, match="return_to"):
        return_address(asked, OURS, APPS)


def test_below_a_base_path_the_rest_of_the_site_is_not_ours() -> None:
    with pytest.raises(Invalid):
        return_address("/ktv/../mail", BELOW, ())
    assert return_address("/mail", BELOW, ()) == "https://tv.example/ktv/mail"


def test_any_origin_for_reading_is_no_origin_to_return_to() -> None:
    with pytest.raises(Invalid):
        return_address("https://evil.example", OURS, ("*",))


@given(st.text(st.sampled_from("/\\:@.?#%ahtpseviltvx[]0\t ")), st.sampled_from([OURS, BELOW]))
@example("//tv.example@evil", OURS)
def test_whatever_is_asked_the_browser_stays_at_an_origin_of_the_list(asked: str, public_url: str) -> None:
    try:
        address = return_address(asked, public_url, APPS)
    except Invalid:
        return
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(":443") in (OURS, *APPS)
    assert "#" not in address
