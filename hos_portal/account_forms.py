"""The log-in forms of officers: allauth's own, in the words and the manner of our pages."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django.utils.translation import gettext_lazy as _


def drop_placeholders(form: Any) -> None:
    """A placeholder repeats the label and vanishes when somebody begins to type."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class OfficerLoginForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_placeholders(self)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs |= {
            "class": "govuk-input--width-20",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs |= {"class": "govuk-input--width-20"}


class OfficerPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_placeholders(self)
        self.fields["oldpassword"].label = _("Your password now")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 12 characters; several words are best.")
        self.fields["password2"].label = _("New password again")
        for field in self.fields.values():
            field.widget.attrs |= {"class": "govuk-input--width-20"}
