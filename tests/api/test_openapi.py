"""The OpenAPI document."""

from typing import Any

from openapi_spec_validator import validate


async def test_it_is_valid_openapi(anonymous: Any) -> None:
    validate(await (await anonymous.get("/api/v1/openapi.json")).get_json())


async def test_every_operation_documents_its_errors(anonymous: Any) -> None:
    described = await (await anonymous.get("/api/v1/openapi.json")).get_json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert "500" in answers, (method, path)
            if operation.get("security") and {} not in operation["security"]:
                assert "401" in answers, (method, path)
            if "requestBody" in operation:
                assert {"400", "422"} <= set(answers), (method, path)


async def test_an_unknown_address_and_method_get_a_problem_body(anonymous: Any) -> None:
    missing = await anonymous.get("/api/v1/nothing")
    wrong = await anonymous.delete("/api/v1/config")
    assert (missing.status_code, (await missing.get_json())["error"]) == (404, "not_found")
    assert (wrong.status_code, (await wrong.get_json())["error"]) == (405, "method_not_allowed")
