"""What the counter says of a batch of paper forms: its code, how many, and why it differs."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.models import Batch

LARGEST_BATCH = 1_000
LONGEST_REASON = 500
BATCH_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")


class BatchForm(forms.Form):
    """Registers a batch."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Code of the batch"),
        help_text=_("Letters, digits and hyphens, as on its cover sheet. For example LF-0310-01."),
        max_length=32,
        error_messages={"required": _("Please enter the code on the cover sheet.")},
        widget=forms.TextInput(
            {
                "class": "govuk-input--width-10",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    declared_count = forms.IntegerField(
        label=_("Number of forms, counted by hand"),
        min_value=1,
        max_value=LARGEST_BATCH,
        error_messages={
            "required": _("Please count the forms and enter how many there are."),
            "invalid": _("Please enter a whole number in digits, for example 50."),
            "min_value": _("There must be one form at least."),
            "max_value": _("There are at most 1,000 forms in a batch. Please make two of it."),
        },
        widget=forms.TextInput(
            {"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})

    def clean_code(self) -> str:
        """Accept small and full-width letters; anything else is not printed on a cover sheet."""
        code = unicodedata.normalize("NFKC", self.cleaned_data["code"]).strip().upper()
        if not BATCH_CODE.fullmatch(code):
            raise ValidationError(_("Please use letters, digits and hyphens only."))
        return code


class DifferenceForm(forms.Form):
    """An officer's reason for a count that differs."""

    use_required_attribute = False

    difference = forms.CharField(
        label=_("Why fewer or more forms were keyed than declared"),
        help_text=_("For example: one cover letter was counted as a form. No names, please."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Please say why the numbers differ.")},
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})


class BatchField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """From which open batch a form was taken; one that was closed meanwhile is told by the deed."""

    def label_from_instance(self, batch: Any) -> str:
        count = batch.declared_count
        told = ngettext("%(code)s, %(count)s form", "%(code)s, %(count)s forms", count)
        return told % {"code": batch.code, "count": count}

    def offer(self, batches: list[Batch]) -> None:
        """Offer these, and none."""
        named = [(batch.pk, self.label_from_instance(batch)) for batch in batches]
        self.choices = [("", _("None: a single form")), *named]
