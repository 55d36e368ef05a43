"""What a log must not show."""

import pytest

from ktv_host.auth.redaction import redact


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v1/iptv/playlist.m3u?token=SECRETSECRET&x=1",
        "Authorization: Bearer SECRETSECRET",
        'MediaBrowser Token="SECRETSECRET", Client="K-TV"',
        "http://tv/Videos/1/stream?static=true&api_key=SECRETSECRET",
        "http://tv/socket?ApiKey=SECRETSECRET",
        "/api/v1/files/stream/a::b?exp=1&sig=SECRETSECRET",
        "/api/v1/seg/plan/1764000000-SECRETSECRET/3.ts",
        "postgres://ktv:SECRETSECRET@db/ktv",
    ],
)
def test_a_credential_is_masked(text: str) -> None:
    assert "SECRETSECRET" not in redact(text)


def test_other_text_stays() -> None:
    assert redact("scan of 12 files took 3 s") == "scan of 12 files took 3 s"
