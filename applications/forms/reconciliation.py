"""What an officer says of money that made no application, and of money that never came."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import OneChoiceField, ParsedField
from applications.models import Reconciliation
from applications.policy.values import parse_reference

LONGEST_REASON = 500
OUTCOMES = (
    (Reconciliation.Outcome.REFUNDED.value, _("It was given back")),
    (Reconciliation.Outcome.KEPT.value, _("It was kept")),
)


class MissingPaymentForm(forms.Form):
    """Why the officer is sure that the money never came."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("How do you know?"),
        help_text=_(
            "Which statement you looked at, of which day, and who gave it to you. "
            "No names or card numbers, please."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Please say how you know that no money came.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})


class ReconciliationForm(forms.Form):
    """Given back under a reference, or kept for a reason."""

    use_required_attribute = False

    outcome = OneChoiceField(label=_("What was done with the money?"), choices=OUTCOMES)
    reference = ParsedField(
        label=_("Reference of the refund"),
        help_text=_("If it was given back: the number under which the provider or bank did so."),
        required=False,
        parse=parse_reference,
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("If it was kept: why. No names or card numbers, please."),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        outcome = self.cleaned_data.get("outcome")
        is_refund = outcome == Reconciliation.Outcome.REFUNDED.value
        if is_refund and "reference" not in self.errors and not self.cleaned_data["reference"]:
            self.add_error("reference", _("Please enter the reference of the refund."))
        is_kept = outcome == Reconciliation.Outcome.KEPT.value
        if is_kept and "reason" not in self.errors and not self.cleaned_data["reason"]:
            self.add_error("reason", _("Please say why the money was kept."))
        return cleaned
