"""NotifierContract: what a notifier promises, proved."""

import asyncio
import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from ktv_host.hooks import Event, EventKind, Invalid, Notifier, Receipt, Target
from ktv_host.registry.checks import fault_of
from ktv_host.testing.clock import START
from ktv_host.testing.contexts import Contexts
from ktv_host.testing.leaks import Footprint
from ktv_host.testing.receiver import Receiver


class NotifierContract:
    """Derive a class named ``Test…`` from it, set ``notifier`` and ``bad_settings``, override the fixtures.

    ``settings`` delivers to the ``receiver`` fixture (a web server on this machine), ``unreachable`` to nobody. A
    notifier that does not speak HTTP overrides ``received`` with its own way to see what arrived.
    """

    pytestmark = pytest.mark.asyncio

    notifier: ClassVar[Notifier]
    bad_settings: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    @pytest.fixture
    def settings(self, receiver: Receiver) -> Mapping[str, Any]:
        """Settings that lead to the receiver."""
        return {"url": f"{receiver.url}/hook"}

    @pytest.fixture
    def unreachable(self) -> Mapping[str, Any]:
        """Settings that are valid and lead to nobody."""
        return {"url": "http://127.0.0.1:9/hook"}

    @pytest.fixture
    def received(self, receiver: Receiver) -> Callable[[], Sequence[str]]:
        """What arrived so far, one text per delivery."""
        return lambda: [request.text for request in receiver.requests]

    async def test_the_notifier_can_be_registered(self) -> None:
        assert fault_of(self.notifier, Notifier) is None, fault_of(self.notifier, Notifier)

    async def test_good_settings_are_valid_and_left_alone(self, settings: Mapping[str, Any]) -> None:
        before = copy.deepcopy(dict(settings))
        self.notifier.validate(settings)
        self.notifier.settings_model.model_validate(settings)
        assert dict(settings) == before, "validate changed the settings"

    async def test_bad_settings_are_refused_with_the_field(self) -> None:
        assert self.bad_settings, "give bad_settings: label -> settings that validate refuses"
        for label, settings in self.bad_settings.items():
            with pytest.raises(Invalid) as caught:
                self.notifier.validate(settings)
            assert caught.value.fields, f"{label}: the error names no field"

    async def test_every_kind_of_event_is_delivered(
        self, contexts: Contexts, settings: Mapping[str, Any], received: Callable[[], Sequence[str]]
    ) -> None:
        for number, kind in enumerate(EventKind, start=1):
            receipt = await self._deliver(contexts, settings, _event(kind, number), f"delivery-{number}")
            assert receipt.delivered, f"{kind}: {receipt.message}"
            assert not receipt.retry, f"{kind}: delivered, but to be tried again"
        assert len(received()) == len(EventKind)

    async def test_the_receiver_can_see_the_delivery_id(
        self, contexts: Contexts, settings: Mapping[str, Any], received: Callable[[], Sequence[str]]
    ) -> None:
        for _ in range(2):
            await self._deliver(contexts, settings, _event(), "delivery-4711")
        assert all("delivery-4711" in text for text in received())
        assert len(received()) == 2

    async def test_odd_texts_are_delivered(self, contexts: Contexts, settings: Mapping[str, Any]) -> None:
        event = Event(kind=EventKind.NO_SIGNAL, at=START, message='"quote" <b>&\n😀 \u202eשלום', data={"a": [1, None]})
        assert (await self._deliver(contexts, settings, event, "delivery-1")).delivered

    async def test_nobody_there_is_told_and_tried_again(
        self, contexts: Contexts, unreachable: Mapping[str, Any]
    ) -> None:
        receipt = await self._deliver(contexts, unreachable, _event(), "delivery-1")
        assert not receipt.delivered
        assert receipt.retry, "nobody answered: ask for another attempt"
        assert receipt.message.strip(), "the receipt does not say what is wrong"

    async def test_deliveries_at_the_same_time_do_not_mix(
        self, contexts: Contexts, settings: Mapping[str, Any], received: Callable[[], Sequence[str]]
    ) -> None:
        ids = [f"delivery-{number}" for number in range(10, 15)]
        await asyncio.gather(*(self._deliver(contexts, settings, _event(), each) for each in ids))
        assert sorted(each for each in ids for text in received() if each in text) == ids

    async def test_nothing_outlives_a_delivery(
        self, contexts: Contexts, settings: Mapping[str, Any], unreachable: Mapping[str, Any]
    ) -> None:
        before = Footprint.now()
        for where in (settings, unreachable):
            await self._deliver(contexts, where, _event(), "delivery-1")
        await contexts.close()
        await before.check_nothing_left()

    async def _deliver(
        self, contexts: Contexts, settings: Mapping[str, Any], event: Event, delivery_id: str
    ) -> Receipt:
        receipt = await self.notifier.deliver(await contexts.make(), Target("channel-1", settings), event, delivery_id)
        assert isinstance(receipt, Receipt), f"deliver returned {type(receipt).__name__}, not a Receipt"
        return receipt


def _event(kind: EventKind = EventKind.SCHEDULE_GENERATED, number: int = 1) -> Event:
    return Event(
        id=number, kind=kind, at=START, message=f"{kind} happened", channel_id="channel-1", data={"generation": number}
    )
