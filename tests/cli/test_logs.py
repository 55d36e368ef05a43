"""Logs: one way out for everything that logs, and no credential on it. Set up in a process of its own."""

import subprocess
import sys

import orjson
import pytest

PROGRAM = """
import asyncio, logging, threading, warnings
import structlog
from ktv_host.cli.logs import set_up_logs
from ktv_host.services.log_feed import LogFeed
feed = LogFeed()
set_up_logs("{level}", "{form}", feed)
log = structlog.get_logger("ktv.test")
{body}
async def show():
    with feed.read() as reader:
        for line in await reader.next(0.01):
            print("FEED", line.level.name, line.target, repr(line.message))
asyncio.run(show())
"""


def run(body: str, level: str = "debug", form: str = "text") -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(level=level, form=form, body=body)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "body",
    [
        "log.info('seen', url='/x?token=SECRETSECRET')",
        "log.info('seen', password='SECRETSECRET', headers={'Authorization': 'SECRETSECRET'})",
        "log.info('seen', body=b'{\"password\": \"SECRETSECRET\"}')",
        "log.info('?sig=SECRETSECRET')",
        "logging.getLogger('hypercorn.access').warning('%(h)s %(R)s', {'h': 'a', 'R': 'GET /x?token=SECRETSECRET'})",
        "logging.getLogger('library').warning('key api_key=%s', 'SECRETSECRET')",
        "warnings.warn('token=SECRETSECRET')",
        "try:\n    raise ValueError('http://u:SECRETSECRET@x/')\nexcept ValueError:\n    log.exception('failed')",
        "try:\n    raise ValueError('?token=SECRETSECRET')\nexcept ValueError:\n    logging.exception('failed')",
        "logging.getLogger('x').warning('token=SECRETSECRET %d', 'no number')",
        "def f(): raise ValueError('password=SECRETSECRET')\nt = threading.Thread(target=f); t.start(); t.join()",
    ],
)
def test_no_credential_is_shown_whoever_logs_it(body: str, form: str) -> None:
    done = run(body, form=form)
    assert done.returncode == 0, done.stderr
    assert "SECRETSECRET" not in done.stderr + done.stdout


def test_a_crash_is_logged_without_its_secrets() -> None:
    done = run("raise RuntimeError('password=SECRETSECRET')")
    assert done.returncode == 1
    assert "SECRETSECRET" not in done.stderr
    assert "RuntimeError" in done.stderr
    assert "test_logs" not in done.stderr


def test_a_line_has_level_target_and_message_in_the_feed() -> None:
    done = run("log.warning('it rains', minutes=3)\nlogging.getLogger('library').error('oh')")
    assert done.stdout.splitlines() == [
        "FEED WARNING ktv.test 'it rains minutes=3'",
        "FEED ERROR library 'oh'",
    ]


def test_a_traceback_is_part_of_the_line() -> None:
    done = run("try:\n    1 / 0\nexcept ZeroDivisionError:\n    log.exception('failed')")
    assert "ZeroDivisionError" in done.stdout
    assert done.stdout.count("FEED") == 1


def test_what_is_below_the_level_is_nowhere() -> None:
    done = run("log.info('quiet')\nlogging.getLogger('library').info('quiet')\nlog.warning('loud')", level="warning")
    assert "quiet" not in done.stderr + done.stdout
    assert "loud" in done.stderr
    assert "loud" in done.stdout


def test_json_lines_are_json_with_their_columns() -> None:
    done = run("log.info('it rains', minutes=3, token='x')", form="json")
    line = orjson.loads(done.stderr.splitlines()[0])
    assert (line["event"], line["level"], line["logger"], line["minutes"], line["token"]) == (
        "it rains", "info", "ktv.test", 3, "***",
    )  # fmt: skip
    assert line["timestamp"].endswith("Z")


def test_libraries_tell_warnings_only_however_much_we_tell() -> None:
    done = run("logging.getLogger('aiosqlite').debug('INSERT %s', ('a value',))\nlog.debug('ours')")
    assert "ours" in done.stderr
    assert "a value" not in done.stderr + done.stdout


def test_text_lines_on_a_pipe_have_no_colours() -> None:
    assert "\x1b" not in run("log.error('plain')").stderr
