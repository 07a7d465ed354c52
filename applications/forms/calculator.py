"""The calculator: what each person on the form earns a month, and what of it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import AmountHkdField
from applications.forms.household import read_birth_date
from applications.forms.sections import TypedForm
from applications.policy.fees import is_of_mpf_age
from applications.policy.net_income import Earnings, NetIncome, compute_net_income
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import age_on

PARTS = ("work", "other", "exempt")


@dataclass(frozen=True, slots=True)
class Earner:
    """
    Somebody on the form.

    :param key: the identity number, by which the amounts typed find their person again after
        another one has been added or removed.
    :param is_of_age: of an age at which people contribute.
    """

    name: str
    key: str
    is_of_age: bool

    @classmethod
    def read(cls, person: Mapping[str, Any], name: str, today: date) -> "Earner":
        """Read somebody out of a draft; without a birth date yet, as an adult."""
        birth_date = read_birth_date(person)
        is_of_age = birth_date is None or is_of_mpf_age(age_on(today, birth_date))
        key = person.get("hkic") or person.get("birth_certificate") or ""
        return cls(name, key, is_of_age)


class EarnerQuestions(NamedTuple):
    """The questions about one person, as the page shows them."""

    earner: Earner
    work: BoundField
    other: BoundField
    exempt: BoundField


class CalculatorForm(TypedForm):
    """
    Three questions for each person; empty amounts count as 0.

    :param kept: what was worked out before: for each person's key, the amounts.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        earners: Sequence[Earner],
        kept: Mapping[str, Any],
    ) -> None:
        self.earners = earners
        super().__init__(data, initial=self._read_kept(kept), label_suffix="")
        for place, earner in enumerate(earners):
            self.fields |= _build_fields(place, earner)

    def _read_kept(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        initial: dict[str, Any] = {}
        for place, earner in enumerate(self.earners):
            amounts = kept.get(earner.key) or {"exempt": not earner.is_of_age}
            initial |= {f"{part}-{place}": amounts.get(part) for part in PARTS}
        return initial

    def list_questions(self) -> list[EarnerQuestions]:
        """List the questions person by person."""
        return [
            EarnerQuestions(earner, *(self[f"{part}-{place}"] for part in PARTS))
            for place, earner in enumerate(self.earners)
        ]

    def list_incomes(self, terms: ExerciseTerms) -> list[NetIncome]:
        """Work out what counts of each person's income, of a valid form."""
        return [
            compute_net_income(self._read_earnings(place), terms)
            for place in range(len(self.earners))
        ]

    def list_amounts(self) -> dict[str, Any]:
        """Turn a valid form into what the draft's worksheet keeps."""
        return {
            earner.key: {part: self.cleaned_data[f"{part}-{place}"] for part in PARTS}
            for place, earner in enumerate(self.earners)
        }

    def _read_earnings(self, place: int) -> Earnings:
        work, other, exempt = (self.cleaned_data[f"{part}-{place}"] for part in PARTS)
        return Earnings(work or 0, other or 0, is_exempt=exempt)


def _build_fields(place: int, earner: Earner) -> dict[str, forms.Field]:
    return {
        f"work-{place}": AmountHkdField(
            label=_("Income from work a month, before MPF"),
            help_text=_("Wages, commission, allowances, or profit if self-employed."),
            required=False,
        ),
        f"other-{place}": AmountHkdField(
            label=_("Other income a month"),
            help_text=_("For example a pension, rent or interest."),
            required=False,
        ),
        f"exempt-{place}": forms.BooleanField(
            label=_("Makes no MPF contribution"),
            help_text=_("Under 18, 65 or over, or exempt, such as civil servants with a pension."),
            required=False,
        ),
    }
