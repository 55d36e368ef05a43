from datetime import UTC, datetime

import pytest
from ktv_jellyfin.answers import Answer, Misplaced, Overburdened, Refused, Starting, refusal, server_time, understand

from ktv_host.hooks import MediaGone, ProviderAuthFailed, ProviderUnavailable

JSON = "application/json"


def test_a_good_answer_is_its_json() -> None:
    assert understand(Answer(200, JSON, b'{"Items": []}'), "/Items") == {"Items": []}
    assert understand(Answer(204), "/Library/Refresh") is None


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Answer(200, "text/html", b"<html>"), Misplaced, "a page for browsers"),
        (Answer(200, JSON, b'{"Items": [{"Na'), Overburdened, "broke off"),
        (Answer(301, location="https://media.lan/"), Misplaced, "https://media.lan/"),
        (Answer(401), Refused, "refused"),
        (Answer(403), ProviderAuthFailed, "does not allow"),
        (Answer(404, "text/plain", b"Item not found"), MediaGone, "/Items"),
        (Answer(404, "text/html", b"<html>"), Misplaced, "404"),
        (Answer(429, retry_after="7"), Overburdened, "fewer"),
        (Answer(500, "text/plain", b"Error processing request."), Overburdened, "its log"),
        (Answer(502), Overburdened, "proxy"),
        (Answer(503, "text/html", b"<html>", retry_after="005"), Starting, "starting up"),
        (Answer(418), ProviderUnavailable, "418"),
    ],
)
def test_every_other_answer_is_an_error_in_words(answer: Answer, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        understand(answer, "/Items")


@pytest.mark.parametrize(("header", "seconds"), [("005", 5), ("30", 30), ("99999", 120), (None, 5), ("soon", 5)])
def test_the_server_says_how_long_to_wait(header: str | None, seconds: int) -> None:
    error = refusal(Answer(503, retry_after=header), "/Items")
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("Mon, 05 Jan 2026 12:00:00 GMT", datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_the_server_tells_its_time(date: str | None, time: datetime | None) -> None:
    assert server_time(Answer(200, date=date)) == time
