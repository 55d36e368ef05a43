"""Changes of a channel that need no database."""

from ktv_host.services.channels.channels import with_kept


def test_a_masked_header_keeps_its_value_and_others_change() -> None:
    before = {"Authorization": "secret", "X-Old": "1", "X-Two": "2"}
    sent_back = {"Authorization": "***", "X-Two": "two", "X-New": "3"}
    assert with_kept(before, sent_back) == {"Authorization": "secret", "X-Two": "two", "X-New": "3"}
