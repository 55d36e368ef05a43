from ktv_localfiles.watching.mounts import Mount
from ktv_localfiles.watching.plan import Plan, make_plan

LOCAL, REMOTE = Mount("/", "ext4", "/dev/sda1"), Mount("/nas", "nfs4", "nas:/films")
ROOTS = ("/films", "/nas/shows")


def plan(mode: str = "auto", *, there: tuple[str, ...] = ROOTS, no_events: bool = False) -> Plan:
    return make_plan(ROOTS, mode, [LOCAL, REMOTE], is_there=there.__contains__, no_events=no_events)  # type: ignore[arg-type]


def test_network_mounts_are_polled_and_local_disks_tell() -> None:
    assert (plan().told, plan().polled) == (("/films",), ("/nas/shows",))


def test_the_configuration_may_insist() -> None:
    assert plan("events").told == ROOTS
    assert plan("polling").polled == ROOTS


def test_a_local_root_with_a_network_mount_below_is_polled() -> None:
    below = Mount("/films/far", "cifs", "//box/far")
    assert make_plan(["/films"], "auto", [LOCAL, below], is_there=lambda _: True).polled == ("/films",)


def test_where_events_cannot_be_had_folders_are_polled() -> None:
    assert plan(no_events=True).polled == ROOTS


def test_a_root_that_is_not_there_is_waited_for() -> None:
    assert plan(there=("/films",)).absent == ("/nas/shows",)


def test_another_disk_makes_another_plan() -> None:
    usb = Mount("/films", "ext4", "/dev/sdb1")
    assert make_plan(["/films"], "auto", [LOCAL], is_there=lambda _: True) != make_plan(
        ["/films"], "auto", [LOCAL, usb], is_there=lambda _: True
    )
