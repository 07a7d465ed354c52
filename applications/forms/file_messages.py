"""What public codes about files mean: those of imports, and of the demonstration."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE_FAULTS: Mapping[str, Promise] = {
    "NOT_UTF8": _("The file is not in UTF-8. Please save it as UTF-8 and try again."),
    "NUL_BYTE": _("This line holds a NUL byte, so the file is not plain text."),
    "INVALID_CSV": _("The quotation marks on this line do not match."),
    "RAGGED_ROW": _("This row has %(found)s cells; the header has %(expected)s."),
    "OTHER_EXERCISE": _("This form is for another exercise."),
    "DUPLICATE_SERIAL": _("The form with this serial number is on line %(first_line)s already."),
}

FILE_REFUSALS: Mapping[str, Promise] = {
    "IMPORT_FILE_TOO_LARGE": _("The file is too large. Please split it."),
    "IMPORT_DISTURBED": _(
        "One of these forms was keyed while the file was being read. Nothing was stored. "
        "Please import the file again."
    ),
    "DEMONSTRATION_BESIDE_REAL_APPLICATIONS": _(
        "There are real applications here. The demonstration’s log-ins are known to everybody, "
        "so it needs a database of its own."
    ),
}
