"""
What public codes mean, in sentences for the reader.

Four tables: what is wrong with an answer (faults), why an application is not in the ballot
(reasons), whether it counts for the Youth Scheme, and what cannot be done (refusals). A fault may
have a more exact sentence for its ``reason``, under ``CODE:REASON``. Sentences of the ballot's
refusals are in `applications.forms.ballot_messages`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.api_messages import API_REFUSALS
from applications.forms.ballot_messages import BALLOT_REFUSALS
from applications.forms.file_messages import FILE_FAULTS, FILE_REFUSALS
from applications.forms.mail_messages import MAIL_FAILURES
from applications.forms.signing_messages import SIGNING_REFUSALS

FAULTS: Mapping[str, Promise] = {
    "MISSING_FIELD": _("Please answer this question."),
    "UNKNOWN_FIELD": _("This field is not part of the application."),
    "WRONG_TYPE": _("This is not the kind of value we expected here."),
    "INVALID_CHOICE": _("Please choose one of the answers offered."),
    "INVALID_EXERCISE": _("There is no exercise with this code."),
    "INVALID_REFERENCE": _("Please use at most 64 letters, digits and . / - only."),
    "DECLARATION_MISSING": _("Please tick this declaration. We cannot accept a form without it."),
    "TOO_MANY_MEMBERS": _("There are more people on this form than it can hold."),
    "SAME_PERSON_TWICE": _("This person is already on the form."),
    "TWO_SPOUSES": _("There can be only one husband or wife of the applicant on the form."),
    "BIRTH_CERTIFICATE_BESIDE_HKIC": _(
        "Please give either the identity card number or the birth certificate number, not both."
    ),
    "BIRTH_CERTIFICATE_NOT_A_CHILD": _(
        "Only a child under 11 may use a birth certificate. "
        "Please give the identity card number instead."
    ),
    "PAPER_DETAILS_ONLINE": _("An online application has no details of a paper form."),
    "EMPTY_DOCUMENT": _("The file or message is empty."),
    "INVALID_JSON": _("The file or message is not well-formed JSON in UTF-8."),
    "DUPLICATE_KEY": _("The same field is given twice."),
    "TOO_DEEP": _("The file or message is nested too deeply."),
    "TOO_LARGE": _("The file or message is too large."),
    "INVALID_HKIC": _("Please check the identity card number, for example A123456(3)."),
    "INVALID_HKIC:CHARACTERS": _(
        "An identity card number has English letters and digits only, for example A123456(3)."
    ),
    "INVALID_HKIC:LETTER_O_FOR_ZERO": _(
        "Please type the digit 0 where you typed the letter O in the identity card number."
    ),
    "INVALID_HKIC:SHAPE": _(
        "An identity card number has one or two letters, six digits, and one more in brackets, "
        "for example A123456(3)."
    ),
    "INVALID_HKIC:CHECK_CHARACTER": _(
        "One character of this identity card number must be wrong. Please compare it with the card."
    ),
    "INVALID_BIRTH_CERTIFICATE": _(
        "Please check the birth certificate number: 4 to 20 letters and digits."
    ),
    "INVALID_DATE": _("Please enter a real date, for example 17 5 1990."),
    "INVALID_DATE:NO_SUCH_DAY": _("There is no such day. Please check the day and the month."),
    "INVALID_DATE:SHORTER_MONTH": _(
        "%(month)s has only %(days)s days. Please check the day and the month."
    ),
    "INVALID_DATE:BEFORE_BIRTH": _("This date is before the date of birth. Please check both."),
    "INVALID_DATE:TOO_EARLY": _("Please check the year: it must be 1900 or later."),
    "INVALID_TIME": _("Please enter a time from 00:00 to 23:59, for example 14:30."),
    "DATE_IN_FUTURE": _("This date is still to come. Please check it."),
    "INVALID_AMOUNT": _(
        "Please type the amount in digits and whole dollars only, for example 42,000."
    ),
    "INVALID_AMOUNT:NEGATIVE": _("An amount cannot be less than 0."),
    "INVALID_AMOUNT:CENTS": _("Please leave out the cents: whole dollars only, such as 42,000."),
    "INVALID_AMOUNT:CHINESE_NUMERALS": _("Please type the amount in digits, for example 42,000."),
    "INVALID_AMOUNT:PERHAPS": _("Please type the amount in digits: do you mean %(amount)s?"),
    "INVALID_AMOUNT:TOO_LARGE": _("This amount is too large. Please check the number of zeros."),
    "INVALID_APPLICATION_NUMBER": _(
        "An application number has 8 digits. Please compare it with your receipt."
    ),
    "INVALID_PHONE": _("Please enter a Hong Kong telephone number with 8 digits."),
    "INVALID_PHONE:LETTERS": _("A telephone number has digits only, for example 9123 4567."),
    "INVALID_EMAIL": _("Please check the e-mail address, for example name@example.org."),
    "INVALID_EMAIL:TOO_LONG": _("This e-mail address is too long. Please use another."),
    "INVALID_RESUME_CODE": _(
        "A code has 12 letters and digits, for example 7KQ2-M9XD-4TBH. Please compare it."
    ),
    "INVALID_NAME": _("Please enter the name as it is printed on the identity card."),
    "INVALID_NAME:TOO_LONG": _(
        "This name is too long: %(maximum)s characters at most. Please shorten it."
    ),
    "INVALID_NAME:CHARACTERS": _(
        "Please use letters for a name in English and Chinese characters for a name in Chinese, "
        "as on the identity card."
    ),
    "INVALID_NAME:HIDDEN": _(
        "The name holds a picture or a sign that cannot be seen. Please delete it and type the "
        "name again."
    ),
    "INVALID_ADDRESS": _("Please check the address."),
    "INVALID_ADDRESS:TOO_LONG": _(
        "This address is too long: %(maximum)s characters at most. Please shorten it."
    ),
    "INVALID_ADDRESS:CHARACTERS": _(
        "The address holds a picture or a sign that cannot be seen. Please type it again."
    ),
    "INVALID_ADDRESS:FORMULA": _("An address cannot start with =, +, - or @."),
}

REASONS: Mapping[str, Promise] = {
    "APPLICANT_UNDER_18": _("The applicant must be at least 18 on the closing date."),
    "RESIDENT_UNDER_SEVEN_YEARS": _(
        "The applicant must have lived in Hong Kong for seven years by the closing date."
    ),
    "INCOME_OVER_LIMIT": _("The household’s monthly income is above the limit."),
    "ASSETS_OVER_LIMIT": _("The household’s net assets are above the limit."),
    "OWNED_PROPERTY_IN_WINDOW": _(
        "Somebody on the form has owned domestic property in Hong Kong during the 24 months "
        "before the closing date."
    ),
    "PREVIOUS_SUBSIDY": _(
        "Somebody on the form has bought a home through a subsidised scheme before."
    ),
    "SPOUSE_NOT_ON_FORM": _(
        "A married applicant’s husband or wife must be on the same form, unless he or she has "
        "no right to land in Hong Kong."
    ),
    "DUPLICATE_PERSON": _(
        "Somebody on this form is on another form too. All the forms concerned are void."
    ),
    "DUPLICATE_SPOUSE": _(
        "A husband and wife are on separate forms. All the forms concerned are void."
    ),
    "RECEIVED_LATE": _("The form arrived after applications had closed."),
    "POSTMARK_OUTSIDE_PERIOD": _("The postmark is outside the application period."),
    "NOT_SIGNED": _("The form is not signed."),
    "SIGNED_OUTSIDE_PERIOD": _("The form was signed outside the application period."),
    "FEE_UNPAID": _("The application fee has not been paid."),
    "CHEQUE_DISHONOURED": _("The bank did not pay the cheque."),
    "WITHDRAWN": _("The applicant has withdrawn this application."),
}

YOUTH_REASONS: Mapping[str, Promise] = {
    "COUNTS": _("This application counts for the Youth Scheme."),
    "EXERCISE_WITHOUT_YOUTH_SCHEME": _("This exercise has no Youth Scheme."),
    "NOT_OPTED_IN": _("You have chosen not to apply for the Youth Scheme."),
    "UNDER_18_ON_CLOSING_DATE": _(
        "The applicant will be under 18 on the closing date, so the Youth Scheme does not apply."
    ),
    "TURNED_40_BY_OPENING_DATE": _(
        "The applicant was 40 or older on the opening date, so the application counts for the "
        "ordinary quota and not for the Youth Scheme."
    ),
}

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
