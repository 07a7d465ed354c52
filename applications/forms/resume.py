"""The code that continues a draft, and the address to which its link goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import EmailAddressField, ParsedField
from applications.policy.resume_codes import parse_resume_code


class ResumeCodeField(ParsedField):
    """The code of a draft; gives it as it is written down."""

    default_error_messages = {"required": _("Please enter the code: 12 letters and digits.")}

    def __init__(self, **options: Any) -> None:
        attrs = {
            "class": "govuk-input--width-20 govuk-input--extra-letter-spacing",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        }
        options.setdefault("widget", forms.TextInput(attrs))
        super().__init__(parse=parse_resume_code, **options)


class ResumeCodeForm(forms.Form):
    """The code that continues a draft."""

    use_required_attribute = False

    resume_code = ResumeCodeField(
        label=_("Your code"),
        help_text=_("12 letters and digits, for example 7KQ2-M9XD-4TBH."),
    )


class DraftLinkForm(forms.Form):
    """Where the link to a draft goes."""

    use_required_attribute = False

    email = EmailAddressField(label=_("E-mail address"))
