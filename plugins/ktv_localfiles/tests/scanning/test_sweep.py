from ktv_localfiles.index import Known, State
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.scanning.snapshot import Seen, Snapshot
from ktv_localfiles.scanning.sweep import PAGE, Sweep, begin, emptied_root, read_token, respelled

ROOTS = Roots(("/v",))


def seen(name: str, size: int = 1, mtime_ns: int = 1, stamp: str | None = None) -> Seen:
    return (f"/v/{name}", size, mtime_ns, stamp)


def known(*names: str, state: State = State.SETTLED, size: int = 1, stamp: str | None = None) -> dict[str, Known]:
    return {f"/v/{name}": (f"/v/{name}", f"key of {name}", size, 1, stamp, state) for name in names}


def swept(
    *files: Seen, index: dict[str, Known], since: str | None = None, again: bool = False, titled: tuple[str, ...] = ()
) -> Sweep:
    found = Snapshot(files=sorted(files), titled=list(titled))
    return begin(ROOTS, found, index, last=7, since=since, again=again)


def token_of(*titled: str) -> str:
    return str(swept(index={}, titled=titled).token)


def test_a_file_that_did_not_change_since_the_token_is_unchanged() -> None:
    batch = swept(seen("a"), index=known("a"), since=token_of()).take(None)
    assert (batch.unchanged, batch.same, batch.fresh) == (["key of a"], [], [])


def test_without_a_token_it_is_described_from_the_index() -> None:
    batch = swept(seen("a"), index=known("a")).take(None)
    assert (batch.unchanged, len(batch.same), batch.fresh) == ([], 1, [])


def test_a_token_of_other_rules_counts_as_none() -> None:
    other_roots = str(begin(Roots(("/w",)), Snapshot(), {}, last=7, since=None, again=False).token)
    for since in (other_roots, "", "nonsense", "1.x.abc", token_of() + "²"):
        assert swept(seen("a"), index=known("a"), since=since).take(None).unchanged == []


def test_what_changed_since_the_token_is_described_from_the_index() -> None:
    batch = swept(seen("a"), index=known("a", state=State.CHANGED), since=token_of()).take(None)
    assert len(batch.same) == 1


def test_another_size_time_or_an_unknown_path_is_opened() -> None:
    files = [seen("a", size=2), seen("b", mtime_ns=2), seen("c")]
    assert swept(*files, index=known("a", "b"), since=token_of()).take(None).fresh == files


def test_other_sidecars_are_described_anew_without_opening() -> None:
    batch = swept(seen("a", stamp="s"), index=known("a"), since=token_of()).take(None)
    assert (len(batch.same), batch.fresh) == (1, [])


def test_a_file_that_came_back_is_described_anew_without_opening() -> None:
    batch = swept(seen("a"), index=known("a", state=State.MISSING), since=token_of()).take(None)
    assert (len(batch.same), batch.fresh) == (1, [])


def test_a_file_that_failed_is_opened_again_only_on_demand() -> None:
    index = known("a", state=State.FAILED)
    quiet = swept(seen("a"), index=index).take(None)
    assert (quiet.same, quiet.fresh) == ([], [])
    assert swept(seen("a"), index=index, again=True).take(None).fresh == [seen("a")]


def test_pages_follow_one_another_and_resume_at_any_path() -> None:
    files = [seen(f"{number:05}") for number in range(2 * PAGE + 1)]
    sweep = swept(*files, index={})
    cursor, sizes = None, []
    while True:
        batch = sweep.take(cursor)
        sizes.append(len(batch.fresh))
        cursor = batch.next
        if cursor is None:
            break
    assert sizes == [PAGE, PAGE, 1]
    assert sweep.take("/v/00999x").fresh == files[PAGE * 2 :]


def test_a_page_that_ends_with_the_last_file_ends_the_pass() -> None:
    assert swept(*[seen(f"{number:05}") for number in range(PAGE)], index={}).take(None).next is None


def test_a_pass_has_a_greater_number_than_all_before() -> None:
    assert swept(index={}).token.number == 8
    assert swept(index={}, since=token_of()).token.number == 9


def test_files_below_an_unreadable_folder_count_as_unchanged() -> None:
    found = Snapshot(files=[seen("b")], unreadable=["/v/shut"])
    sweep = begin(ROOTS, found, known("shut/a", "b"), last=7, since=token_of(), again=False)
    assert sweep.take(None).unchanged == ["key of b", "key of shut/a"]
    assert (sweep.vanished(), sweep.certain) == ([], False)


def test_what_the_walk_did_not_find_vanished_for_certain() -> None:
    sweep = swept(seen("b"), index=known("a", "b") | known("c", state=State.MISSING))
    assert (sweep.vanished(), sweep.certain) == (["/v/a"], True)


def test_files_that_vanished_from_a_folder_that_is_empty_now_may_be_on_a_disk_that_is_away() -> None:
    found = Snapshot(files=[seen("b")], empty={"/v/disk"})
    assert not begin(ROOTS, found, known("disk/show/a", "b"), last=7, since=None, again=False).certain
    assert begin(ROOTS, found, known("b"), last=7, since=None, again=False).certain


def test_a_root_is_emptied_when_it_held_files_and_holds_nothing() -> None:
    empty = Snapshot(empty={"/v"})
    assert emptied_root(ROOTS, empty, known("a")) == "/v"
    assert emptied_root(ROOTS, empty, known("a", state=State.MISSING)) is None
    assert emptied_root(ROOTS, empty, {}) is None
    assert emptied_root(ROOTS, Snapshot(), known("a")) is None


def test_two_series_of_one_name_are_ambiguous_and_make_former_tokens_void() -> None:
    names = ("Doctor Who (1963)", "The Doctor Who (2005)", "Torchwood (2006)")
    sweep = swept(seen("a"), index=known("a"), since=token_of(), titled=names)
    assert sweep.ambiguous == {"doctor who"}
    assert sweep.take(None).unchanged == []


def test_a_token_survives_being_written() -> None:
    sweep = swept(index={})
    assert read_token(str(sweep.token)) == sweep.token


def test_another_spelling_of_a_name_is_the_same_file() -> None:
    composed, decomposed = "caf\u00e9.mkv", "cafe\u0301.mkv"
    found = Snapshot(files=[seen(composed)])
    spellings, index = respelled(found, known(decomposed))
    assert spellings == {f"/v/{decomposed}": f"/v/{composed}"}
    sweep = begin(ROOTS, found, index, last=7, since=token_of(), again=False)
    assert sweep.take(None).unchanged == [f"key of {decomposed}"]


def test_both_spellings_at_once_are_two_files() -> None:
    files = [seen("caf\u00e9.mkv"), seen("cafe\u0301.mkv")]
    assert respelled(Snapshot(files=files), known("cafe\u0301.mkv"))[0] == {}
