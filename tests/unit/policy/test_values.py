from datetime import date

import pytest

from applications.policy.errors import InvalidValue
from applications.policy.values import (
    parse_birth_certificate,
    parse_date_parts,
    parse_email,
    parse_past_date,
    parse_past_moment,
    parse_reference,
)

TODAY = date(2025, 3, 10)


class TestDates:
    def test_may_be_today(self):
        assert parse_past_date("2025-03-10", TODAY) == TODAY

    def test_know_leap_years(self):
        assert parse_past_date("2000-02-29", TODAY) == date(2000, 2, 29)

    @pytest.mark.parametrize(
        ("text", "code", "reason"),
        [
            ("2025-03-11", "DATE_IN_FUTURE", None),
            ("2999-01-01", "DATE_IN_FUTURE", None),
            ("1990-02-30", "INVALID_DATE", "NO_SUCH_DAY"),
            ("1900-02-29", "INVALID_DATE", "NO_SUCH_DAY"),
            ("2023-02-29", "INVALID_DATE", "NO_SUCH_DAY"),
            ("0025-01-01", "INVALID_DATE", "TOO_EARLY"),
            ("0001-01-01", "INVALID_DATE", "TOO_EARLY"),
            ("0000-01-01", "INVALID_DATE", "NO_SUCH_DAY"),
            ("1899-12-31", "INVALID_DATE", "TOO_EARLY"),
            ("03/04/1985", "INVALID_DATE", "FORMAT"),
            ("19850403", "INVALID_DATE", "FORMAT"),
            ("1985-W14-3", "INVALID_DATE", "FORMAT"),
            ("1985-04-03T00:00:00", "INVALID_DATE", "FORMAT"),
            ("１９８５-04-03", "INVALID_DATE", "FORMAT"),
            ("", "INVALID_DATE", "FORMAT"),
        ],
    )
    def test_say_what_is_wrong(self, text, code, reason):
        with pytest.raises(InvalidValue) as refused:
            parse_past_date(text, TODAY)
        assert (refused.value.code, refused.value.params.get("reason")) == (code, reason)

    def test_typed_in_three_boxes_cannot_be_misread(self):
        assert parse_date_parts("3", "4", "1985", TODAY) == date(1985, 4, 3)

    def test_typed_in_full_width_digits_are_read(self):
        assert parse_date_parts("３", " 4 ", "１９８５", TODAY) == date(1985, 4, 3)

    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            (("30", "2", "1985"), "INVALID_DATE"),
            (("", "2", "1985"), "INVALID_DATE"),
            (("3", "13", "1985"), "INVALID_DATE"),
            (("3", "4", "85"), "INVALID_DATE"),
            (("11", "3", "2025"), "DATE_IN_FUTURE"),
        ],
    )
    def test_typed_in_three_boxes_are_checked_alike(self, parts, code):
        with pytest.raises(InvalidValue, match=code):
            parse_date_parts(*parts, TODAY)


class TestMoments:
    def test_are_held_in_hong_kong_time(self):
        moment = parse_past_moment("2025-03-09T16:20:00Z", TODAY)
        assert moment.isoformat() == "2025-03-10T00:20:00+08:00"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("2025-03-10T10:20:00", "INVALID_DATE"),
            ("2025-03-10T25:00:00+08:00", "INVALID_DATE"),
            ("2025-03-10", "INVALID_DATE"),
            ("2025-03-10T16:20:00Z", "DATE_IN_FUTURE"),
            ("0001-01-01T00:00:00+23:59", "INVALID_DATE"),
        ],
    )
    def test_say_what_is_wrong(self, text, code):
        with pytest.raises(InvalidValue, match=code):
            parse_past_moment(text, TODAY)


class TestEmailAddresses:
    @pytest.mark.parametrize("address", ["a@example.org", "a.b+c@mail.example.org"])
    def test_of_ordinary_form_are_kept(self, address):
        assert parse_email(address) == address

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            ("a@example.org\nBcc: b@example.org", "CHARACTERS"),
            ("a@example.org\r\n", "CHARACTERS"),
            ("a\u200b@example.org", "CHARACTERS"),
            ("a@example", "SHAPE"),
            ("a b@example.org", "SHAPE"),
            ("=a@example.org", "SHAPE"),
            ("a@@example.org", "SHAPE"),
            ("", "SHAPE"),
            ("a" * 250 + "@example.org", "TOO_LONG"),
        ],
    )
    def test_say_what_is_wrong(self, address, reason):
        with pytest.raises(InvalidValue) as refused:
            parse_email(address)
        assert (refused.value.code, refused.value.params["reason"]) == ("INVALID_EMAIL", reason)


def test_a_reference_holds_nothing_that_a_spreadsheet_would_run():
    assert parse_reference(" 004-123456 ") == "004-123456"
    for text in ("=cmd|' /C calc'!A0", "a\nb", "", "x" * 65, "<script>"):
        with pytest.raises(InvalidValue, match="INVALID_REFERENCE"):
            parse_reference(text)


def test_a_birth_certificate_has_one_spelling():
    assert (
        parse_birth_certificate("s123456（7）")
        == parse_birth_certificate("S123456(7)")
        == "S1234567"
    )
    for text in ("", "ABC", "ABCD", "٤٥٦٧", "S1|234567", "1" * 21):
        with pytest.raises(InvalidValue, match="INVALID_BIRTH_CERTIFICATE"):
            parse_birth_certificate(text)
