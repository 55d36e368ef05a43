"""Logs: one line per event on standard error and in the feed of /admin/logs, with every credential masked."""

import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor

from ktv_host.auth.redaction import masked, redact
from ktv_host.services.log_feed import Level, LogFeed

OURS = "ktv"  # and all below it; libraries tell values of queries and bodies when they are asked for more than warnings
_OWN_COLUMNS = ("timestamp", "level", "logger")


def set_up_logs(level: str, form: Literal["text", "json"], feed: LogFeed) -> None:
    """Whatever logs here, libraries too, goes one way: masked by name, rendered, masked by look."""
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.setFormatter(_formatter(_json() if form == "json" else _text(colors=sys.stderr.isatty())))
    to_feed = FeedHandler(feed)
    to_feed.setFormatter(_formatter(_without_columns, _text(colors=False)))
    least = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[to_terminal, to_feed], force=True)
    logging.getLogger(OURS).setLevel(least)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a line that cannot be rendered would be shown as it is
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _crash
    threading.excepthook = lambda args: _crash(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)


class FeedHandler(logging.Handler):
    def __init__(self, feed: LogFeed) -> None:
        super().__init__()
        self._feed = feed

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level = max((each for each in Level if each <= record.levelno), default=Level.DEBUG)
            moment = datetime.fromtimestamp(record.created, UTC)
            self._feed.publish(level, record.name, self.format(record), moment)
        except Exception:  # noqa: BLE001  a handler never fails its caller
            self.handleError(record)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _masked,
    ]


def _formatter(*renderers: Processor) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers, _redacted],
    )


def _json() -> Processor:
    return structlog.processors.JSONRenderer()


def _text(*, colors: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=colors, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )


def _masked(_logger: object, _method: str, event: EventDict) -> EventDict:
    return masked(event)


def _without_columns(_logger: object, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key not in _OWN_COLUMNS}


def _redacted(_logger: object, _method: str, rendered: EventDict) -> str:
    return redact(str(rendered))


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    structlog.get_logger("ktv").critical("crashed", exc_info=(kind, error, trace))
