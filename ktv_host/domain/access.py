"""Who may do what with a channel: the table of docs/access.md as one pure function."""

from enum import StrEnum

from ktv_host.domain.channel import AccessMode
from ktv_host.domain.user import Caller


class Action(StrEnum):
    LIST = "list"  # id, name, number, logo, mode
    READ = "read"  # now, epg, schedule
    WATCH = "watch"  # stream, live, segments, media
    EDIT = "edit"  # change it; see schedule_config, recycle_policy, webhook_*, history


class Verdict(StrEnum):
    ALLOW = "allow"
    SIGN_IN = "sign_in"  # 401
    PASSWORD = "password"  # 401 password_required
    FORBID = "forbid"  # 403
    HIDE = "hide"  # 404: the caller may not know of it


def decide(mode: AccessMode, action: Action, caller: Caller, *, owner_id: str, unlocked: bool = False) -> Verdict:
    """``unlocked``: the caller showed the channel's password or a viewing grant."""
    if caller.is_admin or (caller.user_id is not None and caller.user_id == owner_id):
        return Verdict.ALLOW
    if mode is AccessMode.OWNER_ONLY:
        return Verdict.HIDE
    if mode is AccessMode.ACCOUNT_REQUIRED and caller.user_id is None:
        return Verdict.SIGN_IN
    if action is Action.EDIT:
        return Verdict.SIGN_IN if caller.user_id is None else Verdict.FORBID
    if mode is AccessMode.PASSWORD_PROTECTED and action is not Action.LIST and not unlocked:
        return Verdict.PASSWORD
    return Verdict.ALLOW
