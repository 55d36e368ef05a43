"""E-mail addresses: one spelling per address. They name accounts; nothing is ever sent to them."""

import unicodedata

import email_validator
from email_validator import EmailNotValidError, validate_email

from ktv_host.errors import FieldError, Invalid

# reserved on the internet, which is no reason against them at home: admin@ktv.local
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def normal_email(text: str) -> str:
    """Without case and outer space, composed; the domain in Unicode. Raises Invalid."""
    try:
        # dots in the domain are not asked for: root@nas
        valid = validate_email(text.strip().casefold(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise Invalid("that is no e-mail address", [FieldError("email", str(error))]) from None
    return unicodedata.normalize("NFC", valid.normalized.casefold())


def typed_email(text: str) -> str:
    """As normal_email, but what is no address stays as it was typed: no account has it."""
    try:
        return normal_email(text)
    except Invalid:
        return text.strip().casefold()
