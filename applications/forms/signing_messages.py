"""What it means that something cannot be signed or timestamped, for the officer at the console."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIGNING_REFUSALS: Mapping[str, Promise] = {
    "AUTHORITY_ANSWER_TOO_LONG": _("The authority sent something much longer than a timestamp."),
    "AUTHORITY_TIMED_OUT": _("The authority did not answer in time."),
    "AUTHORITY_TLS_FAILED": _("No secure connection to the authority could be made."),
    "AUTHORITY_UNREACHABLE": _("The authority could not be reached."),
    "SIGNING_NOT_CONFIGURED": _(
        "The portal has no key to sign with, so nothing was published. Please ask its operators to "
        "set the signing key and certificate, and try again."
    ),
    "TIMESTAMP_FOR_SOMETHING_ELSE": _(
        "This timestamp is of something else than this ballot’s commitment. Please choose the "
        "answer to the request of this ballot."
    ),
    "TIMESTAMP_MALFORMED": _(
        "This is not the answer of a timestamping authority. Please choose the file with the "
        "authority’s whole answer, as it came (usually ending in .tsr)."
    ),
    "TIMESTAMP_NOT_GRANTED": _("The timestamping authority has refused to give a timestamp."),
    "TIMESTAMP_NOT_TRUSTED": _(
        "The timestamp was not signed by the authority that this portal trusts, or has been "
        "altered."
    ),
}
