"""Where an applicant is reached from now on; what is left empty stays as it is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.applicant_check import ApplicantCheckForm
from applications.forms.choices import DISTRICTS
from applications.forms.fields import (
    AddressField,
    EmailAddressField,
    ListChoiceField,
    OneChoiceField,
    PhoneField,
)
from applications.models import Application
from applications.policy.household import Language
from applications.policy.masking import mask_email, mask_phone

# Each in its own language, so that whoever reads the wrong one finds the way out.
LANGUAGES = ((Language.ZH_HANT.value, "繁體中文"), (Language.EN.value, "English"))


class ContactChangeForm(ApplicantCheckForm):
    """
    New contact details. The stored ones appear masked, or not at all.

    :param application: whose details; the hints are made from them.
    """

    phone = PhoneField(label=_("New telephone number"), required=False)
    email = EmailAddressField(label=_("New e-mail address"), required=False)
    remove_email = forms.BooleanField(label=_("Send me no more e-mails"), required=False)
    address = AddressField(
        label=_("New postal address"),
        required=False,
        help_text=_("The present one is not shown here. Leave this empty to keep it."),
    )
    district = ListChoiceField(
        label=_("New district"),
        choices=DISTRICTS,
        required=False,
        help_text=_("Please choose one if you move to another district."),
    )
    language = OneChoiceField(
        label=_("In which language shall we write to you?"), choices=LANGUAGES
    )
    field_order = (
        "phone",
        "email",
        "remove_email",
        "address",
        "district",
        "language",
        "birth_date",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, application: Application, **options: Any
    ) -> None:
        super().__init__(data, initial={"language": application.language}, **options)
        self.fields["phone"].help_text = say_present(mask_phone(application.phone))
        if application.email:
            self.fields["email"].help_text = say_present(mask_email(application.email))
        else:
            self.fields["email"].help_text = gettext("We have none. You may leave this empty.")
            del self.fields["remove_email"]

    def clean(self) -> dict[str, Any] | None:
        """A new address and no e-mails at all contradict each other."""
        cleaned = super().clean()
        if self.cleaned_data.get("remove_email") and self.cleaned_data.get("email"):
            self.add_error(
                "remove_email",
                gettext("Please either give a new e-mail address or tick this, not both."),
            )
        return cleaned

    def list_changes(self) -> dict[str, str | None]:
        """List what was filled in, by the names of the contact details."""
        names = ("phone", "email", "address", "district", "language")
        changes: dict[str, str | None] = {
            name: self.cleaned_data[name] for name in names if self.cleaned_data[name]
        }
        if self.cleaned_data.get("remove_email"):
            changes["email"] = None
        return changes


def say_present(masked: str) -> str:
    """Say what is stored now, mostly hidden, and that an empty box keeps it."""
    return gettext("At present %(masked)s. Leave this empty to keep it.") % {"masked": masked}
