"""Byte ranges over HTTP, against a real server."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ktv_host.domain.media import HttpFile
from ktv_host.errors import InvalidMedia, MediaGone, ProviderUnavailable
from ktv_host.streaming.http_ranges import HttpRanges
from ktv_host.streaming.reader import BLOCK

DATA = bytes(range(256)) * 8192  # 2 MiB


@pytest.fixture
def source(file_server: Any) -> HttpFile:
    file_server.files["/film"] = DATA
    return HttpFile(file_server.url("/film?api_key=1"))


def test_the_size_is_learned_with_the_first_block(file_server: Any, source: HttpFile) -> None:
    ranges = HttpRanges(source)
    assert (ranges.size, ranges.fetch(10, 20)) == (len(DATA), DATA[10:20])
    ranges.close()
    assert file_server.ranges == [f"bytes=0-{BLOCK - 1}"]


def test_a_range_is_exact(source: HttpFile) -> None:
    ranges = HttpRanges(source)
    assert ranges.fetch(BLOCK + 5, BLOCK + 1005) == DATA[BLOCK + 5 : BLOCK + 1005]
    ranges.close()


def test_a_connection_the_server_closed_is_opened_again(file_server: Any, source: HttpFile) -> None:
    file_server.hang_up = True
    ranges = HttpRanges(source)
    assert ranges.fetch(BLOCK, BLOCK + 3) == DATA[BLOCK : BLOCK + 3]
    ranges.close()


@pytest.mark.parametrize(
    ("status", "error"), [(404, MediaGone), (410, MediaGone), (500, ProviderUnavailable), (302, ProviderUnavailable)]
)
def test_a_refusal_says_what_to_do(file_server: Any, source: HttpFile, status: int, error: type[Exception]) -> None:
    file_server.status = status
    with pytest.raises(error) as caught:
        HttpRanges(source)
    assert "api_key" not in str(caught.value)


def test_a_server_without_ranges_is_refused(file_server: Any, source: HttpFile) -> None:
    file_server.honours_ranges = False
    with pytest.raises(InvalidMedia, match="byte ranges"):
        HttpRanges(source)


def test_an_empty_file_is_refused(file_server: Any, source: HttpFile) -> None:
    file_server.files["/film"] = b""
    with pytest.raises(InvalidMedia, match="empty"):
        HttpRanges(source)


def test_nobody_listening_is_unavailable() -> None:
    with pytest.raises(ProviderUnavailable):
        HttpRanges(HttpFile("http://127.0.0.1:9/film"))


def test_a_certificate_nobody_vouches_for_is_refused_unless_the_source_says_so(
    file_server: Any, source: HttpFile, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    file_server.socket = context.wrap_socket(file_server.socket, server_side=True)
    url = source.url.replace("http:", "https:")
    with pytest.raises(ProviderUnavailable):
        HttpRanges(HttpFile(url))
    ranges = HttpRanges(HttpFile(url, verify_tls=False))
    assert ranges.size == len(DATA)
    ranges.close()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    ).sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_server_that_hangs_is_given_up_after_one_wait(file_server: Any, source: HttpFile) -> None:
    ranges = HttpRanges(source, timeout=0.2)
    file_server.silent.set()
    asked = len(file_server.ranges)
    with pytest.raises(ProviderUnavailable, match="timed out"):
        ranges.fetch(BLOCK, BLOCK + 5)
    assert len(file_server.ranges) == asked + 1


def test_a_file_that_changes_while_it_is_read_is_noticed(file_server: Any, source: HttpFile) -> None:
    ranges = HttpRanges(source)
    file_server.files["/film"] = DATA + b"more"
    with pytest.raises(InvalidMedia, match="changed"):
        ranges.fetch(BLOCK, BLOCK + 5)
    ranges.close()


def test_to_know_the_size_little_is_asked_for_when_little_is_wanted(file_server: Any, source: HttpFile) -> None:
    HttpRanges(source, head=100).close()
    assert file_server.ranges == ["bytes=0-99"]


def test_one_connection_serves_many_ranges(file_server: Any, source: HttpFile) -> None:
    ranges = HttpRanges(source)
    for start in range(0, 3 * BLOCK // 2, BLOCK // 4):
        ranges.fetch(start, start + 10)
    ranges.close()
    assert len(file_server.connections) == 1
