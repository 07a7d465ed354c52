"""The eligibility check: a few questions before anybody begins, of which nothing is stored."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import DateInThreeBoxesField, OneChoiceField, YesNoField
from applications.forms.phrases import say_date, say_hkd
from applications.forms.sections import TypedForm
from applications.policy.eligibility_check import Band, CheckAnswers, SpouseAnswer
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import closing_date, property_window_start

ALONE, FAMILY = "ALONE", "FAMILY"
BANDS = tuple(band.value for band in Band)


class EligibilityCheckForm(TypedForm):
    """Eight questions with the dates and figures of one exercise."""

    household = OneChoiceField(
        label=_("Who applies?"),
        choices=((ALONE, _("I alone")), (FAMILY, _("I and others of my family"))),
    )
    spouse = OneChoiceField(
        label=_("Are you married?"),
        help_text=_("Divorced, widowed and in divorce proceedings count as not married."),
        choices=(
            (SpouseAnswer.NOT_MARRIED.value, _("No")),
            (SpouseAnswer.ON_FORM.value, _("Yes, and we apply together")),
            (
                SpouseAnswer.NO_RIGHT_TO_LAND.value,
                _("Yes, but my husband or wife has no right to land in Hong Kong"),
            ),
            (
                SpouseAnswer.ELSEWHERE.value,
                _("Yes, but my husband or wife is not on the form for another reason"),
            ),
        ),
    )
    birth_date = DateInThreeBoxesField(
        label=_("When were you born?"), help_text=_("For example 17 5 1990."), is_birth_date=True
    )
    has_lived_here = YesNoField()
    income = OneChoiceField(
        label=_("How much do all who apply earn a month together?"),
        help_text=_("After each person’s statutory MPF contribution."),
    )
    assets = OneChoiceField(
        label=_("How much do all who apply own together?"),
        help_text=_("Savings, shares, vehicles, land and so on, less what is owed."),
    )
    has_owned = YesNoField(
        help_text=_("A share of a flat counts, and so does a flat bought or received jointly.")
    )
    has_been_subsidised = YesNoField(
        label=_(
            "Has anybody who applies, or a husband or wife, ever bought a home through a "
            "subsidised scheme?"
        ),
        help_text=_("For example a Home Ownership Scheme flat or a subsidised loan."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, terms: ExerciseTerms) -> None:
        super().__init__(data, label_suffix="")
        limits = terms.limits
        closing, window = say_date(closing_date(terms)), say_date(property_window_start(terms))
        self.fields["has_lived_here"].label = _(
            "On %(date)s, will you have lived in Hong Kong for %(years)s years?"
        ) % {"date": closing, "years": terms.residence_years}
        self.fields["has_owned"].label = _(
            "Has anybody who applies owned or co-owned domestic property in Hong Kong on or after "
            "%(date)s?"
        ) % {"date": window}
        self._offer_bands("income", limits.income_one_person_hkd, limits.income_family_hkd)
        self._offer_bands("assets", limits.assets_one_person_hkd, limits.assets_family_hkd)

    def _offer_bands(self, name: str, one_person_limit_hkd: int, family_limit_hkd: int) -> None:
        lower, upper = say_hkd(one_person_limit_hkd), say_hkd(family_limit_hkd)
        names = (
            _("Up to %(limit)s") % {"limit": lower},
            _("Above %(lower)s, up to %(upper)s") % {"lower": lower, "upper": upper},
            _("Above %(limit)s") % {"limit": upper},
        )
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(zip(BANDS, names, strict=True))

    def clean(self) -> dict[str, Any] | None:
        """Whoever applies together with husband or wife does not apply alone."""
        cleaned = super().clean()
        together = self.cleaned_data.get("spouse") == SpouseAnswer.ON_FORM
        if together and self.cleaned_data.get("household") == ALONE:
            self.add_error(
                "household",
                _("You say that you apply alone and also with your husband or wife. Which is it?"),
            )
        return cleaned

    def read_answers(self) -> CheckAnswers:
        """Turn a valid form into what the rules are asked about."""
        answers = self.cleaned_data
        return CheckAnswers(
            is_alone=answers["household"] == ALONE,
            spouse=SpouseAnswer(answers["spouse"]),
            birth_date=answers["birth_date"],
            has_lived_here=answers["has_lived_here"],
            income=Band(answers["income"]),
            assets=Band(answers["assets"]),
            has_owned=answers["has_owned"],
            has_been_subsidised=answers["has_been_subsidised"],
        )
