"""A household's monthly income after statutory MPF contributions, worked out person by person."""

from collections.abc import Iterable
from dataclasses import dataclass

from applications.policy.fees import statutory_mpf_hkd
from applications.policy.terms import ExerciseTerms


@dataclass(frozen=True, slots=True)
class Earnings:
    """
    What one person earns a month, before anything is taken off.

    ``work_hkd`` is what the MPF calls relevant income: wages, salary, commission, allowances, or
    the profit of somebody self-employed. ``other_hkd``, such as rent or a pension, bears no
    contribution. ``is_exempt`` is somebody who has to make none: too young, too old, in another
    statutory pension scheme.
    """

    work_hkd: int
    other_hkd: int
    is_exempt: bool


@dataclass(frozen=True, slots=True)
class NetIncome:
    """What one person's earnings come to."""

    earnings: Earnings
    mpf_hkd: int

    @property
    def net_hkd(self) -> int:
        """The income that counts: everything earned, less the contribution."""
        return self.earnings.work_hkd + self.earnings.other_hkd - self.mpf_hkd


def compute_net_income(earnings: Earnings, terms: ExerciseTerms) -> NetIncome:
    """
    Take one person's statutory MPF contribution off what that person earns.

    Source: as `statutory_mpf_hkd`.
    """
    mpf_hkd = 0 if earnings.is_exempt else statutory_mpf_hkd(earnings.work_hkd, terms)
    return NetIncome(earnings, mpf_hkd)


def sum_net_income_hkd(incomes: Iterable[NetIncome]) -> int:
    """Give the household's monthly income as the application document holds it."""
    return sum(income.net_hkd for income in incomes)
