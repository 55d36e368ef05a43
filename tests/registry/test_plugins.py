"""Hooks are called once and alone; what breaks a rule is refused whole, with a reason, and nothing else suffers."""

from collections.abc import Callable

import pytest

from ktv_host.registry.discovery import Discovered
from ktv_host.registry.plugins import load
from ktv_host.testing import RecordedLog

Make = Callable[..., Discovered]

GOOD = """
@hookimpl
def register_providers():
    return [provider("videos")]

@hookimpl
def register_exporters():
    return (exporter("lists"),)
"""


def test_what_hooks_return_is_found_by_key(plugin: Make) -> None:
    catalog, records = load([plugin(GOOD)])
    assert list(catalog.provider_types) == ["videos"]
    assert catalog.exporters["lists"].key == "lists"
    assert [(r.name, r.distribution, r.version, r.state, r.hooks, r.reason) for r in records] == [
        ("sample", "ktv-sample", "1.0", "loaded", ("register_exporters", "register_providers"), None)
    ]


def test_the_catalog_cannot_be_changed(plugin: Make) -> None:
    catalog, _ = load([plugin(GOOD)])
    with pytest.raises(TypeError):
        catalog.provider_types["more"] = catalog.provider_types["videos"]  # type: ignore[index]


def test_no_plugins_make_an_empty_catalog() -> None:
    catalog, records = load([])
    assert not catalog.provider_types
    assert not records


def test_a_plugin_that_could_not_be_imported_keeps_its_reason() -> None:
    broken = Discovered(name="broken", distribution="ktv-broken", version="1", reason="cannot be imported")
    assert load([broken])[1][0].reason == "cannot be imported"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("@hookimpl\ndef register_provider(): return []", "register_provider (did you mean register_providers?"),
        ("@hookimpl\ndef startup(): return []", "there is no hook startup"),
        ("@hookimpl\nasync def register_providers(): return []", "register_providers is async"),
        ("@hookimpl\nasync def register_providers():\n    yield []", "register_providers is async"),
        ("async def late(): return []\n@hookimpl\ndef register_providers(): return late()", "returned a coroutine"),
        ("@hookimpl\ndef register_providers(): raise OSError('disk')", "register_providers raised OSError: disk"),
        ("@hookimpl\ndef register_providers(): raise SystemExit(3)", "raised RuntimeError: it called sys.exit(3)"),
        ("@hookimpl\ndef register_providers(): assert 0, 'no'", "register_providers raised AssertionError: no"),
        ("@hookimpl\ndef register_providers(): pass", "register_providers returned None"),
        ("@hookimpl\ndef register_providers(): return {}", "register_providers returned dict, not a list"),
        ("@hookimpl\ndef register_providers(): yield provider('a')", "returned generator, not a list"),
        ("@hookimpl\ndef register_providers(): return [FakeProviderType]", "return an instance, not the class"),
        ("@hookimpl\ndef register_providers(): return [exporter('a')]", "is not a ProviderType"),
        ("@hookimpl\ndef register_providers(): return [provider('Not Legal')]", "the key 'Not Legal'"),
        ("@hookimpl\ndef register_providers(): return [provider('a'), provider('a')]", "the key 'a' twice"),
        ("@hookimpl\ndef register_providers(host): return []", "Argument(s) {'host'} are declared"),
        ("def register_providers(): return []", "is @hookimpl missing?"),
        ("@hookimpl\ndef register_exporters(): return [exporter('channels')]", "belongs to the host's own API"),
    ],
)
def test_a_plugin_that_breaks_a_rule_is_refused_with_the_reason(plugin: Make, source: str, reason: str) -> None:
    catalog, (bad, good) = load([plugin(source, "bad"), plugin(GOOD)], reserved={"channels"})
    assert bad.state == "failed"
    assert reason in (bad.reason or "")
    assert "\n" not in (bad.reason or "")
    assert good.state == "loaded"
    assert list(catalog.provider_types) == ["videos"]


def test_a_plugin_is_taken_whole_or_not_at_all(plugin: Make) -> None:
    half = plugin(
        "@hookimpl\ndef register_providers(): return [provider('a')]\n@hookimpl\ndef register_auth(): return 1"
    )
    catalog, (record,) = load([half])
    assert record.state == "failed"
    assert not catalog.provider_types


def test_two_plugins_with_one_key_are_both_refused_and_named(plugin: Make) -> None:
    one, two = plugin(GOOD, "one"), plugin(GOOD, "two")
    third = plugin("@hookimpl\ndef register_providers(): return [provider('other')]", "third")
    catalog, records = load([one, third, two])
    assert [record.state for record in records] == ["failed", "loaded", "failed"]
    for record in (records[0], records[2]):
        assert "'lists' is claimed by one (ktv-one) and two (ktv-two)" in (record.reason or "")
    assert list(catalog.provider_types) == ["other"]
    assert not catalog.exporters


def test_one_key_may_serve_two_families(plugin: Make) -> None:
    source = "@hookimpl\ndef register_providers(): return [provider('a')]"
    exporting = plugin("@hookimpl\ndef register_exporters(): return [exporter('a')]", "exporting")
    assert [record.state for record in load([plugin(source), exporting])[1]] == ["loaded", "loaded"]


def test_a_plugin_refused_for_itself_takes_no_key_from_another(plugin: Make) -> None:
    broken = plugin(GOOD + "\n@hookimpl\ndef register_auth(): raise ValueError", "broken")
    assert [record.state for record in load([broken, plugin(GOOD)])[1]] == ["failed", "loaded"]


def test_a_wrapper_around_a_hook_sees_only_its_own_plugin(plugin: Make) -> None:
    nosy = plugin(
        "@hookimpl(wrapper=True)\ndef register_providers():\n    yield\n    return [provider('stolen')]", "nosy"
    )
    catalog, _ = load([nosy, plugin(GOOD)])
    assert "videos" in catalog.provider_types


def test_each_call_can_be_traced(plugin: Make) -> None:
    trace = RecordedLog()
    load([plugin(GOOD)], trace=trace)
    assert [(event, values["plugin"], values["hook"], values["returned"]) for _, event, values in trace.lines] == [
        ("hook called", "sample", "register_exporters", ["lists"]),
        ("hook called", "sample", "register_providers", ["videos"]),
    ]


def test_a_failure_is_logged_with_its_owner_and_traceback(plugin: Make) -> None:
    log = RecordedLog()
    load([plugin("@hookimpl\ndef register_providers(): raise OSError('disk')", "bad")], log=log)
    assert log.lines[0][2]["plugin"] == "bad"
    assert "OSError: disk" in log.lines[0][2]["traceback"]
