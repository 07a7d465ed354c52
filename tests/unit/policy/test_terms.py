import copy
import json
from datetime import date, datetime, timedelta

import pytest

from applications.policy.hong_kong_time import HONG_KONG
from applications.policy.terms import (
    MalformedTerms,
    hash_terms,
    list_exercise_files,
    load_terms,
    parse_terms,
    read_terms_text,
    shift_period,
)
from applications.policy.timetable import property_window_start
from tests.unit.policy.documents import MAPPING_2024, TERMS_2018, TERMS_2024, TERMS_2025


def quotas(terms):
    return {step.name: (step.quota, step.letters, step.spill_to) for step in terms.ballot.steps}


class TestPublishedFigures:
    """Expected values: press releases and newspapers of each year, as the files name them."""

    def test_of_wsm_2018(self):
        assert (TERMS_2018.opens_at.date(), TERMS_2018.closes_at.date()) == (
            date(2018, 3, 29),
            date(2018, 4, 11),
        )
        assert TERMS_2018.fee.application_hkd == 120
        assert TERMS_2018.youth is None
        assert TERMS_2018.limits.income_one_person_hkd == 28_500
        assert TERMS_2018.limits.income_family_hkd == 57_000
        assert TERMS_2018.limits.assets_one_person_hkd == 980_000
        assert TERMS_2018.limits.assets_family_hkd == 1_960_000
        assert quotas(TERMS_2018) == {"OF": (2250, 2250, None), "OP": (250, 250, None)}

    def test_of_wsm_2024(self):
        assert TERMS_2024.opens_at.isoformat() == "2025-03-06T08:00:00+08:00"
        assert TERMS_2024.closes_at.isoformat() == "2025-03-26T19:00:00+08:00"
        assert TERMS_2024.fee.application_hkd == 250
        assert (TERMS_2024.youth.minimum_age, TERMS_2024.youth.below_age) == (18, 40)
        assert TERMS_2024.limits.income_one_person_hkd == 30_000
        assert TERMS_2024.limits.income_family_hkd == 60_000
        assert TERMS_2024.limits.assets_one_person_hkd == 615_000
        assert TERMS_2024.limits.assets_family_hkd == 1_230_000
        assert quotas(TERMS_2024) == {
            "OF": (4050, 4050, "OP"),
            "YF": (1350, 1350, "YP"),
            "OP": (450, 450, None),
            "YP": (150, 150, None),
        }

    def test_of_wsm_2025(self):
        assert TERMS_2025.closes_at.isoformat() == "2026-05-20T19:00:00+08:00"
        steps = TERMS_2025.ballot.steps
        assert [(step.name, step.quota) for step in steps] == [
            ("OF", 4500),
            ("YF", 1800),
            ("OP", 500),
            ("YP", 200),
        ]
        assert sum(step.quota for step in steps) == 7_000
        assert sum(step.letters for step in steps) == 8_300

    @pytest.mark.parametrize("terms", [TERMS_2018, TERMS_2024, TERMS_2025])
    def test_each_have_a_source(self, terms):
        assert set(terms.sources) >= {"exercise", "fee", "applicant", "residence", "property"}
        assert all(terms.sources.values())


def test_the_terms_files_are_listed():
    assert list_exercise_files() == ["wsm_2018", "wsm_2024", "wsm_2025"]


@pytest.mark.parametrize("name", ["wsm_2099", "../wsm_2024", "", "/etc/passwd"])
def test_only_listed_files_are_loaded(name):
    with pytest.raises(MalformedTerms, match="NO_SUCH_FILE"):
        load_terms(name)


@pytest.mark.parametrize("name", list_exercise_files())
def test_terms_come_back_from_json_as_they_went(name):
    terms, mapping = load_terms(name)
    assert parse_terms(json.loads(json.dumps(mapping))) == terms


class TestHashTerms:
    def test_does_not_depend_on_the_order_of_keys(self):
        reordered = dict(reversed(MAPPING_2024.items()))
        assert hash_terms(reordered) == hash_terms(MAPPING_2024)

    def test_changes_with_any_figure(self):
        changed = copy.deepcopy(MAPPING_2024)
        changed["fee"]["application_hkd"] += 1
        assert hash_terms(changed) != hash_terms(MAPPING_2024)


