"""What a program may put into a draft is what the pages of the form could have put there."""

from datetime import date

import pytest

from applications.policy.document_partial import read_partial_document
from applications.policy.errors import MalformedDocument

TODAY = date(2025, 3, 10)
PERSON = {
    "hkic": "a123456（3）",
    "name_zh": None,
    "surname_en": "CHAN",
    "given_name_en": "Tai Man",
    "birth_date": "1990-05-17",
    "sex": "M",
    "marital_status": "UNMARRIED",
}
RESIDENCE = {
    "resident_since": "1990-05-17",
    "last_owned_property_on": None,
    "previous_subsidy": False,
}


def read(**parts):
    return read_partial_document(parts, today=TODAY)


def faults(**parts):
    with pytest.raises(MalformedDocument) as refused:
        read(**parts)
    return [(fault.field, fault.code) for fault in refused.value.faults]


class TestReadPartialDocument:
    def test_nothing_is_as_good_as_any_other_beginning(self):
        assert read() == {}

    def test_writes_what_is_there_in_its_one_spelling(self):
        found = read(applicant=PERSON | RESIDENCE, monthly_income_hkd="HK$42,000", members=[])
        assert found["applicant"]["hkic"] == "A1234563"
        assert found["monthly_income_hkd"] == 42_000
        assert found["members"] == []
        assert set(found) == {"applicant", "monthly_income_hkd", "members"}

    def test_reading_it_again_gives_the_same(self):
        found = read(
            applicant=PERSON,
            members=[{"relationship": "SPOUSE", **PERSON, **RESIDENCE, "hkic": "C668668(9)"}],
        )
        assert read_partial_document(found, today=TODAY) == found

    def test_the_page_on_residence_and_property_may_be_still_to_come(self):
        found = read(applicant=PERSON | {"previous_subsidy": True})
        assert found["applicant"]["previous_subsidy"] is True
        assert "resident_since" not in found["applicant"]

    def test_a_section_that_is_null_is_not_there(self):
        assert read(contact=None, applicant=None) == {}

    @pytest.mark.parametrize(
        ("parts", "expected"),
        [
            pytest.param({"applicant": 0}, ("applicant", "WRONG_TYPE"), id="no person"),
            pytest.param({"members": {}}, ("members", "WRONG_TYPE"), id="no list"),
            pytest.param({"members": [7]}, ("members.0", "WRONG_TYPE"), id="no member"),
            pytest.param({"members": [{}] * 9}, ("members", "TOO_MANY_MEMBERS"), id="nine"),
            pytest.param({"channel": "PAPER"}, ("channel", "INVALID_CHOICE"), id="paper"),
            pytest.param({"fee": None}, ("fee", "UNKNOWN_FIELD"), id="comes with the submission"),
            pytest.param({"signed_on": "2025-03-10"}, ("signed_on", "UNKNOWN_FIELD"), id="signed"),
            pytest.param({"language": None}, ("language", "MISSING_FIELD"), id="null"),
            pytest.param(
                {"declarations": {"accurate": False, "privacy": True}},
                ("declarations.accurate", "DECLARATION_MISSING"),
                id="not declared",
            ),
            pytest.param(
                {"applicant": PERSON, "members": [{"relationship": "SIBLING", **PERSON}]},
                ("members.0.hkic", "SAME_PERSON_TWICE"),
                id="somebody twice",
            ),
        ],
    )
    def test_a_part_that_is_there_is_right(self, parts, expected):
        assert faults(**parts) == [expected]

    def test_names_every_fault(self):
        applicant = PERSON | {"hkic": "A123456(4)", "sex": "X"}
        assert faults(applicant=applicant, net_assets_hkd=-1, nickname="") == [
            ("net_assets_hkd", "INVALID_AMOUNT"),
            ("nickname", "UNKNOWN_FIELD"),
            ("applicant.hkic", "INVALID_HKIC"),
            ("applicant.sex", "INVALID_CHOICE"),
        ]
