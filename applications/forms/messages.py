"""
What public codes mean, in sentences for the reader.

What cannot be done before the ballot stands here. What is wrong with an answer, why an application
is not in the ballot, and what the ballot, files, signatures, e-mails and the API refuse, stand in
the modules named after them.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.api_messages import API_REFUSALS
from applications.forms.ballot_messages import BALLOT_REFUSALS
from applications.forms.fault_messages import FAULTS
from applications.forms.file_messages import FILE_FAULTS, FILE_REFUSALS
from applications.forms.mail_messages import MAIL_FAILURES
from applications.forms.reason_messages import REASONS, YOUTH_REASONS
from applications.forms.signing_messages import SIGNING_REFUSALS

REFUSALS: Mapping[str, Promise] = {
    "REFUSED": _("The rules of the scheme do not allow this."),
    "MALFORMED_DOCUMENT": _("Some answers need another look before we can accept them."),
    "MALFORMED_TERMS": _("The file with the terms of the exercise is not complete."),
    "EXERCISE_NOT_OPEN_YET": _("Applications have not opened yet."),
    "EXERCISE_CLOSED": _("Applications have closed. Nothing more can be submitted."),
    "EXERCISE_STILL_OPEN": _("Applications are still open. This can be done after they close."),
    "TERMS_CHANGED_AFTER_OPENING": _("The terms of an exercise cannot change after it has opened."),
    "SUBMISSION_KEY_REUSED": _(
        "This submission key has already been used for another application. "
        "Nothing was stored a second time."
    ),
    "PAPER_FORM_ALREADY_KEYED": _("A form with this serial number has already been keyed."),
    "BATCH_CLOSED": _("This batch is closed, so no form can be keyed from it any more."),
    "BATCH_CODE_TAKEN": _("Another batch of this exercise has this code. Please use another code."),
    "BATCH_COUNT_DIFFERS": _(
        "The number of forms keyed is not the number declared. Only an officer can close such a "
        "batch, with a written reason."
    ),
    "DUPLICATE_GROUP_CHANGED": _(
        "Another form has joined these duplicates since you opened the page. Nothing was stored: "
        "please look at them again."
    ),
    "NOTHING_TO_RECONCILE": _(
        "This payment has its application, or no money came, so there is nothing to put on record."
    ),
    "PAYMENT_RECONCILED": _("What was done with this money is on record already."),
    "ANSWER_NOT_OVERDUE": _(
        "The provider may still answer. An hour after the payment was begun, and once the provider "
        "has been asked without an answer, you can put on record that its statement shows nothing."
    ),
    "PAYMENT_ANSWERED": _(
        "What became of this payment is known by now, so nothing was put on record. "
        "Please look at the payment again."
    ),
    "PAYMENT_PROVIDER_UNREACHABLE": _(
        "The payment provider does not answer for the moment. Please try again later."
    ),
    "NOT_A_PAPER_FORM": _(
        "Only paper forms can be keyed here. An online application is for its applicant to submit."
    ),
    "REHEARSAL_EXISTS": _("A rehearsal with this name has been held. Please use another name."),
    "CEREMONY_SETTLED": _("The ceremony is on record. Its balls cannot be keyed again."),
    "OFFICERS_DISAGREE": _(
        "The two officers have keyed different balls. Please compare both with the record."
    ),
    "SECOND_OFFICER_MISSING": _("A second, different officer has yet to key the balls."),
    "CEREMONY_BEFORE_PUBLICATION": _(
        "The balls were drawn before the commitment was published, so they cannot be used."
    ),
    "HOUSEHOLD_NOT_ELIGIBLE": _(
        "From what you have told us, this household cannot apply. We have not charged you. "
        "Please look at the reasons on the page before this one."
    ),
    "PAYMENT_UNDER_WAY": _(
        "A payment is under way, so the answers stay as they are for the moment. Please go on with "
        "the payment, or cancel it and then change your answers."
    ),
    "PAYMENT_METHOD_NOT_OFFERED": _(
        "The fee cannot be paid in this way here. Please choose another."
    ),
    "FEE_ALREADY_TAKEN": _(
        "A fee has already come for this draft. Please do not pay again: an officer is looking "
        "at it."
    ),
    "DRAFT_CHANGED_SINCE_PAYMENT": _(
        "The answers were changed after the payment had been begun. The fee is safe with us, and "
        "an officer is looking at it."
    ),
    "PAYMENTS_UNDER_WAY": _(
        "Somebody is paying, or has paid, and the bank has not answered yet. Every payment has its "
        "answer within about 15 minutes. Please close applications after that."
    ),
    "PAYMENT_MESSAGE_FORGED": _("This message about a payment is not genuine."),
    "DRAFT_CHANGED_ELSEWHERE": _(
        "This draft was changed in another window. Please load the page again "
        "to see the newest answers."
    ),
    "DRAFT_ALREADY_SUBMITTED": _(
        "This draft has already been submitted, so its answers can no longer change."
    ),
    "DRAFT_ERASED": _("What you typed in this draft has been deleted, some time after closing."),
    "TOO_MANY_LINKS": _(
        "We have sent five links for this application within the hour. Please look among your "
        "unwanted e-mails too, or note the code."
    ),
    "REGISTER_FROZEN": _(
        "The list for the ballot is frozen, so this application can no longer be withdrawn. "
        "Nothing was changed."
    ),
    "CONTACT_CHANGED_MEANWHILE": _(
        "These details were changed in another window since you opened the page. "
        "Nothing of what you typed was stored. Please look at them again."
    ),
    "STATE_CHANGE_NOT_ALLOWED": _("The application cannot change to this state any more."),
    "SCREENING_UNFINISHED": _(
        "Some applications are still being checked. Please try again when all have been."
    ),
    "FREEZE_CHECKLIST_OPEN": _(
        "The register cannot be frozen while something on the check list is open. "
        "The console shows what, with a link to each."
    ),
    "DATABASE_ROLE_UNKNOWN": _("There is no such role in the database."),
    "DATABASE_ROLE_TOO_STRONG": _(
        "This database role could change what is frozen. Please name one that owns nothing "
        "and is a member of no stronger role."
    ),
    "TRY_AGAIN": _("The system cannot answer for the moment. Please try again: nothing is lost."),
}

MESSAGES: Mapping[str, Promise] = {
    **FAULTS,
    **REASONS,
    **YOUTH_REASONS,
    **REFUSALS,
    **API_REFUSALS,
    **MAIL_FAILURES,
    **BALLOT_REFUSALS,
    **FILE_FAULTS,
    **FILE_REFUSALS,
    **SIGNING_REFUSALS,
}


def describe_code(code: str, **params: Any) -> str:
    """
    Say what a public code means, in the reader's language.

    :param params: of the fault; ``reason`` picks a more exact sentence, the others fill it in.
    :return: for a code without a sentence of its own, a general one with the code in it.
    """
    message = MESSAGES.get(f"{code}:{params.get('reason')}", MESSAGES.get(code))
    if message is None:
        return gettext("This cannot be done (%(code)s).") % {"code": code}
    return str(message) % params if params else str(message)
