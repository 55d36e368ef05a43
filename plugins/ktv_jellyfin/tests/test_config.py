from typing import Any

import pytest
from ktv_jellyfin.config import JellyfinConfig, from_environment
from pydantic import ValidationError

GOOD = {"base_url": "http://media.lan:8096", "api_key": "0123456789abcdef"}


def refused(**values: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        JellyfinConfig.model_validate({**GOOD, **values})
    return " ".join(problem["msg"] for problem in caught.value.errors())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("http://media.lan:8096", "http://media.lan:8096"),
        (" http://media.lan:8096/ ", "http://media.lan:8096"),
        ("https://media.lan/jellyfin/", "https://media.lan/jellyfin"),
        ("http://media.lan:8096/web/index.html#/home", "http://media.lan:8096"),
        ("https://media.lan/jellyfin/web/", "https://media.lan/jellyfin"),
        ("http://[::1]:8096", "http://[::1]:8096"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, meant: str) -> None:
    assert JellyfinConfig.model_validate({**GOOD, "base_url": typed}).base_url == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("media.lan:8096", "http or https"),
        ("ftp://media.lan", "http or https"),
        ("http://", "http or https"),
        ("http://media.lan:port", "not an address"),
        ("http://me:pw@media.lan", "user and password"),
        ("http://media.lan/?a=b", "'?'"),
    ],
)
def test_an_address_that_is_none_says_what_to_change(typed: str, said: str) -> None:
    assert said in refused(base_url=typed)


def test_a_key_or_a_user_is_needed_and_not_both() -> None:
    assert "API key, or a user name" in refused(api_key=None)
    assert "API key, or a user name" in refused(api_key=" ")
    assert "set the other to null" in refused(username="viewer")
    assert "already says who" in refused(api_key=None, username="viewer", user_id="viewer")


def test_a_user_may_have_no_password() -> None:
    config = JellyfinConfig.model_validate({"base_url": "http://media.lan", "username": "viewer"})
    assert config.password is None


def test_a_key_that_was_copied_badly_is_refused() -> None:
    assert "copy it again" in refused(api_key="0123 4567")
    assert JellyfinConfig.model_validate({**GOOD, "api_key": " abc\n"}).api_key.get_secret_value() == "abc"  # type: ignore[union-attr]


@pytest.mark.parametrize("server", ["/media", "D:\\Media", "\\\\nas\\media", "//nas/media"])
def test_mappings_may_come_from_any_system(server: str) -> None:
    config = JellyfinConfig.model_validate({**GOOD, "path_mappings": [{"server": server, "local": "/mnt/media"}]})
    assert config.path_mappings[0].server == server


@pytest.mark.parametrize("mapping", [{"server": "media", "local": "/m"}, {"server": "/media", "local": "m"}])
def test_a_mapping_of_relative_paths_is_refused(mapping: dict[str, str]) -> None:
    assert "absolute path" in refused(path_mappings=[mapping])


def test_an_unknown_field_is_refused() -> None:
    assert "Extra inputs" in refused(url="http://media.lan")


def test_the_environment_describes_an_instance() -> None:
    env = {"JELLYFIN_BASE_URL": "http://media.lan", "JELLYFIN_API_KEY": "key", "JELLYFIN_USER_ID": "me"}
    assert from_environment(env) == {"base_url": "http://media.lan", "api_key": "key", "user_id": "me"}
    assert from_environment({"JELLYFIN_BASE_URL": "http://media.lan"}) == {"base_url": "http://media.lan"}


def test_without_an_address_the_environment_describes_none() -> None:
    assert from_environment({"JELLYFIN_API_KEY": "key", "JELLYFIN_BASE_URL": " "}) is None