class TestMalformedTerms:
    @pytest.mark.parametrize(
        ("path", "value", "complaint"),
        [
            ("fee.source", None, "fee.source: MISSING"),
            ("fee.source", " ", "fee.source: BLANK"),
            ("ballot.steps.0.source", None, "ballot.steps.0.source: MISSING"),
            ("limits", None, "limits: MISSING"),
            ("limits", 3, "limits: WRONG_TYPE"),
            ("limits.income_family_hkd", None, "limits.income_family_hkd: MISSING"),
            ("limits.income_family_hkd", "60000", "limits.income_family_hkd: WRONG_TYPE"),
            ("limits.income_family_hkd", 60000.0, "limits.income_family_hkd: WRONG_TYPE"),
            ("limits.income_family_hkd", True, "limits.income_family_hkd: WRONG_TYPE"),
            ("limits.bonus_hkd", 1, "limits.bonus_hkd: UNKNOWN_KEY"),
            ("surprise", {"source": "x"}, "surprise: UNKNOWN_TABLE"),
            ("youth.below_age", 18, "youth.below_age: NOT_ABOVE_MINIMUM_AGE"),
            ("exercise.code", "wsm 2024", "exercise.code: NOT_A_CODE"),
            ("exercise.code", "A" * 33, "exercise.code: NOT_A_CODE"),
            ("exercise.opens_at", "2025-03-06T08:00:00", "exercise.opens_at: NO_TIME_ZONE"),
            ("exercise.opens_at", "soon", "exercise.opens_at: NOT_A_TIME"),
            (
                "exercise.closes_at",
                "2025-03-06T08:00:00+08:00",
                "exercise.closes_at: CLOSES_BEFORE_OPENING",
            ),
            (
                "exercise.first_application_number",
                1,
                "exercise.first_application_number: NOT_EIGHT_DIGITS",
            ),
            ("ballot.order", "random", "ballot.order: UNKNOWN_CHOICE"),
            ("ballot.physical", "balls:49:6", "ballot.physical: NEEDS_ALL_HUNDRED_BALLS"),
            ("ballot.physical", "coin", "ballot.physical: UNKNOWN_CHOICE"),
            ("ballot.beacon", "lava lamp", "ballot.beacon: UNKNOWN_CHOICE"),
            ("ballot.fallback", "none", "ballot.fallback: UNKNOWN_CHOICE"),
            ("ballot.steps", [], "ballot.steps: MISSING"),
            ("ballot.steps.0.quota", -1, "ballot.steps.0.quota: NEGATIVE"),
            ("ballot.steps.0.letters", 4049, "ballot.steps.0.letters: FEWER_LETTERS_THAN_PLACES"),
            ("ballot.steps.0.tracks", "YG", "ballot.steps.0.tracks: UNKNOWN_CHOICE"),
            ("ballot.steps.0.spill_to", "XX", "ballot.steps.0.spill_to: NOT_A_LATER_STEP"),
            ("ballot.steps.2.spill_to", "OF", "ballot.steps.2.spill_to: NOT_A_LATER_STEP"),
            ("ballot.steps.1.name", "OF", "ballot.steps.1.name: NOT_A_NEW_NAME"),
            ("ballot.steps.1.name", "Y:F", "ballot.steps.1.name: NOT_A_NEW_NAME"),
        ],
    )
    def test_name_the_table_and_the_key(self, path, value, complaint):
        mapping = copy.deepcopy(MAPPING_2024)
        *parents, key = path.split(".")
        target = mapping
        for parent in parents:
            target = target[int(parent) if parent.isdigit() else parent]
        if value is None:
            del target[key]
        else:
            target[key] = value
        with pytest.raises(MalformedTerms) as refused:
            parse_terms(mapping)
        assert str(refused.value) == complaint

    def test_include_a_file_that_is_not_toml(self):
        with pytest.raises(MalformedTerms, match="NOT_TOML"):
            read_terms_text("= what")


class TestShiftPeriod:
    opens_at = datetime(2026, 11, 2, 8, tzinfo=HONG_KONG)

    def test_moves_the_period_and_keeps_its_length(self):
        terms = parse_terms(shift_period(MAPPING_2024, self.opens_at, "DEMO2024"))
        assert terms.code == "DEMO2024"
        assert terms.demonstration
        assert terms.opens_at == self.opens_at
        assert terms.closes_at == self.opens_at + timedelta(days=20, hours=11)

    def test_moves_what_is_reckoned_from_the_dates(self):
        terms = parse_terms(shift_period(MAPPING_2024, self.opens_at, "DEMO2024"))
        assert property_window_start(terms) == date(2024, 11, 23)

    def test_keeps_every_other_figure_and_the_original(self):
        before = copy.deepcopy(MAPPING_2024)
        terms = parse_terms(shift_period(MAPPING_2024, self.opens_at, "DEMO2024", 40_000_001))
        assert before == MAPPING_2024
        assert (terms.limits, terms.ballot) == (TERMS_2024.limits, TERMS_2024.ballot)
        assert terms.first_application_number == 40_000_001
