"""Enough of a contact detail to recognise one's own, too little to find out another's."""

import pytest

from applications.policy.masking import mask_email, mask_mailbox, mask_phone


def test_of_a_telephone_number_the_first_and_the_last_two_digits_stay():
    assert mask_phone("91234567") == "9••• ••67"


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("chan.tai.man@example.org", "c•••@e•••.org"),
        ("a@b.hk", "a•••@b•••.hk"),
        ("x@mail.example.com.hk", "x•••@m•••.hk"),
    ],
)
def test_of_an_email_address_the_first_letters_and_the_last_label_stay(email, masked):
    assert mask_email(email) == masked


def test_a_masked_mailbox_shows_a_slip_in_the_domain():
    assert mask_mailbox("alice@gmial.com") == "a…@gmial.com"
