from fake_jellyfin.access import parts
from hypothesis import given
from hypothesis import strategies as st
from ktv_jellyfin.authorization import authorization, device_id


def test_the_header_has_the_form_that_works_everywhere() -> None:
    header = authorization("device-1", "key")
    assert header.startswith('MediaBrowser Token="key", Client="K-TV", Device="K-TV", DeviceId="device-1", Version="')


def test_a_sign_in_has_no_token_yet() -> None:
    assert "Token" not in authorization("device-1")


@given(st.text(min_size=1, max_size=40))
def test_any_token_comes_through(token: str) -> None:
    assert parts(authorization("d", token))["Token"] == token


def test_a_device_is_one_installation_instance_and_configuration() -> None:
    one = device_id("seed", ["instance", "jellyfin", "config"])
    others = [
        device_id("another", ["instance", "jellyfin", "config"]),
        device_id("seed", ["test", "jellyfin", "config"]),
        device_id("seed", ["instance", "jellyfin-2", "config"]),
        device_id("seed", ["instance", "jellyfin", "config2"]),
        device_id("seed", ["instance", "jellyfinconfig", ""]),
    ]
    assert one == device_id("seed", ["instance", "jellyfin", "config"])
    assert len({one, *others}) == 6
