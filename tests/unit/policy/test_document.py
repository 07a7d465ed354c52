import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.document import (
    MAXIMUM_MEMBERS,
    check_household,
    parse_contact,
    parse_document,
    parse_member,
    parse_person,
    render_document,
)
from applications.policy.errors import MalformedDocument
from applications.policy.household import Category, District, MaritalStatus, Relationship
from tests.unit.policy.documents import (
    TODAY,
    make_document,
    make_hkic,
    make_mapping,
    make_member,
    make_person,
)


def faults_of(mapping, today=TODAY):
    with pytest.raises(MalformedDocument) as refused:
        parse_document(mapping, today=today)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def change(mapping, path, value):
    changed = copy.deepcopy(mapping)
    *parents, key = [int(step) if step.isdigit() else step for step in path.split(".")]
    target = changed
    for parent in parents:
        target = target[parent]
    target[key] = value
    return changed


class TestParseDocument:
    def test_reads_the_example_of_the_interface(self):
        document = parse_document(
            {
                "exercise": "WSM2024",
                "channel": "PAPER",
                "language": "zh-hant",
                "youth_scheme": True,
                "applicant": {
                    "hkic": "A123456(3)",
                    "name_zh": "陳大文",
                    "surname_en": "CHAN",
                    "given_name_en": "Tai Man",
                    "birth_date": "1990-05-17",
                    "sex": "M",
                    "marital_status": "MARRIED",
                    "spouse_absence": None,
                    "resident_since": "1990-05-17",
                    "last_owned_property_on": None,
                    "previous_subsidy": False,
                },
                "members": [make_member(2, "SPOUSE")],
                "monthly_income_hkd": 42000,
                "net_assets_hkd": 310000,
                "contact": {
                    "phone": "91234567",
                    "email": "a@example.org",
                    "address": "…",
                    "district": "KWUN_TONG",
                },
                "declarations": {"accurate": True, "privacy": True},
                "signed_on": "2025-03-10",
                "paper": {
                    "received_at": "2025-03-12T10:20:00+08:00",
                    "postmark_date": "2025-03-10",
                    "form_serial": "A-1",
                },
                "fee": {"method": "CHEQUE", "reference": "004-123456"},
            },
            today=date(2025, 3, 12),
        )
        assert document.household.applicant.hkic == "A1234563"
        assert document.household.applicant.marital_status is MaritalStatus.MARRIED
        assert document.household.members[0].relationship is Relationship.SPOUSE
        assert document.household.category is Category.FAMILY
        assert document.contact.district is District.KWUN_TONG
        assert document.paper.received_at.isoformat() == "2025-03-12T10:20:00+08:00"

    def test_takes_amounts_and_numbers_as_people_type_them(self):
        document = make_document(monthly_income_hkd="２０，０００")
        assert document.monthly_income_hkd == 20_000

    def test_online_has_no_paper_details_and_perhaps_no_fee_yet(self):
        mapping = make_mapping(channel="ONLINE")
        del mapping["paper"], mapping["fee"]
        document = parse_document(mapping, today=TODAY)
        assert (document.paper, document.fee) == (None, None)

    @pytest.mark.parametrize("field", ["name_zh", "spouse_absence"])
    def test_lets_out_what_few_people_have(self, field):
        person = make_person()
        del person[field]
        assert getattr(make_document(applicant=person).household.applicant, field) is None

    def test_accepts_one_name_where_the_card_shows_one(self):
        document = make_document(applicant=make_person(given_name_en=None))
        assert document.household.applicant.given_name_en is None


