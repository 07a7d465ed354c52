"""The application fee, and the statutory contribution that income is net of."""

from enum import StrEnum

from applications.policy.reasons import ReasonCode
from applications.policy.terms import ExerciseTerms

MPF_MINIMUM_AGE = 18
MPF_BELOW_AGE = 65


class FeeState(StrEnum):
    """
    Whether the fee is there. Fees are not refunded, so nothing comes after ``PAID`` but a bank's
    refusal.

    ``NOT_YET_DUE``: before submission, when a household is only checked. ``PAID``: the provider
    confirmed it, or a crossed cheque or cashier's order is in. ``UNPAID``: nothing valid came; a
    post-dated cheque, an e-cheque or cash is not payment. ``DISHONOURED``: the bank returned the
    cheque.
    """

    NOT_YET_DUE = "NOT_YET_DUE"
    PAID = "PAID"
    UNPAID = "UNPAID"
    DISHONOURED = "DISHONOURED"


def find_fee_reason(fee_state: FeeState) -> ReasonCode | None:
    """
    Give the reason that the state of the fee is against an application, if it is.

    Source: Housing Authority: unpaid is not submitted; a dishonoured cheque cancels the
    application.
    """
    return {
        FeeState.UNPAID: ReasonCode.FEE_UNPAID,
        FeeState.DISHONOURED: ReasonCode.CHEQUE_DISHONOURED,
    }.get(fee_state)


def statutory_mpf_hkd(monthly_income_hkd: int, terms: ExerciseTerms) -> int:
    """
    Compute one earner's statutory MPF contribution a month, in whole dollars.

    A rate of the income up to a cap; nothing below the minimum relevant income. Cents are dropped:
    the income net of it is then never below the true one, and is within a limit in whole dollars
    exactly when the true one is. Voluntary contributions are never deducted.

    The same figures hold for the self-employed, whose income from work is their profit.

    Source: Mandatory Provident Fund Schemes Authority, mandatory contributions of employees and
    of self-employed persons: relevant income of at least HK$7,100 and at most HK$30,000 a month;
    that it is deducted: Housing Authority, WSM 2019 mini-site.

    :param monthly_income_hkd: one person's relevant income, which is that from work, before the
        contribution.
    """
    if monthly_income_hkd < terms.mpf.minimum_income_hkd:
        return 0
    return min(monthly_income_hkd * terms.mpf.rate_percent // 100, terms.mpf.cap_hkd)


def is_of_mpf_age(age: int) -> bool:
    """
    Tell whether somebody who works has to contribute at this age.

    Source: Mandatory Provident Fund Schemes Authority: employees and self-employed persons who
    are at least 18 and under 65.
    """
    return MPF_MINIMUM_AGE <= age < MPF_BELOW_AGE
