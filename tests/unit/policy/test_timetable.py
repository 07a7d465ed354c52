from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.household import PaperDetails
from applications.policy.timetable import (
    add_months,
    age_on,
    has_closed,
    hong_kong_date,
    is_in_period,
    is_open,
    is_postmark_outside_period,
    is_signed_outside_period,
    property_window_start,
    was_received_late,
)
from tests.unit.policy.documents import TERMS_2018, TERMS_2024, TERMS_2025

A_MOMENT = timedelta(microseconds=1)
dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))


class TestPeriodOfWsm2024:
    @pytest.mark.parametrize(
        ("at", "open_"),
        [
            pytest.param(TERMS_2024.opens_at - A_MOMENT, False, id="before opening"),
            pytest.param(TERMS_2024.opens_at, True, id="opening"),
            pytest.param(TERMS_2024.closes_at - A_MOMENT, True, id="before closing"),
            pytest.param(TERMS_2024.closes_at, False, id="closing"),
        ],
    )
    def test_is_open_from_the_opening_to_before_the_closing_instant(self, at, open_):
        assert is_open(at, TERMS_2024) is open_
        assert is_open(at.astimezone(UTC), TERMS_2024) is open_

    @given(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
    def test_is_never_both_open_and_closed(self, since_opening):
        at = TERMS_2024.opens_at + since_opening
        assert not (is_open(at, TERMS_2024) and has_closed(at, TERMS_2024))

    @pytest.mark.parametrize(
        ("day", "inside"),
        [
            (date(2025, 3, 5), False),
            (date(2025, 3, 6), True),
            (date(2025, 3, 26), True),
            (date(2025, 3, 27), False),
        ],
    )
    def test_holds_both_its_first_and_its_last_day(self, day, inside):
        assert is_in_period(day, TERMS_2024) is inside
        assert is_signed_outside_period(day, TERMS_2024) is not inside
        assert is_postmark_outside_period(make_paper(postmark_date=day), TERMS_2024) is not inside


def make_paper(received_at=TERMS_2024.opens_at, postmark_date=None):
    return PaperDetails(received_at=received_at, postmark_date=postmark_date, form_serial=None)


class TestReceipt:
    def test_in_the_closing_minute_is_in_time(self):
        assert not was_received_late(make_paper(TERMS_2024.closes_at), TERMS_2024)

    def test_after_closing_is_late(self):
        assert was_received_late(make_paper(TERMS_2024.closes_at + A_MOMENT), TERMS_2024)

    def test_by_post_may_come_after_closing(self):
        paper = make_paper(TERMS_2024.closes_at + timedelta(days=5), date(2025, 3, 26))
        assert not was_received_late(paper, TERMS_2024)

    def test_by_hand_has_no_postmark_to_judge(self):
        assert not is_postmark_outside_period(make_paper(), TERMS_2024)


def test_a_signature_that_is_missing_is_not_outside_the_period():
    assert not is_signed_outside_period(None, TERMS_2024)


class TestAgeOn:
    @pytest.mark.parametrize(
        ("day", "birth_date", "age"),
        [
            (date(2025, 3, 26), date(2007, 3, 26), 18),
            (date(2025, 3, 26), date(2007, 3, 27), 17),
            # Cap. 410, section 5: the anniversary of 29 February is 1 March in a common year.
            (date(2025, 2, 28), date(2004, 2, 29), 20),
            (date(2025, 3, 1), date(2004, 2, 29), 21),
            (date(2024, 2, 28), date(2004, 2, 29), 19),
            (date(2024, 2, 29), date(2004, 2, 29), 20),
        ],
    )
    def test_counts_full_years(self, day, birth_date, age):
        assert age_on(day, birth_date) == age

    @given(dates, dates)
    def test_never_falls_from_one_day_to_the_next(self, birth_date, day):
        assert age_on(day + timedelta(days=1), birth_date) - age_on(day, birth_date) in (0, 1)


class TestAddMonths:
    @pytest.mark.parametrize(
        ("day", "months", "moved"),
        [
            (date(2025, 3, 31), -1, date(2025, 2, 28)),
            (date(2024, 3, 31), -1, date(2024, 2, 29)),
            (date(2024, 2, 29), -24, date(2022, 2, 28)),
            (date(2024, 2, 29), -48, date(2020, 2, 29)),
            (date(2025, 1, 15), -1, date(2024, 12, 15)),
            (date(2024, 12, 31), 2, date(2025, 2, 28)),
        ],
    )
    def test_keeps_within_the_month(self, day, months, moved):
        assert add_months(day, months) == moved

    @given(dates, st.integers(-600, 600))
    def test_moves_by_exactly_so_many_months(self, day, months):
        moved = add_months(day, months)
        assert (moved.year - day.year) * 12 + moved.month - day.month == months
        assert moved.day <= day.day


@pytest.mark.parametrize(
    ("terms", "start"),
    [
        # WSM 2024: 27 March 2023, as announced. The others follow from the same rule.
        (TERMS_2024, date(2023, 3, 27)),
        (TERMS_2018, date(2016, 4, 12)),
        (TERMS_2025, date(2024, 5, 21)),
    ],
)
def test_the_property_window_starts_24_months_less_a_day_before_closing(terms, start):
    assert property_window_start(terms) == start


def test_a_day_is_hong_kongs():
    assert hong_kong_date(datetime(2025, 3, 25, 16, tzinfo=UTC)) == date(2025, 3, 26)
