"""Test connection: a provider type tries a configuration and says in words what it found."""

import asyncio
from collections.abc import Mapping
from typing import Any

from ktv_host.errors import KtvError
from ktv_host.hooks import CheckReport, ProviderType
from ktv_host.services.contexts import ContextFactory

CHECK_SECONDS = 30


async def check_connection(
    contexts: ContextFactory, kind: ProviderType[Any], plain: Mapping[str, Any], instance_id: str
) -> CheckReport:
    """Never raises for what a plugin or a media server does."""
    context = contexts.make(instance_id, kind)
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await kind.check(context, kind.config_model.model_validate(plain))
    except TimeoutError:
        return CheckReport(False, f"no answer within {CHECK_SECONDS} seconds")
    except KtvError as error:
        return CheckReport(False, error.message)
    except Exception as error:  # noqa: BLE001  a plugin's bug is the report, not a 500
        context.logger.error("check failed", provider_type=kind.key, error=repr(error))
        return CheckReport(False, f"the plugin failed: {type(error).__name__}")
