"""
What is wrong with an answer, in sentences for whoever gave it.

A fault may have a more exact sentence for its ``reason``, under ``CODE:REASON``.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
