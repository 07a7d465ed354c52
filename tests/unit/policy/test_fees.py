import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.fees import FeeState, find_fee_reason, statutory_mpf_hkd
from tests.unit.policy.documents import TERMS_2024


class TestStatutoryMpf:
    @pytest.mark.parametrize(
        ("income_hkd", "mpf_hkd"),
        [
            # Mandatory Provident Fund Schemes Authority, contributions of employees.
            (0, 0),
            (7_099, 0),
            (7_100, 355),
            (20_000, 1_000),
            (20_019, 1_000),
            (20_020, 1_001),
            (29_999, 1_499),
            (30_000, 1_500),
            (1_000_000, 1_500),
        ],
    )
    def test_is_five_per_cent_up_to_the_cap(self, income_hkd, mpf_hkd):
        assert statutory_mpf_hkd(income_hkd, TERMS_2024) == mpf_hkd

    @given(st.integers(0, 200_000), st.integers(0, 200_000))
    def test_dropping_cents_never_changes_whether_an_income_is_within_a_limit(
        self, income_hkd, limit_hkd
    ):
        exact_cents = min(income_hkd * 5, 150_000) if income_hkd >= 7_100 else 0
        within = income_hkd * 100 - exact_cents <= limit_hkd * 100
        assert (income_hkd - statutory_mpf_hkd(income_hkd, TERMS_2024) <= limit_hkd) is within


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("NOT_YET_DUE", None),
        ("PAID", None),
        ("UNPAID", "FEE_UNPAID"),
        ("DISHONOURED", "CHEQUE_DISHONOURED"),
    ],
)
def test_an_unpaid_fee_is_a_reason(state, reason):
    assert find_fee_reason(FeeState(state)) == reason
