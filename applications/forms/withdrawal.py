"""Whether somebody really wishes to withdraw an application."""

from django.utils.translation import gettext_lazy as _

from applications.forms.applicant_check import ApplicantCheckForm
from applications.forms.fields import DeclarationField


class WithdrawalForm(ApplicantCheckForm):
    """The date of birth, and a box to tick that nobody ticks by mistake."""

    understood = DeclarationField(
        label=_("I withdraw this application. I know that this cannot be undone."),
        error_messages={"required": _("Please tick this if you wish to withdraw the application.")},
    )
