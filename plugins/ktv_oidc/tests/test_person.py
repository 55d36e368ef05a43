"""Who somebody is: userinfo before the ID token, and nothing that was not said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_oidc.config import OidcConfig
from ktv_oidc.person import groups_of, person

from ktv_host.hooks import ExternalIdentity

CONFIG = OidcConfig(issuer="https://id.example", client_id="ktv")
ADMINS = OidcConfig(issuer="https://id.example", client_id="ktv", admin_group="admins")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def test_userinfo_goes_before_the_id_token() -> None:
    token = {"sub": "1", "email": "old@tv.example", "email_verified": True, "name": "Old", "groups": ["old"]}
    userinfo = {"sub": "1", "email": "new@tv.example", "email_verified": True, "name": "New", "groups": ["new"]}
    assert person(token, userinfo, CONFIG) == ExternalIdentity(
        issuer="https://id.example",
        subject="1",
        email="new@tv.example",
        email_verified=True,
        name="New",
        groups=("new",),
    )


def test_the_id_token_is_enough() -> None:
    token = {"sub": "1", "email": "a@tv.example", "email_verified": True, "preferred_username": "ann"}
    identity = person(token, {}, CONFIG)
    assert (identity.email, identity.email_verified, identity.name) == ("a@tv.example", True, "ann")


def test_verified_counts_only_for_the_address_it_was_said_of() -> None:
    token = {"sub": "1", "email": "mine@tv.example", "email_verified": True}
    identity = person(token, {"sub": "1", "email": "theirs@tv.example"}, CONFIG)
    assert (identity.email, identity.email_verified) == ("theirs@tv.example", False)


@pytest.mark.parametrize(
    ("said", "verified"), [(True, True), ("true", True), (False, False), ("false", False), (1, False), (None, False)]
)
def test_verified_is_what_says_so(said: Any, verified: bool) -> None:
    token = {"sub": "1", "email": "a@tv.example", "email_verified": said}
    assert person(token, {}, CONFIG).email_verified is verified


@pytest.mark.parametrize(
    ("claim", "claims", "groups"),
    [
        ("groups", {"groups": ["a", "b", 3]}, ("a", "b")),
        ("groups", {"groups": "a"}, ("a",)),
        ("groups", {}, ()),
        ("groups", {"groups": 7}, ()),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, ("a",)),
        ("realm_access.roles", {"realm_access": ["roles"]}, ()),
        ("https://tv.example/groups", {"https://tv.example/groups": ["a"]}, ("a",)),
        ("urn:project:roles", {"urn:project:roles": {"a": {"1": "org"}}}, ("a",)),
    ],
)
def test_groups_are_found_where_the_claim_says(claim: str, claims: dict[str, Any], groups: tuple[str, ...]) -> None:
    assert groups_of(claims, claim) == groups


@pytest.mark.parametrize(
    ("config", "groups", "admin"),
    [(CONFIG, ["admins"], None), (ADMINS, ["admins", "b"], True), (ADMINS, ["Admins"], False), (ADMINS, None, False)],
)
def test_the_admin_group_is_asked_only_when_there_is_one(config: OidcConfig, groups: Any, admin: bool | None) -> None:
    assert person({"sub": "1", "groups": groups}, {}, config).admin is admin


@given(st.dictionaries(st.sampled_from(["email", "email_verified", "name", "groups"]), JSON), st.text(max_size=9))
def test_whatever_is_claimed_the_values_are_of_their_kind(claims: dict[str, Any], claim: str) -> None:
    identity = person({"sub": "1"}, claims, CONFIG)
    assert identity.email is None or isinstance(identity.email, str)
    assert isinstance(identity.email_verified, bool)
    assert all(isinstance(group, str) for group in (*identity.groups, *groups_of(claims, claim)))
