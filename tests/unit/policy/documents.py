"""Synthetic application documents; nobody's number, name or address."""

from datetime import date

from applications.policy.document import parse_document
from applications.policy.hkid import compute_check_character, format_hkic
from applications.policy.terms import load_terms

TERMS_2018, MAPPING_2018 = load_terms("wsm_2018")
TERMS_2024, MAPPING_2024 = load_terms("wsm_2024")
TERMS_2025, MAPPING_2025 = load_terms("wsm_2025")
TODAY = date(2025, 4, 1)


def make_hkic(serial, letters="Z"):
    stem = f"{letters}{serial:06d}"
    return format_hkic(stem + compute_check_character(stem))


def make_person(serial=1, **changes):
    return {
        "hkic": make_hkic(serial),
        "name_zh": "測試人",
        "surname_en": "TEST",
        "given_name_en": "Person",
        "birth_date": "1990-05-17",
        "sex": "F",
        "marital_status": "UNMARRIED",
        "spouse_absence": None,
        "resident_since": "1990-05-17",
        "last_owned_property_on": None,
        "previous_subsidy": False,
    } | changes


def make_member(serial, relationship="PARENT", **changes):
    return {"relationship": relationship} | make_person(serial, **changes)


def make_mapping(**changes):
    """A paper form of WSM 2024 that nothing is wrong with."""
    return {
        "exercise": "WSM2024",
        "channel": "PAPER",
        "language": "zh-hant",
        "youth_scheme": False,
        "applicant": make_person(),
        "members": [],
        "monthly_income_hkd": 20_000,
        "net_assets_hkd": 100_000,
        "contact": {
            "phone": "91234567",
            "email": "test@example.org",
            "address": "測試道 1 號",
            "district": "KWUN_TONG",
        },
        "declarations": {"accurate": True, "privacy": True},
        "signed_on": "2025-03-10",
        "paper": {
            "received_at": "2025-03-12T10:20:00+08:00",
            "postmark_date": None,
            "form_serial": "TEST-1",
        },
        "fee": {"method": "CHEQUE", "reference": "000-000001"},
    } | changes


def make_document(**changes):
    return parse_document(make_mapping(**changes), today=TODAY)
