"""Preconditions, If-Range and Accept-Encoding."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from ktv_host.api.conditional import Validators, Verdict, accepts_gzip, early_answer, judge, range_holds

ETAG = '"abc"'
DATE = "Mon, 23 Nov 2026 09:30:00 GMT"
EARLIER = "Mon, 23 Nov 2026 09:29:59 GMT"
LATER = "Mon, 23 Nov 2026 09:30:01 GMT"
VALIDATORS = Validators(ETAG, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, Verdict.SEND),
        ({"If-None-Match": ETAG}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": f'"x", W/{ETAG} ,"y"'}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": "*"}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": '"abcd"'}, Verdict.SEND),
        ({"If-None-Match": "abc"}, Verdict.SEND),
        ({"If-Modified-Since": DATE}, Verdict.NOT_MODIFIED),
        ({"If-Modified-Since": LATER}, Verdict.NOT_MODIFIED),
        ({"If-Modified-Since": EARLIER}, Verdict.SEND),
        ({"If-Modified-Since": "yesterday"}, Verdict.SEND),
        ({"If-None-Match": '"x"', "If-Modified-Since": DATE}, Verdict.SEND),
        ({"If-Match": ETAG}, Verdict.SEND),
        ({"If-Match": "*"}, Verdict.SEND),
        ({"If-Match": f"W/{ETAG}"}, Verdict.FAILED),
        ({"If-Match": '"x"'}, Verdict.FAILED),
        ({"If-Match": ETAG, "If-Unmodified-Since": EARLIER}, Verdict.SEND),
        ({"If-Match": ETAG, "If-None-Match": ETAG}, Verdict.NOT_MODIFIED),
        ({"If-Unmodified-Since": EARLIER}, Verdict.FAILED),
        ({"If-Unmodified-Since": DATE}, Verdict.SEND),
        ({"If-Unmodified-Since": "yesterday"}, Verdict.SEND),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_preconditions_are_judged_in_the_order_of_the_rfc(
    method: str, headers: dict[str, str], verdict: Verdict
) -> None:
    assert judge(method, Headers(headers), VALIDATORS) is verdict


def test_a_document_without_a_date_ignores_dates() -> None:
    headers = Headers({"If-Modified-Since": LATER})
    assert judge("GET", headers, Validators(ETAG)) is Verdict.SEND
    assert judge("GET", Headers({"If-Unmodified-Since": EARLIER}), Validators(ETAG)) is Verdict.SEND


def test_another_method_fails_where_get_is_spared() -> None:
    assert judge("DELETE", Headers({"If-None-Match": "*"}), VALIDATORS) is Verdict.FAILED
    assert judge("DELETE", Headers({"If-Modified-Since": LATER}), VALIDATORS) is Verdict.SEND


@pytest.mark.parametrize(
    ("if_range", "holds"),
    [
        (None, True),
        (ETAG, True),
        (f" {ETAG} ", True),
        (f"W/{ETAG}", False),
        ('"x"', False),
        (DATE, True),
        (EARLIER, False),
        (LATER, False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_if_range_holds_only_for_the_very_same_file(if_range: str | None, holds: bool) -> None:
    assert range_holds(if_range, VALIDATORS) is holds


def test_a_date_in_if_range_never_holds_for_a_document_without_one() -> None:
    assert not range_holds("yesterday", Validators(ETAG))


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=0.5, br", True),
        ("gzip;q=0", False),
        ("gzip; Q=0.000", False),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("gzip, *;q=0", True),
        ("br, deflate", False),
        ("gzip;q=much", False),
        ("gzipped", False),
    ],
)
def test_gzip_is_accepted_by_name_or_by_star_with_a_weight(header: str | None, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@given(st.text(), st.text())
def test_no_header_is_too_odd(one: str, other: str) -> None:
    accepts_gzip(one)
    range_holds(one, VALIDATORS)
    headers = Headers()
    clean = str.maketrans(dict.fromkeys("\r\n"))
    headers["If-None-Match"], headers["If-Modified-Since"] = one.translate(clean), other.translate(clean)
    assert judge("GET", headers, VALIDATORS) in Verdict


def test_not_modified_has_the_documents_headers_but_no_length() -> None:
    answer = early_answer(Verdict.NOT_MODIFIED, VALIDATORS.headers())
    assert answer is not None
    assert answer.status_code == 304
    assert dict(answer.headers) == {"ETag": ETAG, "Last-Modified": DATE}


async def test_a_failed_precondition_is_a_problem() -> None:
    answer = early_answer(Verdict.FAILED, {})
    assert answer is not None
    assert answer.status_code == 412
    assert (await answer.get_json())["error"] == "precondition_failed"


def test_what_is_to_be_sent_has_no_early_answer() -> None:
    assert early_answer(Verdict.SEND, {}) is None
