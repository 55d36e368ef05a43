"""Problems: one error body for everything, ``{"error", "message", "details"}``."""

from collections.abc import Mapping
from typing import Any

import structlog
from quart import Quart, Response, request
from typing_extensions import TypedDict
from werkzeug.exceptions import HTTPException

from ktv_host import errors
from ktv_host.api.edge import end_of_body
from ktv_host.api.reply import Reply, respond

STATUS: Mapping[type[errors.KtvError], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.PasswordRequired: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.ProviderConfigInvalid: 422,
    errors.RateLimited: 429,
    errors.CapabilityMissing: 501,
    errors.ProviderAuthFailed: 503,
    errors.Unavailable: 503,
}
CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(TypedDict):
    """``error`` is a stable code, ``message`` is for a person, ``details.fields`` lists ``{path, message}``."""

    error: str
    message: str
    details: dict[str, Any] | None


def status_of(error: errors.KtvError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(error: errors.KtvError) -> Reply:
    headers = {}
    if isinstance(error, errors.Unavailable | errors.RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    details = dict(error.details) if error.details is not None else None
    return Reply(Problem(error=error.code, message=error.message, details=details), status_of(error), headers)


def install(app: Quart) -> None:
    """Turn every exception into a problem body."""
    logger = structlog.get_logger("ktv.api")

    async def on_ktv_error(error: errors.KtvError) -> Response:
        if status_of(error) == 500:
            logger.error("request failed", path=request.path, error=repr(error))
        return respond(problem(error))

    async def on_http_error(error: HTTPException) -> Response:
        status = error.code or 500
        code = CODES.get(status, "http_error")
        headers = {k: v for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")}
        message = error.description or ""
        if status == 413:
            await end_of_body(request.scope)
            message = f"the body is larger than {app.config['MAX_CONTENT_LENGTH']} bytes"
        return respond(Reply(Problem(error=code, message=message, details=None), status, headers))

    async def on_bug(error: Exception) -> Response:
        logger.error("request failed", path=request.path, exc_info=error)
        body = Problem(error="internal", message="the server made a mistake; its log says which", details=None)
        return respond(Reply(body, 500))

    app.register_error_handler(errors.KtvError, on_ktv_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_bug)
