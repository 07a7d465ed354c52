"""The press of the button counts when the fee is taken within a quarter of an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.policy.bill_numbers import group_bill_number, write_bill_number
from applications.policy.submission import (
    find_paying_end,
    find_submission_moment,
    is_paying_over,
)

PRESSED = datetime(2025, 3, 26, 10, 59, tzinfo=UTC)  # 18:59 in Hong Kong, a minute before closing
INSTANT = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)  # our reading: see the decision about the press of the button


class TestFindSubmissionMoment:
    @pytest.mark.parametrize(
        ("taken_after", "counts_after"),
        [
            pytest.param(timedelta(0), timedelta(0), id="at once"),
            pytest.param(QUARTER, timedelta(0), id="at the last instant"),
            pytest.param(QUARTER + INSTANT, QUARTER + INSTANT, id="an instant later"),
            pytest.param(timedelta(days=1), timedelta(days=1), id="a day later"),
            pytest.param(-timedelta(seconds=2), timedelta(0), id="by a clock that is behind"),
        ],
    )
    def test_is_the_press_within_a_quarter_of_an_hour_and_the_money_after(
        self, taken_after, counts_after
    ):
        moment = find_submission_moment(pressed_at=PRESSED, taken_at=PRESSED + taken_after)
        assert moment == PRESSED + counts_after


class TestIsPayingOver:
    @pytest.mark.parametrize(
        ("after", "is_over"), [(timedelta(0), False), (QUARTER, False), (QUARTER + INSTANT, True)]
    )
    def test_ends_where_the_press_stops_counting(self, after, is_over):
        assert is_paying_over(pressed_at=PRESSED, at=PRESSED + after) is is_over
        assert (find_paying_end(PRESSED) < PRESSED + after) is is_over


class TestBillNumbers:
    def test_are_short_and_grouped_for_the_eye(self):
        assert write_bill_number(0) == "HOS000000000000"
        assert write_bill_number((1 << 60) - 1) == "HOSZZZZZZZZZZZZ"
        assert group_bill_number("HOS7K3M9PQR2XYZ") == "HOS 7K3M 9PQR 2XYZ"
