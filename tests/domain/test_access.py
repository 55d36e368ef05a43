"""Access: the decision against DESIGN's table, written out."""

from itertools import product

import pytest

from ktv_host.domain.access import Action, Verdict, decide
from ktv_host.domain.channel import AccessMode
from ktv_host.domain.user import ANONYMOUS, Caller, Role

OWNER, USER, ADMIN = Caller("owner", Role.USER), Caller("somebody", Role.USER), Caller("admin", Role.ADMIN)

ALLOW, SIGN_IN, PASSWORD, FORBID, HIDE = (
    Verdict.ALLOW,
    Verdict.SIGN_IN,
    Verdict.PASSWORD,
    Verdict.FORBID,
    Verdict.HIDE,
)

# mode: what list, read, watch, edit answer to an anonymous caller, then to a user who is not the owner
TABLE = {
    AccessMode.PUBLIC: ((ALLOW, ALLOW, ALLOW, SIGN_IN), (ALLOW, ALLOW, ALLOW, FORBID)),
    AccessMode.PASSWORD_PROTECTED: ((ALLOW, PASSWORD, PASSWORD, SIGN_IN), (ALLOW, PASSWORD, PASSWORD, FORBID)),
    AccessMode.ACCOUNT_REQUIRED: ((SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN), (ALLOW, ALLOW, ALLOW, FORBID)),
    AccessMode.OWNER_ONLY: ((HIDE, HIDE, HIDE, HIDE), (HIDE, HIDE, HIDE, HIDE)),
}
ACTIONS = (Action.LIST, Action.READ, Action.WATCH, Action.EDIT)


@pytest.mark.parametrize("mode", AccessMode)
def test_anonymous_callers_and_users_get_what_the_table_says(mode: AccessMode) -> None:
    anonymous, user = TABLE[mode]
    assert tuple(decide(mode, action, ANONYMOUS, owner_id="owner") for action in ACTIONS) == anonymous
    assert tuple(decide(mode, action, USER, owner_id="owner") for action in ACTIONS) == user


@pytest.mark.parametrize(("mode", "action", "caller"), list(product(AccessMode, Action, (OWNER, ADMIN))))
def test_the_owner_and_admins_may_do_everything(mode: AccessMode, action: Action, caller: Caller) -> None:
    assert decide(mode, action, caller, owner_id="owner") is ALLOW


@pytest.mark.parametrize(("mode", "action", "caller"), list(product(AccessMode, Action, (ANONYMOUS, USER))))
def test_the_password_opens_reading_and_watching_and_nothing_else(
    mode: AccessMode, action: Action, caller: Caller
) -> None:
    locked = decide(mode, action, caller, owner_id="owner")
    unlocked = decide(mode, action, caller, owner_id="owner", unlocked=True)
    assert unlocked is (ALLOW if locked is PASSWORD else locked)


def test_a_channel_without_an_owner_belongs_to_nobody_anonymous() -> None:
    assert decide(AccessMode.OWNER_ONLY, Action.READ, ANONYMOUS, owner_id="") is HIDE
