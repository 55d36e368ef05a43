"""E-mail addresses have one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.errors import Invalid
from ktv_host.services.accounts.email_address import normal_email, typed_email


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" Ann@TV.Local ", "ann@tv.local"),
        ("root@nas", "root@nas"),
        ("ANN@BÜCHER.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("cafe\u0301@tv.local", "caf\u00e9@tv.local"),
    ],
)
def test_an_address_has_one_spelling(typed: str, normal: str) -> None:
    assert normal_email(typed) == normal


@pytest.mark.parametrize("text", ["", "ann", "@tv.local", "ann@", "a b@tv.local", "ann@tv..local", "a@b@c", "x" * 300])
def test_what_is_no_address_names_the_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        normal_email(text)
    assert caught.value.fields[0].path == "email"


@given(st.emails() | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=20)))
def test_the_normal_spelling_is_normal(text: str) -> None:
    try:
        normal = normal_email(text)
    except Invalid:
        return
    assert normal_email(normal) == normal == typed_email(text)


@given(st.text())
def test_anything_can_be_typed_at_the_door(text: str) -> None:
    assert typed_email(text) == typed_email(typed_email(text))