class TestFaults:
    @pytest.mark.parametrize(
        ("path", "value", "code"),
        [
            ("applicant.hkic", "A123456(4)", "INVALID_HKIC"),
            ("applicant.hkic", 1234563, "WRONG_TYPE"),
            ("applicant.hkic", None, "MISSING_FIELD"),
            ("applicant.surname_en", "  ", "INVALID_NAME"),
            ("applicant.surname_en", None, "MISSING_FIELD"),
            ("applicant.name_zh", "陳\u202e文", "INVALID_NAME"),
            ("applicant.birth_date", "1990-02-30", "INVALID_DATE"),
            ("applicant.birth_date", "2025-04-02", "DATE_IN_FUTURE"),
            ("applicant.birth_date", 19900517, "WRONG_TYPE"),
            ("applicant.resident_since", "1990-05-16", "INVALID_DATE"),
            ("applicant.last_owned_property_on", "1990-05-16", "INVALID_DATE"),
            ("applicant.sex", "X", "INVALID_CHOICE"),
            ("applicant.sex", ["M"], "WRONG_TYPE"),
            ("applicant.marital_status", "married", "INVALID_CHOICE"),
            ("applicant.previous_subsidy", "false", "WRONG_TYPE"),
            ("applicant.previous_subsidy", 0, "WRONG_TYPE"),
            ("applicant.nickname", "x", "UNKNOWN_FIELD"),
            ("applicant", [], "WRONG_TYPE"),
            ("applicant", None, "MISSING_FIELD"),
            ("members", {}, "WRONG_TYPE"),
            ("members", "two", "WRONG_TYPE"),
            ("members.0", 1, "WRONG_TYPE"),
            ("members.0.relationship", "FRIEND", "INVALID_CHOICE"),
            ("monthly_income_hkd", -1, "INVALID_AMOUNT"),
            ("monthly_income_hkd", 42000.5, "INVALID_AMOUNT"),
            ("monthly_income_hkd", "1e9", "INVALID_AMOUNT"),
            ("monthly_income_hkd", "三萬", "INVALID_AMOUNT"),
            ("net_assets_hkd", True, "WRONG_TYPE"),
            ("net_assets_hkd", None, "MISSING_FIELD"),
            ("contact.phone", "9123 456A", "INVALID_PHONE"),
            ("contact.email", "a@example.org\nBcc: b@example.org", "INVALID_EMAIL"),
            ("contact.address", "=cmd|' /C calc'!A0", "INVALID_ADDRESS"),
            ("contact.district", "ATLANTIS", "INVALID_CHOICE"),
            ("declarations.accurate", False, "DECLARATION_MISSING"),
            ("declarations.privacy", "true", "WRONG_TYPE"),
            ("channel", "FAX", "INVALID_CHOICE"),
            ("language", "fr", "INVALID_CHOICE"),
            ("youth_scheme", None, "MISSING_FIELD"),
            ("exercise", "WSM 2024", "INVALID_EXERCISE"),
            ("signed_on", "2025-13-01", "INVALID_DATE"),
            ("paper", None, "MISSING_FIELD"),
            ("paper.received_at", "2025-03-12T10:20:00", "INVALID_DATE"),
            ("paper.form_serial", "<script>", "INVALID_REFERENCE"),
            ("fee.method", "CASH", "INVALID_CHOICE"),
            ("comment", "x", "UNKNOWN_FIELD"),
        ],
    )
    def test_name_the_field_and_the_code(self, path, value, code):
        mapping = change(make_mapping(members=[make_member(2)]), path, value)
        assert faults_of(mapping) == [(path, code)]

    @pytest.mark.parametrize(
        "path",
        [
            "exercise",
            "channel",
            "members",
            "contact",
            "contact.phone",
            "declarations",
            "signed_on",
            "applicant.birth_date",
            "applicant.last_owned_property_on",
        ],
    )
    def test_include_a_field_that_is_missing(self, path):
        mapping = make_mapping()
        *parents, key = path.split(".")
        target = mapping
        for parent in parents:
            target = target[parent]
        del target[key]
        assert (path, "MISSING_FIELD") in faults_of(mapping)

    def test_are_all_told_at_once(self):
        mapping = make_mapping(
            applicant=make_person(hkic="A1", birth_date="never"),
            members=[make_member(2, surname_en="\u200b"), make_member(3, sex="?")],
            net_assets_hkd="much",
        )
        assert faults_of(mapping) == [
            ("net_assets_hkd", "INVALID_AMOUNT"),
            ("applicant.hkic", "INVALID_HKIC"),
            ("applicant.birth_date", "INVALID_DATE"),
            ("members.0.surname_en", "INVALID_NAME"),
            ("members.1.sex", "INVALID_CHOICE"),
        ]

    def test_never_repeat_what_was_typed(self):
        mapping = make_mapping(applicant=make_person(hkic="Z987654(0)", surname_en="SECRET9"))
        with pytest.raises(MalformedDocument) as refused:
            parse_document(mapping, today=TODAY)
        told = repr((refused.value.faults, refused.value.details, str(refused.value)))
        assert "987654" not in told
        assert "SECRET" not in told

    def test_show_an_unknown_key_without_control_characters_nor_at_length(self):
        ((field, _),) = faults_of(make_mapping() | {"\x1b[2J" + "x" * 10_000: 1})
        assert field.isprintable()
        assert len(field) < 60

    @pytest.mark.parametrize("mapping", [None, [], "x", 1])
    def test_include_a_document_that_is_no_object(self, mapping):
        assert faults_of(mapping) == [("", "WRONG_TYPE")]

    def test_include_paper_details_online(self):
        assert faults_of(make_mapping(channel="ONLINE")) == [("paper", "PAPER_DETAILS_ONLINE")]

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=10,
        ),
        st.sampled_from(sorted(make_mapping())),
    )
    def test_are_all_that_any_json_can_cause(self, value, field):
        try:
            document = parse_document(make_mapping() | {field: value}, today=TODAY)
        except MalformedDocument:
            return
        assert parse_document(render_document(document), today=TODAY) == document


