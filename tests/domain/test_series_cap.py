"""max_per_series."""

from types import SimpleNamespace

from ktv_host.domain.series_cap import SeriesCap


def test_a_series_reaches_its_cap_whatever_its_case(build: SimpleNamespace) -> None:
    cap = SeriesCap(2)
    cap.note(build.item("a", 1, series_name="Show"))
    assert not cap.reached(build.item("b", 1, series_name="SHOW"))
    cap.note(build.item("b", 1, series_name="SHOW"))
    assert cap.reached(build.item("c", 1, series_name="show"))
    assert not cap.reached(build.item("d", 1, series_name="Other"))


def test_items_without_a_series_have_no_cap(build: SimpleNamespace) -> None:
    cap = SeriesCap(1)
    cap.note(build.item("a", 1))
    assert not cap.reached(build.item("b", 1))


def test_a_new_occurrence_counts_anew(build: SimpleNamespace) -> None:
    cap = SeriesCap(1)
    cap.note(build.item("a", 1, series_name="Show"))
    cap.reset()
    assert not cap.reached(build.item("a", 1, series_name="Show"))
