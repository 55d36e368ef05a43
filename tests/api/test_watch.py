"""The watch page, found from the host's bare address."""

import pytest

from ktv_host.app import Loaded, create_app
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings


@pytest.mark.parametrize(("base", "page"), [("http://tv.test", "/watch/"), ("http://tv.test/ktv", "/ktv/watch/")])
async def test_the_bare_address_leads_to_the_page(
    settings: Settings, shelf_catalog: Catalog, base: str, page: str
) -> None:
    loaded: Loaded = (shelf_catalog, ())
    app = create_app(settings.model_copy(update={"base_url": base}), {}, loaded=loaded, background=False)
    answer = await app.test_client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
