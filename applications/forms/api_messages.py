"""What public codes mean that only programs meet."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

API_REFUSALS: Mapping[str, Promise] = {
    "MALFORMED_REQUEST": _("The request cannot be read. Its description is in the API’s schema."),
    "DRAFT_CODE_NEEDED": _(
        "There is no draft with this code. Please send the header Authorization: Draft, followed "
        "by the code."
    ),
    "NOT_FOUND": _("There is nothing at this address."),
    "METHOD_NOT_ALLOWED": _("This address does not know this method."),
    "NOT_ACCEPTABLE": _("This address answers in another format. Please ask for application/json."),
    "UNSUPPORTED_MEDIA_TYPE": _("Please send application/json in UTF-8."),
    "TOO_MANY_REQUESTS": _("There were too many requests from your address. Please wait a while."),
    "SERVER_ERROR": _(
        "Something went wrong on our side and has been noted. Nothing was changed. Please try "
        "again later."
    ),
    "IDEMPOTENCY_KEY_NEEDED": _(
        "Please send the header Idempotency-Key with a random key of 22 to 128 letters, digits or "
        "signs, such as a UUID, and the same key when you repeat the request."
    ),
    "IDEMPOTENCY_KEY_REUSED": _(
        "This Idempotency-Key was sent with another request before. Please choose a new one."
    ),
    "DRAFT_VERSION_NEEDED": _(
        "Please send the header If-Match with the ETag of the draft that you have changed."
    ),
    "APPLICATION_NOT_FOUND": _(
        "We have no application with these two numbers. Please compare both with your "
        "receipt and the identity card."
    ),
}
