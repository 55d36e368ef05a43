"""/admin/providers as an admin sees it."""

from pathlib import Path
from typing import Any

from ktv_host.hooks import Problem


async def test_types_bring_the_schema_of_their_form(admin: Any) -> None:
    (kind,) = await (await admin.get("/admin/provider-types")).get_json()
    assert kind["key"] == "shelf"
    assert kind["config_schema"]["properties"]["key"]["anyOf"][0]["writeOnly"] is True
    assert kind["capabilities"]["tags"] is False


async def test_instances_of_one_type_get_ids_of_their_own(admin: Any) -> None:
    ids = [(await (await admin.post("/admin/providers", {"provider_type": "shelf"})).get_json())["id"] for _ in "123"]
    assert ids == ["shelf", "shelf-2", "shelf-3"]
    named = await (await admin.post("/admin/providers", {"provider_type": "shelf", "id": "attic"})).get_json()
    assert named["id"] == "attic"
    assert named["state"] == "READY"


async def test_secrets_are_never_sent_back_nor_stored_in_the_clear(admin: Any, tmp_path: Path) -> None:
    body = {"provider_type": "shelf", "config": {"shelf": "one", "key": "hunter2-hunter2"}}
    answer = await admin.post("/admin/providers", body)
    view = await answer.get_json()
    assert view["config"] == {"shelf": "one"}
    assert view["secrets_set"] == ["key"]
    assert b"hunter2" not in await answer.get_data()
    stored = [file.read_bytes() for file in tmp_path.glob("ktv.db*")]  # noqa: ASYNC240
    assert stored
    assert not any(b"hunter2" in content for content in stored)


async def test_an_absent_secret_stays_on_update(admin: Any) -> None:
    await admin.post("/admin/providers", {"provider_type": "shelf", "config": {"key": "hunter2"}})
    view = await (await admin.put("/admin/providers/shelf", {"config": {"shelf": "two"}})).get_json()
    assert view["config"] == {"shelf": "two"}
    assert view["secrets_set"] == ["key"]


async def test_put_is_partial_and_switches_off(admin: Any) -> None:
    await admin.post("/admin/providers", {"provider_type": "shelf", "name": "Mine"})
    view = await (await admin.put("/admin/providers/shelf", {"enabled": False})).get_json()
    assert (view["name"], view["enabled"], view["state"]) == ("Mine", False, "DISABLED")


async def test_problems_are_told_whatever_a_plugin_writes_into_them(admin: Any, shelf: Any) -> None:
    await admin.post("/admin/providers", {"provider_type": "shelf"})
    shelf.problems.append(Problem("caf\udce9.mkv", "its name is no text"))
    told = await (await admin.get("/admin/providers/shelf/problems")).get_json()
    assert told == [{"path": "caf?.mkv", "reason": "its name is no text"}]


async def test_refusals(admin: Any) -> None:
    await admin.post("/admin/providers", {"provider_type": "shelf"})
    taken = await admin.post("/admin/providers", {"provider_type": "shelf", "id": "shelf"})
    unknown = await admin.post("/admin/providers", {"provider_type": "vhs"})
    invalid = await admin.post("/admin/providers", {"provider_type": "shelf", "config": {"shelf": 7}})
    odd_id = await admin.post("/admin/providers", {"provider_type": "shelf", "id": "Not Good"})
    assert [a.status_code for a in (taken, unknown, invalid, odd_id)] == [409, 422, 422, 422]
    assert (await invalid.get_json())["details"]["fields"][0]["path"] == "config.shelf"
    assert (await admin.get("/admin/providers/nobody")).status_code == 404


async def test_deleting_an_instance_takes_its_items_along(stocked: Any) -> None:
    assert (await stocked.delete("/admin/providers/shelf")).status_code == 204
    assert await (await stocked.get("/library/items")).get_json() == []
    assert (await stocked.get("/admin/providers/shelf")).status_code == 404


async def test_deleting_an_instance_takes_its_folder_along(stocked: Any, tmp_path: Path) -> None:
    pictures = tmp_path / "data" / "instances" / "shelf" / "pictures"
    pictures.mkdir(parents=True)
    await stocked.delete("/admin/providers/shelf")
    assert not pictures.parent.exists()


async def test_testing_tells_what_was_found(admin: Any) -> None:
    trial = await (await admin.post("/admin/providers/test", {"provider_type": "shelf", "config": {}})).get_json()
    assert trial == {"ok": True, "message": "shelf main", "details": {"items": "18"}}
    await admin.post("/admin/providers", {"provider_type": "shelf", "config": {"shelf": "two"}})
    assert (await (await admin.post("/admin/providers/shelf/test")).get_json())["message"] == "shelf two"


async def test_item_count_and_last_sync_are_shown(stocked: Any) -> None:
    (view,) = await (await stocked.get("/admin/providers")).get_json()
    assert view["item_count"] == 18
    assert view["last_sync"] == "2026-11-23T12:00:00Z"


async def test_only_admins_get_in(user: Any, anonymous: Any) -> None:
    for path in ("/admin/providers", "/admin/provider-types", "/plugins", "/admin/activity"):
        assert (await user.get(path)).status_code == 403, path
        assert (await anonymous.get(f"/api/v1{path}")).status_code == 401, path


async def test_config_lists_active_providers_with_capabilities(stocked: Any, anonymous: Any) -> None:
    config = await (await anonymous.get("/api/v1/config")).get_json()
    assert config["allow_registration"] is True
    assert [(p["id"], p["type"]) for p in config["providers"]] == [("shelf", "shelf")]
    assert config["providers"][0]["capabilities"]["streaming_protocol"] == "direct_file"


async def test_activity_tells_what_happened_newest_first(stocked: Any) -> None:
    kinds = [event["kind"] for event in await (await stocked.get("/admin/activity")).get_json()]
    assert kinds == ["library_synced", "provider_changed", "user_registered"]
