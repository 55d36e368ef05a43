"""Each fault of a registered object is said in words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from ktv_host.hooks import AuthBackend, Document, Exporter, Guide, Links, Notifier, ProviderType
from ktv_host.registry.checks import fault_of
from ktv_host.testing import FakeProviderType


async def render(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    yield b"x"


class Odd:
    """No pydantic type."""


class Unschemable(BaseModel, arbitrary_types_allowed=True):
    thing: Odd


class Inner(BaseModel):
    token: SecretStr


class NestedSecret(BaseModel):
    inner: Inner


class ListedSecrets(BaseModel):
    tokens: list[SecretStr]


class Secrets(BaseModel):
    token: SecretStr
    maybe: SecretStr | None = None


class Plain(Exporter):
    key = "plain"
    name = "Plain"
    documents = (Document("a/b.txt", "text/plain", render),)


def provider_type(**values: Any) -> object:
    return type("Made", (FakeProviderType,), values)()


def exporter(*documents: object) -> object:
    return type("Made", (Plain,), {"documents": documents})()


def notifier() -> object:
    return type("Made", (Notifier,), {"key": "a", "name": "A", "validate": None, "deliver": None})()


def test_sound_objects_have_no_fault() -> None:
    assert fault_of(FakeProviderType(), ProviderType) is None
    assert fault_of(provider_type(config_model=Secrets), ProviderType) is None
    assert fault_of(Plain(), Exporter) is None


@pytest.mark.parametrize(
    ("item", "kind", "fault"),
    [
        (object(), AuthBackend, "is not an AuthBackend"),
        (FakeProviderType, ProviderType, "return an instance, not the class"),
        (provider_type(key=None), ProviderType, "the key None"),
        (provider_type(key="a" * 41), ProviderType, "1 to 40"),
        (provider_type(key="a-b"), ProviderType, "'a-b'"),
        (provider_type(name=" "), ProviderType, "has no name"),
        (provider_type(capabilities={"search"}), ProviderType, "has no capabilities"),
        (provider_type(config_version=0), ProviderType, "config_version 0"),
        (provider_type(store="versions"), ProviderType, "store"),
        (provider_type(environment=("FAKE_URL",)), ProviderType, "EnvironmentVariable"),
        (provider_type(config_model=dict), ProviderType, "has no config_model"),
        (provider_type(config_model=Unschemable), ProviderType, "without a JSON Schema"),
        (provider_type(config_model=NestedSecret), ProviderType, "secret inside another field"),
        (provider_type(config_model=ListedSecrets), ProviderType, "secret inside another field"),
        (exporter(), Exporter, "has no documents"),
        (exporter("a.txt"), Exporter, "has no documents"),
        (exporter(Document("/a.txt", "text/plain", render)), Exporter, "path '/a.txt'"),
        (exporter(Document("a.txt", "plain", render)), Exporter, "media type 'plain'"),
        (exporter(*[Document("a.txt", "text/plain", render)] * 2), Exporter, "two documents with one path"),
        (notifier(), Notifier, "settings_model"),
    ],
)
def test_a_fault_is_named(item: object, kind: type, fault: str) -> None:
    assert fault in (fault_of(item, kind) or "no fault")
