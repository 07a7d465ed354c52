"""Bring the answer of a timestamping authority to the portal by hand."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from lottery.services.timestamp_answers import LARGEST_ANSWER_BYTES


class TimestampAnswerForm(forms.Form):
    """The file that the authority answered with."""

    answer = forms.FileField(
        label=_("The authority’s answer"),
        help_text=_("The whole file as it came, usually ending in .tsr."),
        error_messages={
            "required": _("Please choose the file with the authority’s answer."),
            "empty": _("This file is empty. Please choose the file with the authority’s answer."),
        },
    )

    def clean_answer(self) -> bytes:
        """Read the file; a timestamp is a few kilobytes, and nothing longer is looked at."""
        file: UploadedFile[bytes] = self.cleaned_data["answer"]
        if file.size is None or file.size > LARGEST_ANSWER_BYTES:
            raise ValidationError(_("This file is too large for a timestamp."), code="too_large")
        return bytes(file.read())
