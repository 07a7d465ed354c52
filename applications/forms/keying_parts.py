"""
The parts of a paper form as a clerk keys it, in the order in which they are printed.

Labels are short, because a clerk reads them a hundred times a day, and nothing is explained that
the printed form explains.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.batches import BatchField
from applications.forms.choices import DISTRICTS, MARITAL_STATUSES, RELATIONSHIPS, SEXES
from applications.forms.fields import (
    AddressField,
    AmountHkdField,
    ChineseNameField,
    DateInThreeBoxesField,
    DeclarationField,
    EmailAddressField,
    EnglishNameField,
    HkicField,
    ListChoiceField,
    OneChoiceField,
    ParsedField,
    PhoneField,
)
from applications.models import Batch, Exercise
from applications.policy.document import MAXIMUM_MEMBERS
from applications.policy.errors import InvalidValue
from applications.policy.household import FeeMethod, Language
from applications.policy.timetable import HONG_KONG
from applications.policy.values import parse_birth_certificate, parse_reference
from applications.selectors.batches import find_open_batches

NO_FEE = "NONE"
LONGEST_SERIAL = 32
TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])")

LANGUAGES = ((Language.ZH_HANT.value, "中文"), (Language.EN.value, "English"))
PAPER_FEES = (
    (FeeMethod.CHEQUE.value, _("Crossed cheque")),
    (FeeMethod.CASHIER_ORDER.value, _("Cashier’s order")),
    (NO_FEE, _("No fee, or not a valid one")),
)


def parse_time_of_day(text: str) -> time:
    """Read a time of the day: 9:41, 09.41 or 0941."""
    match = TIME_OF_DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match:
        raise InvalidValue("INVALID_TIME")
    return time(int(match[1]), int(match[2]))


def text_box(css_class: str) -> forms.TextInput:
    return forms.TextInput({"class": css_class, "autocomplete": "off", "spellcheck": "false"})


class KeyingForm(forms.Form):
    """A part of the page; what was typed can be shown again without being judged."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})

    def show_as_typed(self, data: Mapping[str, Any]) -> Self:
        """Fill in what was typed; for an unbound form that only gains a row."""
        self.initial = {
            name: field.widget.value_from_datadict(data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        return self


class ArrivalForm(KeyingForm):
    """
    What the counter notes: batch, serial number, stamp, postmark.

    The batch is asked where one is open. One that was closed meanwhile still counts as an answer,
    which the deed refuses, so that no form silently goes without its batch.
    """

    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    batch = BatchField(label=_("Batch"), queryset=Batch.objects.none(), required=False)
    form_serial = ParsedField(
        label=_("Form serial number"),
        help_text=_("Empty for a downloaded form."),
        required=False,
        max_length=LONGEST_SERIAL,
        parse=parse_reference,
        widget=text_box("govuk-input--width-10"),
    )
    received_on = DateInThreeBoxesField(
        label=_("Received on"), help_text=_("As stamped on the form.")
    )
    received_time = ParsedField(
        label=_("At"),
        help_text=_("For example 9:41 or 0941."),
        parse=parse_time_of_day,
        error_messages={"required": _("Please enter the time on the stamp, for example 9:41.")},
        widget=text_box("govuk-input--width-5"),
    )
    postmark_date = DateInThreeBoxesField(
        label=_("Date of the postmark"),
        help_text=_("Only for a form that came by post."),
        required=False,
    )

    def __init__(self, *args: Any, now: datetime, exercise: Exercise, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        offered = list(find_open_batches(exercise).order_by("code"))
        batch: BatchField = self.fields["batch"]  # type: ignore[assignment]
        batch.queryset = Batch.objects.filter(exercise=exercise)
        batch.offer(offered)
        if not offered and not (self.data or {}).get("batch"):
            del self.fields["batch"]

    @property
    def received_at(self) -> datetime:
        """The stamp as a moment, in Hong Kong's time; of a valid form."""
        stamped: tuple[Any, Any] = (
            self.cleaned_data["received_on"],
            self.cleaned_data["received_time"],
        )
        return datetime.combine(*stamped, tzinfo=HONG_KONG)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        has_moment = {"received_on", "received_time"} <= self.cleaned_data.keys()
        if has_moment and self.received_at > self.now:
            self.add_error("received_time", _("This time is still to come. Please check it."))
        return cleaned


class PersonForm(KeyingForm):
    """Somebody on the form."""

    hkic = HkicField(label=_("Identity card number"))
    surname_en = EnglishNameField(label=_("Surname in English"))
    given_name_en = EnglishNameField(label=_("Given name in English"), required=False)
    name_zh = ChineseNameField(label=_("Name in Chinese"), required=False)
    birth_date = DateInThreeBoxesField(label=_("Date of birth"))
    sex = ListChoiceField(label=_("Sex"), choices=SEXES)
    marital_status = ListChoiceField(label=_("Marital status"), choices=MARITAL_STATUSES)
    resident_since = DateInThreeBoxesField(
        label=_("In Hong Kong since"),
        help_text=_("Leave this empty if not resident."),
        required=False,
    )
    last_owned_property_on = DateInThreeBoxesField(
        label=_("Owned property until"),
        help_text=_("Leave this empty if never."),
        required=False,
    )
    previous_subsidy = forms.BooleanField(
        label=_("Has bought through a subsidised scheme before"), required=False
    )


class ApplicantForm(PersonForm):
    """The one who signs."""

    is_spouse_absent = forms.BooleanField(
        label=_("Husband or wife has no right to land in Hong Kong"), required=False
    )


class MemberForm(PersonForm):
    """Somebody besides the applicant. A row that is left empty is nobody."""

    relationship = ListChoiceField(label=_("Relationship to the applicant"), choices=RELATIONSHIPS)
    birth_certificate = ParsedField(
        label=_("or birth certificate number"),
        help_text=_("Only for a child under 11 without an identity card."),
        required=False,
        parse=parse_birth_certificate,
        widget=text_box("govuk-input--width-10"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["hkic"].required = False


MemberFormSet = forms.formset_factory(
    MemberForm,
    extra=0,
    max_num=MAXIMUM_MEMBERS,
    absolute_max=MAXIMUM_MEMBERS + 1,
    validate_max=True,
)


class RestForm(KeyingForm):
    """What follows the people: money, contact, declarations, signature, fee."""

    monthly_income_hkd = AmountHkdField(
        label=_("Monthly income of the household"), help_text=_("After statutory MPF.")
    )
    net_assets_hkd = AmountHkdField(label=_("Net assets of the household"))
    youth_scheme = forms.BooleanField(
        label=_("The applicant wishes to join the Youth Scheme"), required=False
    )
    phone = PhoneField(label=_("Telephone number"))
    email = EmailAddressField(label=_("E-mail address"), required=False)
    address = AddressField(label=_("Postal address"))
    district = ListChoiceField(label=_("District"), choices=DISTRICTS)
    language = OneChoiceField(
        label=_("Language for letters"), choices=LANGUAGES, initial=Language.ZH_HANT.value
    )
    accurate = DeclarationField(label=_("“True and complete” is ticked or signed"))
    privacy = DeclarationField(label=_("Privacy statement is ticked or signed"))
    signed_on = DateInThreeBoxesField(label=_("Signed on"), required=False)
    is_signature_missing = forms.BooleanField(label=_("The signature is missing"), required=False)
    fee_method = OneChoiceField(label=_("Application fee"), choices=PAPER_FEES)
    fee_reference = ParsedField(
        label=_("Number of the cheque or cashier’s order"),
        required=False,
        parse=parse_reference,
        widget=text_box("govuk-input--width-10"),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._check_pair(
            "signed_on",
            is_absent=self.cleaned_data.get("is_signature_missing") is True,
            missing=_("Please enter the date, or tick that the signature is missing."),
            contradicted=_("A missing signature has no date. Please change one of the two."),
        )
        if "fee_method" in self.cleaned_data:
            self._check_pair(
                "fee_reference",
                is_absent=self.cleaned_data["fee_method"] == NO_FEE,
                missing=_("Please enter the number printed on it."),
                contradicted=_("There is a number, but no fee. Please change one of the two."),
            )
        return cleaned

    def _check_pair(self, name: str, *, is_absent: bool, missing: Any, contradicted: Any) -> None:
        """A value is given exactly when it is not said to be absent."""
        if name in self.errors or (self.cleaned_data.get(name) is None) is is_absent:
            return
        self.add_error(name, ValidationError(contradicted if is_absent else missing))
