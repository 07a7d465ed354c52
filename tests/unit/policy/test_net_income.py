import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.fees import is_of_mpf_age
from applications.policy.net_income import Earnings, compute_net_income, sum_net_income_hkd
from tests.unit.policy.documents import TERMS_2024

AMOUNTS = st.integers(0, 200_000)


def compute(work_hkd, other_hkd=0, *, is_exempt=False):
    return compute_net_income(Earnings(work_hkd, other_hkd, is_exempt), TERMS_2024)


class TestNetIncome:
    @pytest.mark.parametrize(
        ("work_hkd", "mpf_hkd"),
        [
            # Mandatory Provident Fund Schemes Authority, "Mandatory Contributions": employees and
            # the self-employed contribute 5 % of relevant income; below HK$7,100 a month nothing;
            # above HK$30,000 a month HK$1,500.
            pytest.param(0, 0, id="nothing earned"),
            pytest.param(7_099, 0, id="a dollar below the minimum"),
            pytest.param(7_100, 355, id="the minimum"),
            pytest.param(29_999, 1_499, id="a dollar below the maximum, cents dropped"),
            pytest.param(30_000, 1_500, id="the maximum"),
            pytest.param(30_001, 1_500, id="a dollar above the maximum"),
        ],
    )
    def test_is_less_the_statutory_contribution(self, work_hkd, mpf_hkd):
        income = compute(work_hkd)
        assert (income.mpf_hkd, income.net_hkd) == (mpf_hkd, work_hkd - mpf_hkd)

    def test_bears_no_contribution_on_other_income(self):
        assert compute(7_000, 50_000).net_hkd == 57_000

    def test_of_somebody_exempt_is_all_that_is_earned(self):
        assert compute(20_000, 1_000, is_exempt=True).net_hkd == 21_000

    def test_is_reckoned_for_each_person_and_not_for_the_sum(self):
        # Two who earn 6,000 each contribute nothing; one who earns 12,000 would contribute 600.
        assert sum_net_income_hkd([compute(6_000), compute(6_000)]) == 12_000
        assert sum_net_income_hkd([compute(12_000)]) == 11_400

    @given(st.lists(st.tuples(AMOUNTS, AMOUNTS, st.booleans()), max_size=9))
    def test_is_never_more_than_is_earned_and_at_most_the_cap_less(self, people):
        incomes = [compute(work, other, is_exempt=exempt) for work, other, exempt in people]
        earned = sum(work + other for work, other, _ in people)
        assert earned - 1_500 * len(people) <= sum_net_income_hkd(incomes) <= earned


@pytest.mark.parametrize(
    ("age", "contributes"),
    # Mandatory Provident Fund Schemes Authority: at least 18 and under 65.
    [(17, False), (18, True), (64, True), (65, False)],
)
def test_contributions_are_for_those_of_working_age(age, contributes):
    assert is_of_mpf_age(age) is contributes
