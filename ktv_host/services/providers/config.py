"""Provider configurations: checked against their type's model, and plain enough to store."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from ktv_host.errors import FieldError, Invalid
from ktv_host.hooks import ProviderType


def validate_config(kind: ProviderType[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """The plain, JSON-able configuration. Raises Invalid with field paths below ``config``."""
    try:
        model = kind.config_model.model_validate(config)
    except ValidationError as error:
        fields = [
            FieldError(".".join(("config", *map(str, problem["loc"]))), problem["msg"].removeprefix("Value error, "))
            for problem in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise Invalid(f"the configuration of {kind.name} is not valid", fields) from None
    return _plain(model)


def _plain(model: BaseModel) -> dict[str, Any]:
    plain: dict[str, Any] = model.model_dump(mode="json")
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretStr):
            plain[name] = value.get_secret_value()
    return plain
