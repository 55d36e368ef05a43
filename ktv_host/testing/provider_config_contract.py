"""The part of ProviderContract about the type: registration, configuration, secrets, environment."""

import copy
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from ktv_host.hooks import ProviderType
from ktv_host.registry.checks import fault_of
from ktv_host.testing.provider_case import ProviderCase

SECRET_NAME = re.compile(r"(^|_)(password|passphrase|secret|token|api_?key|private_?key|credentials?)($|_)")


class ReadNames(Mapping[str, str]):
    """An environment that notes which variables are looked at; every variable it has is ``value``."""

    def __init__(self, names: tuple[str, ...] = (), value: str = "") -> None:
        self._names = names
        self._value = value
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        if name in self._names:
            return self._value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class ProviderConfigContract(ProviderCase):
    async def test_the_type_can_be_registered(self) -> None:
        assert fault_of(self.provider_type, ProviderType) is None, fault_of(self.provider_type, ProviderType)

    async def test_the_good_configuration_is_valid(self, config: Mapping[str, object]) -> None:
        self.validated(config)

    async def test_fields_that_sound_secret_are_secret(self) -> None:
        properties = self.provider_type.config_model.model_json_schema().get("properties", {})
        open_ones = [
            name for name in properties if SECRET_NAME.search(name) and "writeOnly" not in repr(properties[name])
        ]
        assert not open_ones, f"make these fields SecretStr: {open_ones}"

    async def test_a_configuration_never_shows_its_secrets(self, config: Mapping[str, object]) -> None:
        model = self.validated(config)
        shown = f"{model!r} {model} {model.model_dump_json()}"
        assert not [secret for secret in self.secrets(config) if secret in shown], "a secret shows in the model's texts"

    async def test_old_configurations_migrate(self) -> None:
        older = set(range(1, self.provider_type.config_version))
        assert set(self.old_configs) == older, f"give old_configs for exactly the versions {sorted(older)}"
        for version, old in self.old_configs.items():
            before = copy.deepcopy(dict(old))
            self.validated(self.provider_type.migrate(old, version))
            assert dict(old) == before, f"migrate changed the configuration of version {version} it was handed"

    async def test_a_current_configuration_migrates_to_itself(self, config: Mapping[str, object]) -> None:
        migrated = self.provider_type.migrate(config, self.provider_type.config_version)
        assert dict(migrated) == dict(config)

    async def test_an_empty_environment_describes_no_instance(self) -> None:
        declared = tuple(variable.name for variable in self.provider_type.environment)
        assert self.provider_type.from_environment({}) is None
        assert self.provider_type.from_environment(dict.fromkeys(declared, "")) is None, "an empty variable is unset"

    async def test_every_variable_that_is_read_is_declared(self) -> None:
        declared = tuple(variable.name for variable in self.provider_type.environment)
        for environment in (ReadNames(), ReadNames(declared, "1")):
            with suppress(ValueError):  # "1" may make no sense to it; what it looked at is known all the same
                self.provider_type.from_environment(environment)
            assert not environment.read - set(declared), f"not in environment: {environment.read - set(declared)}"
