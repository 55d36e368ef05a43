"""What a log must not show."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.redaction import masked, redact
from ktv_host.auth.secrets import SecretBox
from ktv_host.auth.tokens import TokenSigner
from ktv_host.testing import FakeClock

LONG = "SECRETSECRETSECRET-SECRET_SECRETSECRETSECRETSECRET"


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v1/iptv/playlist.m3u?token=SECRETSECRET&x=1",
        "GET /api/v1/channels/1/live.m3u8?grant=1764000000-SECRETSECRET",
        "next=%2Fx%3Ftoken%3DSECRETSECRET%26y",
        "Authorization: Bearer SECRETSECRET",
        "authorization: Basic SECRETSECRET",
        "{'Authorization': 'Bearer SECRETSECRET'}",
        'MediaBrowser Token="SECRETSECRET", Client="K-TV"',
        "X-Emby-Token: SECRETSECRET",
        "X-Channel-Password: SECRETSECRET",
        "http://tv/Videos/1/stream?static=true&api_key=SECRETSECRET",
        "http://tv/socket?ApiKey=SECRETSECRET",
        "/api/v1/files/stream/a::b?exp=1&sig=SECRETSECRET",
        "/api/v1/seg/plan/1764000000-SECRETSECRETSECRETSECR/3.ts",
        "postgres://ktv:SECRETSECRET@db/ktv",
        "http://:SECRETSECRET@db/",
        """{"password": "SECRETSECRET with spaces, and & more"}""",
        """{\\"access_token\\": \\"SECRETSECRET\\"}""",
        "{'client_secret': 'SECRETSECRET', 'x': 1}",
        "Login(email='a@b.c', password='SECRETSECRET')",
        'body=b\'{"password": "SECRETSECRET"}\'',
        "GET /api/v1/auth/callback?code=SECRETSECRET&state=SECRETSECRET",
        "Set-Cookie: ktv=SECRETSECRET; HttpOnly",
        "{'Cookie': 'ktv=SECRETSECRET; b=SECRETSECRET'}",
        f"ktv_{LONG} was used",
        f"/x/iptv.0b6f6c7e-1.3.{LONG}/y",
        "JWT_SECRET=SECRETSECRET",
    ],
)
def test_a_credential_is_masked(text: str) -> None:
    assert "SECRETSECRET" not in redact(text)
    assert redact(redact(text)) == redact(text)


async def test_what_the_host_itself_makes_is_masked_wherever_it_stands() -> None:
    now = FakeClock()()
    token = TokenSigner(secret="a secret of many letters, for a test").issue("user", 0, now)
    sealed = SecretBox("key").seal("plain")
    hashed = await Passwords().hash("plain")
    for secret in (token, sealed.removeprefix("enc:"), hashed):
        assert secret not in redact(f"<{secret}>")
        assert secret not in redact(f"x {secret}\n")


@pytest.mark.parametrize(
    "text",
    [
        "scan of 12 files took 3 s",
        "the token is not valid or has expired",
        "ktv_iptv and ktv_localfiles are loaded",
        "/api/v1/channels/0b6f6c7e-7a34-4c5e-9d55-aa1b2c3d4e5f/now",
        "2026-11-23T12:00:00Z request failed",
        "http://localhost:3000/watch/",
        "password",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert redact(text) == text


@given(st.dictionaries(st.sampled_from(["token", "password", "a", "api_key"]), st.text(alphabet="abc d\"',:&")))
def test_a_line_of_json_stays_json(fields: dict[str, str]) -> None:
    orjson.loads(redact(orjson.dumps(masked(fields)).decode()))


def test_a_field_with_a_sensitive_name_is_masked_at_any_depth() -> None:
    fields = {"user": "a", "config": {"api_key": "k", "n": [{"Authorization": "x"}]}, "tokens": 3, "password_hash": "h"}
    assert masked(fields) == {
        "user": "a",
        "config": {"api_key": "***", "n": [{"Authorization": "***"}]},
        "tokens": 3,
        "password_hash": "***",
    }
