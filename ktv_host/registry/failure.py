"""Failures of plugins: in one line for a person, and never the end of the host."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def exit_is_error() -> Iterator[None]:
    """A plugin that calls sys.exit() has failed like any other; it does not end the host."""
    try:
        yield
    except SystemExit as error:
        raise RuntimeError(f"it called sys.exit({error.code!r})") from error


def describe(error: BaseException) -> str:
    """An error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def traceback_of(error: BaseException) -> str:
    """For the log: where it happened."""
    return "".join(traceback.format_exception(error))
