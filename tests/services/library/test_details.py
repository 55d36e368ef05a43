"""Details of items: asked for in the background, once per change, and never in the way."""

from typing import Any

import pytest

from ktv_host.db.library.details import DetailsRepository
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.details import Chapter, ItemDetails, Marker, MarkerKind
from ktv_host.errors import ProviderUnavailable
from ktv_host.hooks import MediaId
from ktv_host.services.library.details import LibraryDetails
from ktv_host.testing import FakeProviderType, sample_items

INTRO = ItemDetails((Marker(MarkerKind.INTRO, 0, 30_000),), (Chapter(0, "Cold open"), Chapter(90_000)))
PILOT = MediaId("one", "show-s1e1")


@pytest.fixture
async def details(desk: Any) -> LibraryDetails:
    await desk.open()
    await LibraryRepository(desk.database).upsert("one", sample_items(), desk.clock())
    return LibraryDetails(DetailsRepository(desk.database), desk.instances, desk.clock, desk.log)


async def test_what_the_provider_tells_is_kept(details: LibraryDetails, kind: FakeProviderType) -> None:
    assert await details.of(PILOT) == ItemDetails()
    kind.details["show-s1e1"] = INTRO
    await details.ask()
    assert await details.of(PILOT) == INTRO


async def test_nobody_is_asked_twice_within_a_week(details: LibraryDetails, kind: FakeProviderType, desk: Any) -> None:
    await details.ask()
    kind.details["show-s1e1"] = INTRO
    await details.ask()
    assert await details.of(PILOT) == ItemDetails()
    desk.clock.advance(8 * 86_400)
    await details.ask()
    assert await details.of(PILOT) == INTRO


async def test_a_provider_that_is_down_is_asked_again(details: LibraryDetails, kind: FakeProviderType) -> None:
    kind.details["show-s1e1"] = INTRO
    kind.trouble = ProviderUnavailable("down")
    await details.ask()
    assert await details.of(PILOT) == ItemDetails()
    kind.trouble = None
    await details.ask()
    assert await details.of(PILOT) == INTRO


async def test_one_broken_instance_does_not_keep_others_from_being_asked(
    details: LibraryDetails, kind: FakeProviderType, desk: Any
) -> None:
    kind.libraries["more"] = sample_items()
    other = await desk.open("two", library="more")
    await LibraryRepository(desk.database).upsert("two", sample_items(), desk.clock())
    await other.close()  # every use of it fails from now on
    kind.details["show-s1e1"] = INTRO
    await details.ask()
    assert await details.of(PILOT) == INTRO
