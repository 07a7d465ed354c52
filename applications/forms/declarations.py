"""The last pages: what the applicant declares, and how the fee is paid."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.forms.choices import ONLINE_FEE_METHODS
from applications.forms.fields import DeclarationField, OneChoiceField
from applications.forms.sections import SectionForm, TypedForm


class DeclarationsForm(SectionForm):
    """Both declarations; without them there is no application."""

    answer_names = ("accurate", "privacy")

    accurate = DeclarationField(
        label=_(
            "Everything on this form is true and complete. Everybody named on it knows of it and "
            "agrees. I understand that a false statement is an offence."
        ),
        error_messages={
            "required": _(
                "Please tick that everything is true and complete. "
                "We cannot accept a form without it."
            )
        },
    )
    privacy = DeclarationField(
        label=_("I have read the privacy statement, and everybody named on the form agrees to it."),
        error_messages={
            "required": _(
                "Please tick that everybody agrees to the privacy statement. "
                "We cannot accept a form without it."
            )
        },
    )


class PaymentMethodForm(TypedForm):
    """How the applicant wishes to pay."""

    method = OneChoiceField(label=_("How do you wish to pay?"), choices=ONLINE_FEE_METHODS)

    def __init__(self, *given: Any, methods: Collection[str], **options: Any) -> None:
        """Offer ``methods`` only; where there is one alone, it is chosen."""
        super().__init__(*given, **options)
        offered = [choice for choice in ONLINE_FEE_METHODS if choice[0] in methods]
        field = self.fields["method"]
        field.choices = offered  # type: ignore[attr-defined]
        field.initial = offered[0][0] if len(offered) == 1 else None
