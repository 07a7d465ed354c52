"""The pages about money, the Youth Scheme and where the applicant is reached."""

from django.utils.translation import gettext_lazy as _

from applications.forms.choices import DISTRICTS
from applications.forms.fields import (
    AddressField,
    AmountHkdField,
    EmailAddressField,
    ListChoiceField,
    PhoneField,
    YesNoField,
)
from applications.forms.sections import SectionForm


class IncomeForm(SectionForm):
    """What the household earns a month, in whole dollars."""

    answer_names = ("monthly_income_hkd",)

    monthly_income_hkd = AmountHkdField(
        label=_("Monthly income of everybody on the form together"),
        help_text=_("Whole dollars, after each person’s statutory MPF contribution."),
    )


class AssetsForm(SectionForm):
    """What the household owns, less what it owes, in whole dollars."""

    answer_names = ("net_assets_hkd",)

    net_assets_hkd = AmountHkdField(
        label=_("Net assets of everybody on the form together"),
        help_text=_("Whole dollars. Enter 0 if you own nothing or owe more than you own."),
    )


class YouthForm(SectionForm):
    """Whether the applicant wishes to be counted for the Youth Scheme."""

    answer_names = ("youth_scheme",)

    youth_scheme = YesNoField(label=_("Do you wish to join the Youth Scheme?"))


class ContactForm(SectionForm):
    """Where letters, calls and messages reach the applicant."""

    answer_names = ("phone", "email", "address", "district")

    phone = PhoneField(label=_("Telephone number"), help_text=_("A Hong Kong number of 8 digits."))
    email = EmailAddressField(
        label=_("E-mail address"),
        required=False,
        help_text=_("You may leave this empty. With it, the receipt and our news come by e-mail."),
    )
    address = AddressField(
        label=_("Postal address"),
        help_text=_("In Chinese or English. Letters about the ballot go there."),
    )
    district = ListChoiceField(label=_("District"), choices=DISTRICTS)
