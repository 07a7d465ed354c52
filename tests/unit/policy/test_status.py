import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.reasons import ReasonCode
from applications.policy.status import (
    ApplicationState,
    ScreeningUnfinished,
    StateChangeNotAllowed,
    can_change_state,
    check_state_change,
    register_status,
)

# README, register status: "duplicates XD; unpaid or dishonoured XN; withdrawn XW; void for a
# formal fault XV; the others XI".
STATUS_OF_REASON = {
    "APPLICANT_UNDER_18": "XI",
    "RESIDENT_UNDER_SEVEN_YEARS": "XI",
    "INCOME_OVER_LIMIT": "XI",
    "ASSETS_OVER_LIMIT": "XI",
    "OWNED_PROPERTY_IN_WINDOW": "XI",
    "PREVIOUS_SUBSIDY": "XI",
    "SPOUSE_NOT_ON_FORM": "XI",
    "DUPLICATE_PERSON": "XD",
    "DUPLICATE_SPOUSE": "XD",
    "RECEIVED_LATE": "XV",
    "POSTMARK_OUTSIDE_PERIOD": "XV",
    "NOT_SIGNED": "XV",
    "SIGNED_OUTSIDE_PERIOD": "XV",
    "FEE_UNPAID": "XN",
    "CHEQUE_DISHONOURED": "XN",
    "WITHDRAWN": "XW",
}
PRECEDENCE = ["XW", "XD", "XN", "XV", "XI"]


class TestRegisterStatus:
    @pytest.mark.parametrize("code", list(ReasonCode))
    def test_follows_the_reason(self, code):
        assert register_status(ApplicationState.EXCLUDED, [code]) == STATUS_OF_REASON[code]

    @given(st.sets(st.sampled_from(list(ReasonCode)), min_size=1))
    def test_of_several_reasons_is_the_first_kind(self, codes):
        kinds = {STATUS_OF_REASON[code] for code in codes}
        expected = next(kind for kind in PRECEDENCE if kind in kinds)
        assert register_status(ApplicationState.EXCLUDED, codes) == expected

    def test_without_reasons_is_in_the_draw(self):
        assert register_status(ApplicationState.ADMITTED, []) == "A"

    def test_of_a_withdrawn_application_does_not_look_at_reasons(self):
        assert register_status(ApplicationState.WITHDRAWN, ["DUPLICATE_PERSON"]) == "XW"

    def test_waits_for_screening(self):
        with pytest.raises(ScreeningUnfinished):
            register_status(ApplicationState.RECEIVED, [])


class TestStates:
    @pytest.mark.parametrize("before", list(ApplicationState))
    def test_nothing_goes_back_to_received(self, before):
        assert not can_change_state(before, ApplicationState.RECEIVED)

    @pytest.mark.parametrize("after", list(ApplicationState))
    def test_withdrawal_is_final(self, after):
        with pytest.raises(StateChangeNotAllowed) as refused:
            check_state_change(ApplicationState.WITHDRAWN, after)
        assert refused.value.details == {"before": "WITHDRAWN", "after": after.value}

    def test_a_later_duplicate_excludes_and_a_late_fee_admits(self):
        check_state_change(ApplicationState.ADMITTED, ApplicationState.EXCLUDED)
        check_state_change(ApplicationState.EXCLUDED, ApplicationState.ADMITTED)