class TestHousehold:
    def test_has_at_most_eight_members_besides_the_applicant(self):
        members = [make_member(serial) for serial in range(2, 3 + MAXIMUM_MEMBERS)]
        assert make_document(members=members[:-1]).household.size == 9
        assert faults_of(make_mapping(members=members)) == [("members", "TOO_MANY_MEMBERS")]

    def test_names_nobody_twice(self):
        mapping = make_mapping(members=[make_member(2), make_member(3), make_member(2)])
        assert faults_of(mapping) == [("members.2.hkic", "SAME_PERSON_TWICE")]

    def test_knows_a_person_in_another_spelling(self):
        twin = make_member(1, hkic=make_hkic(1).lower().replace("(", "（"))
        assert faults_of(make_mapping(members=[twin])) == [("members.0.hkic", "SAME_PERSON_TWICE")]

    def test_does_not_have_the_applicant_as_own_spouse(self):
        mapping = make_mapping(members=[make_member(1, "SPOUSE")])
        assert faults_of(mapping) == [("members.0.hkic", "SAME_PERSON_TWICE")]

    def test_has_one_spouse(self):
        mapping = make_mapping(members=[make_member(2, "SPOUSE"), make_member(3, "SPOUSE")])
        assert faults_of(mapping) == [("members.1.relationship", "TWO_SPOUSES")]

    def test_is_checked_as_far_as_it_is_there(self):
        members = [None, parse_member(make_member(1), "members.1", TODAY)]
        check_household(None, members)
        with pytest.raises(MalformedDocument):
            check_household(parse_person(make_person(1), "applicant", TODAY), members)


class TestBirthCertificate:
    def make_child(self, birth_date, **changes):
        child = make_member(2, "CHILD", birth_date=birth_date, resident_since=birth_date)
        del child["hkic"]
        return child | {"birth_certificate": "S123456(7)"} | changes

    def test_stands_for_a_child_under_eleven(self):
        document = make_document(members=[self.make_child("2014-04-02")])
        assert document.household.people[1].identity_number == "S1234567"

    def test_does_not_at_eleven(self):
        mapping = make_mapping(members=[self.make_child("2014-04-01")])
        assert faults_of(mapping) == [
            ("members.0.birth_certificate", "BIRTH_CERTIFICATE_NOT_A_CHILD")
        ]

    def test_does_not_stand_beside_an_identity_card(self):
        mapping = make_mapping(members=[self.make_child("2014-04-02", hkic=make_hkic(2))])
        assert faults_of(mapping) == [
            ("members.0.birth_certificate", "BIRTH_CERTIFICATE_BESIDE_HKIC")
        ]

    def test_names_no_child_twice(self):
        mapping = make_mapping(members=[self.make_child("2014-04-02")] * 2)
        assert faults_of(mapping) == [("members.1.birth_certificate", "SAME_PERSON_TWICE")]


class TestParts:
    def test_are_read_alone_under_their_own_path(self):
        with pytest.raises(MalformedDocument) as refused:
            parse_contact({"phone": "1"}, "contact", TODAY)
        assert [(fault.field, fault.code) for fault in refused.value.faults] == [
            ("contact.phone", "INVALID_PHONE"),
            ("contact.address", "MISSING_FIELD"),
            ("contact.district", "MISSING_FIELD"),
        ]


@given(
    st.builds(
        make_mapping,
        youth_scheme=st.booleans(),
        monthly_income_hkd=st.integers(0, 999_999_999),
        members=st.lists(st.integers(2, 99), unique=True, max_size=8).map(
            lambda serials: [make_member(serial) for serial in serials]
        ),
        signed_on=st.none() | st.dates(date(2025, 1, 1), TODAY).map(str),
        fee=st.none() | st.just({"method": "CASHIER_ORDER", "reference": None}),
    )
)
def test_a_document_comes_back_from_its_rendering_as_it_went(mapping):
    document = parse_document(mapping, today=TODAY)
    assert parse_document(render_document(document), today=TODAY) == document
