"""Why an application is not in the ballot, and whether it counts for the Youth Scheme."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
