"""Why an e-mail did not go, in sentences for officers."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAIL_FAILURES: Mapping[str, Promise] = {
    "MAIL_ADDRESS_REFUSED": _("The mail server knows of no such address."),
    "MAIL_ADDRESS_INVALID": _("The address has a form that no e-mail address has."),
    "MAIL_REFUSED": _("The mail server does not take this e-mail."),
    "MAIL_PUT_OFF": _("For a day the mail server asked us to try later, and never took it."),
    "MAIL_SERVER_AWAY": _("For a day the mail server broke off whenever it got this e-mail."),
    "MAIL_NEVER_FINISHED": _("The e-mail could not be made or handed over. Please tell support."),
    "NO_LONGER_NEEDED": _("It was not sent, because what it says no longer holds."),
}
