"""The role after a sign-in: a provider gives, and takes only what it gave."""

import pytest

from ktv_host.domain.identity import role_after
from ktv_host.domain.user import Role

USER, ADMIN = Role.USER, Role.ADMIN


@pytest.mark.parametrize(
    ("role", "granted", "says_admin", "after"),
    [
        (USER, False, None, (USER, False)),
        (ADMIN, False, None, (ADMIN, False)),
        (ADMIN, True, None, (ADMIN, True)),
        (USER, False, True, (ADMIN, True)),
        (ADMIN, False, True, (ADMIN, False)),
        (ADMIN, True, True, (ADMIN, True)),
        (USER, True, True, (ADMIN, True)),
        (USER, False, False, (USER, False)),
        (ADMIN, False, False, (ADMIN, False)),
        (ADMIN, True, False, (USER, False)),
        (USER, True, False, (USER, False)),
    ],
)
def test_the_role_and_whose_grant_it_is(
    role: Role, granted: bool, says_admin: bool | None, after: tuple[Role, bool]
) -> None:
    assert role_after(role, granted, says_admin) == after
